"""What was done to a visit, by whom and when: its history, and what an undo goes back to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.enums import AnsweredBy, ChangeKind
from core import clock


class AppointmentChange(models.Model):
    """One change of one visit. `before` and `after` hold `start`, `end` (ISO, UTC), `agenda` (pk), `performer` (pk), `status`.

    `tell_at`: when the patient is told; until then the change can be undone without a message. `batch` ties the changes of
    one act (an absence, a closed day), undone together. Plain values, so that the history outlives what it names.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey("booking.Appointment", on_delete=models.CASCADE, related_name="changes")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_practice = models.BooleanField(default=False)
    # How the patient answered, when without signing in.
    via = models.CharField(max_length=8, choices=AnsweredBy, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=0)
    batch = models.UUIDField(null=True, blank=True)
    tell_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("changement de rendez-vous")
        indexes = [
            models.Index(fields=["appointment", "-id"], name="change_of_appointment"),
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="change_batch"),
            models.Index(fields=["practice", "tell_at"], name="change_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
