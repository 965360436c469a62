"""Sick-day rescue: each patient of a closed day is offered a few starts, held for them alone until an end both sides see."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from booking.enums import RescueAnswer


class Rescue(models.Model):
    """The rescue of one local day of one agenda. `ends_at` frees every start still held; `closed_at` when it is over."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="rescues")
    absence = models.ForeignKey(
        "booking.Absence", null=True, blank=True, on_delete=models.SET_NULL, related_name="rescues"
    )
    day = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("journée à replacer")
        indexes = [models.Index(fields=["practice", "closed_at"], name="rescue_of_practice")]

    def __str__(self) -> str:
        return f"rescue {self.pk}"


class RescueOffer(models.Model):
    """What one patient of the day is offered. The starts are holds whose `holder` is `rescue:<uid>`.

    `position` is the order the practice set. `answer`: waiting, taken (the visit was moved), declined, expired, or to be
    called because no message can reach the person or no start was left.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rescue = models.ForeignKey(Rescue, on_delete=models.CASCADE, related_name="offers")
    appointment = models.ForeignKey("booking.Appointment", on_delete=models.CASCADE, related_name="rescue_offers")
    position = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=10, choices=RescueAnswer, default=RescueAnswer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposition de report")
        constraints = [models.UniqueConstraint(fields=["rescue", "appointment"], name="rescue_offer_once")]
        indexes = [models.Index(fields=["appointment"], name="rescue_offer_of_visit")]

    def __str__(self) -> str:
        return f"rescue offer {self.pk}"
