"""An offer to join a practice's team, bound to one e-mail address."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.enums import Role


class TeamInvitation(models.Model):
    """Accepted once, within its life, by an account whose verified address is the one written here.

    `starts_at` and `ends_at` bound the membership it becomes (a locum's dates). Its `uid` alone opens nothing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=14, choices=Role)
    all_agendas = models.BooleanField(default=False)
    agendas = models.ManyToManyField("practitioners.Agenda", blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    register_number = models.CharField(_("numéro RPPS"), max_length=11, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invitation dans l’équipe")
        constraints = [
            models.CheckConstraint(
                name="team_invitation_dates_ordered",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
            )
        ]
        indexes = [models.Index(fields=["practice", "-id"], name="team_invitation_practice")]

    def __str__(self) -> str:
        return f"team invitation {self.pk}"
