"""Who may act for whom, at which level, and until when."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.enums import Level, Relation


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    def active(self, at: datetime) -> GuardianshipQuerySet:
        """Accepted, begun and not ended at the instant `at`."""
        return self.filter(accepted_at__lte=at, starts_at__lte=at).filter(
            models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=at)
        )


class Guardianship(models.Model):
    """The right of a user to act for a patient (FHIR RelatedPerson).

    `declared`: attested by the guardian (`attested_at`), may book and cancel. `granted`: accepted by the person
    or recorded by a practice, may also read. A minor's row ends at the 18th birthday, 00:00 in Paris
    (Code civil, art. 414): `ends_at` is written when the row is made, so that no task has to withdraw it.
    `contact_hidden`: this guardian's contact details are not shown to the other guardians.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guardianships")
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="guardianships")
    relation = models.CharField(max_length=8, choices=Relation)
    level = models.CharField(max_length=8, choices=Level, default=Level.DECLARED)
    contact_hidden = models.BooleanField(default=False)
    attested_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("droit d’agir pour un proche")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient"], condition=models.Q(ends_at__isnull=True), name="guardianship_open_once"
            ),
            models.CheckConstraint(
                name="guardianship_dates_ordered",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="guardianship_user")]

    def __str__(self) -> str:
        return f"guardianship {self.pk}"


class GuardianInvitation(models.Model):
    """An offer to act for a person, made by that person or by a granted guardian of a child; bound to one e-mail address.

    It is accepted once, within its life, by an account whose verified address is the one written here, and only while
    who made it could still make it. Its `uid` alone opens nothing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()
    relation = models.CharField(max_length=8, choices=Relation)
    level = models.CharField(max_length=8, choices=Level, default=Level.GRANTED)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invitation d’un proche")

    def __str__(self) -> str:
        return f"invitation {self.pk}"
