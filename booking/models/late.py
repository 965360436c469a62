"""A delay told to the patients of the next hours of an agenda, and whom it was told to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class LateNotice(models.Model):
    """« 25 minutes de retard » on one local day of one agenda, for visits that begin before `until`.

    The newest of a day stands; `ended_at` when another replaced it or the practice was on time again.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    until = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("annonce de retard")
        constraints = [
            models.UniqueConstraint(
                fields=["agenda", "day"], condition=models.Q(ended_at__isnull=True), name="late_notice_one_stands"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=5) & models.Q(minutes__lte=120), name="late_notice_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"late notice {self.pk}"


class LateNoticeLine(models.Model):
    """One visit of a notice. `to_call`: no message reaches the patient.

    `readers` are those of the messages that tell of it (`Message.reader`, subject `late:<notice id>`): a family behind one
    telephone reads one message. `start_at` is the hour the delay was told for. `withdrawn`: called back before anything
    was sent, it does not count.
    """

    notice = models.ForeignKey(LateNotice, on_delete=models.CASCADE, related_name="lines")
    appointment = models.ForeignKey("booking.Appointment", on_delete=models.CASCADE, related_name="late_lines")
    start_at = models.DateTimeField()
    readers = ArrayField(models.CharField(max_length=80), default=list, editable=False)
    to_call = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("patient prévenu d’un retard")
        constraints = [models.UniqueConstraint(fields=["notice", "appointment"], name="late_notice_line_once")]

    def __str__(self) -> str:
        return f"late notice line {self.pk}"
