"""A visit that one practice booked at another's for a patient of its own (FHIR ServiceRequest)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField


class Referral(models.Model):
    """Who sent whom. `appointment` is of the practice that receives, `record` is the file of the practice that refers.

    `word` is what the colleague reads, sealed; the patient never sees it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.OneToOneField("booking.Appointment", on_delete=models.CASCADE, related_name="referral")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey("patients.PatientRecord", null=True, on_delete=models.SET_NULL, related_name="referrals")
    referred_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    word = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("adressage")
        indexes = [models.Index(fields=["practice", "-id"], name="referral_of_practice")]

    def __str__(self) -> str:
        return f"referral {self.pk}"
