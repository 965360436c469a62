"""The mark of a missed visit: who wrote it, until when it counts, and what the patient answers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.crypto import EncryptedTextField


class NoShowMark(models.Model):
    """A visit to which the patient did not come. It expires by itself, shows its author, and can be contested.

    Never shared between practices: no hidden score follows a person.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.OneToOneField("booking.Appointment", on_delete=models.CASCADE, related_name="no_show_mark")
    record = models.ForeignKey("patients.PatientRecord", on_delete=models.CASCADE, related_name="no_show_marks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    contested_at = models.DateTimeField(null=True, blank=True)
    contest = EncryptedTextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("absence à un rendez-vous")
        indexes = [models.Index(fields=["record", "expires_at"], name="no_show_of_record")]

    def __str__(self) -> str:
        return f"no-show mark {self.pk}"
