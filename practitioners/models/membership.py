"""Who works in a practice, as what, on which agendas and until when."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.enums import Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: datetime) -> MembershipQuerySet:
        """Accepted memberships whose dates contain the instant `at` (half-open)."""
        return self.filter(accepted_at__lte=at, starts_at__lte=at).filter(
            models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=at)
        )


class Membership(models.Model):
    """A user's role in a practice (FHIR PractitionerRole). `all_agendas` or the listed agendas bound its reach.

    `register_number` is the national identifier that a locum gave (eleven digits with a Luhn key), else empty.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=14, choices=Role)
    all_agendas = models.BooleanField(default=False)
    agendas = models.ManyToManyField("practitioners.Agenda", blank=True, related_name="memberships")
    notify_bookings = models.BooleanField(_("prévenir des réservations par e-mail"), default=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    register_number = models.CharField(_("numéro RPPS"), max_length=11, blank=True, default="", db_default="")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre de l’équipe")
        constraints = [
            models.CheckConstraint(
                name="membership_dates_ordered",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
            )
        ]
        indexes = [models.Index(fields=["user", "practice"], name="membership_user_practice")]

    def __str__(self) -> str:
        return f"membership {self.pk}"
