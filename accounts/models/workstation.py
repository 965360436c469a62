"""A screen that several people share: who gave a second factor there lately, and the short code each resumes with."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

TRIES = 5


class StaffPin(models.Model):
    """One person's six digits, kept as a password is. They resume a session; they never sign anybody in.

    `tries_left` falls with each wrong one; at 0 the code serves no more until its person signs in fully.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_pin")
    hash = models.CharField(max_length=256, editable=False)
    tries_left = models.PositiveSmallIntegerField(default=TRIES, editable=False)
    set_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("code de reprise")
        verbose_name_plural = _("codes de reprise")

    def __str__(self) -> str:
        return f"code de reprise {self.pk}"


class Workstation(models.Model):
    """A browser that was made a shared workstation. Its cookie holds a random token, of which only the SHA-256 is here."""

    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    used_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("poste partagé")
        verbose_name_plural = _("postes partagés")

    def __str__(self) -> str:
        return f"poste {self.pk}"


class WorkstationSeat(models.Model):
    """A person who gave a second factor on a workstation at `factor_at`; `space` is where they were when they locked it."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    workstation = models.ForeignKey(Workstation, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="workstation_seats")
    factor_at = models.DateTimeField(editable=False)
    space = models.CharField(max_length=60, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("personne d’un poste partagé")
        verbose_name_plural = _("personnes d’un poste partagé")
        constraints = [models.UniqueConstraint(fields=["workstation", "user"], name="accounts_one_seat_per_person")]

    def __str__(self) -> str:
        return f"place {self.pk}"
