"""Who else reads a record: shares with an end, professionals kept out, and accesses worth a look."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from carnet.enums import AlertKind, GrantLevel
from core import clock
from patients.majority import PARIS


class GrantQuerySet(models.QuerySet["Grant"]):
    def live(self, at: datetime) -> GrantQuerySet:
        return self.filter(revoked_at__isnull=True, starts_at__lte=at, ends_at__gt=at)


class Grant(models.Model):
    """A share (FHIR Consent) of one document, or of the record when `document` is null, to exactly one recipient.

    A practitioner in person; the carers of a practice; or whoever sees the patient at a visit, as long as the visit is
    not cancelled. It ends at `ends_at`, or when somebody who may takes it back.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="grants")
    document = models.ForeignKey(
        "carnet.Document", null=True, blank=True, on_delete=models.CASCADE, related_name="grants"
    )
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    practice = models.ForeignKey(
        "practitioners.Practice", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    appointment = models.ForeignKey(
        "booking.Appointment", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    level = models.CharField(max_length=4, choices=GrantLevel, default=GrantLevel.READ)
    # The version of the words under which the share was confirmed (`custody.consent_texts`); empty before they had one.
    text_version = models.CharField(max_length=20, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("partage")
        constraints = [
            models.CheckConstraint(
                name="grant_one_recipient",
                condition=models.Q(practitioner__isnull=False, practice__isnull=True, appointment__isnull=True)
                | models.Q(practitioner__isnull=True, practice__isnull=False, appointment__isnull=True)
                | models.Q(practitioner__isnull=True, practice__isnull=True, appointment__isnull=False),
            ),
            models.CheckConstraint(name="grant_dates_ordered", condition=models.Q(ends_at__gt=models.F("starts_at"))),
        ]
        indexes = [
            models.Index(fields=["patient", "ends_at"], name="grant_patient"),
            models.Index(fields=["practitioner", "ends_at"], name="grant_practitioner"),
            models.Index(fields=["practice", "ends_at"], name="grant_practice"),
            models.Index(fields=["appointment"], name="grant_appointment"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"

    @property
    def last_on(self) -> date:
        """The last day of the share, in Paris: it ends at the midnight after it."""
        return clock.local_date(self.ends_at - timedelta(seconds=1), PARIS)


class AccessBlock(models.Model):
    """A professional who reads nothing of this record, whatever is shared with them or their team."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="access_blocks")
    practitioner = models.ForeignKey("practitioners.Practitioner", on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("professionnel bloqué")
        constraints = [models.UniqueConstraint(fields=["patient", "practitioner"], name="access_block_once")]

    def __str__(self) -> str:
        return f"block {self.pk}"


class AccessAlert(models.Model):
    """An access that stands out. `occasion` makes it count once: an hour, or a day and a person."""

    kind = models.CharField(max_length=8, choices=AlertKind)
    user_id = models.BigIntegerField()
    practice_id = models.BigIntegerField(null=True)
    patient_id = models.BigIntegerField(null=True)
    occasion = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("accès inhabituel")

    def __str__(self) -> str:
        return f"alert {self.pk}"
