"""Agendas (one practitioner at one location) and what closes them to online booking."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from practitioners.enums import BlockCause


class AgendaQuerySet(models.QuerySet["Agenda"]):
    def bookable(self) -> AgendaQuerySet:
        """Agendas that no open online block closes."""
        return self.exclude(online_blocks__closed_at__isnull=True, online_blocks__isnull=False)


class Agenda(models.Model):
    """The calendar of one practitioner at one location (FHIR Schedule).

    `video_link` is the practitioner's own external room: without it the video mode is not offered.
    `accepts_new_patients` is the one switch that closes every reason to people the practice does not know.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practitioner = models.ForeignKey("practitioners.Practitioner", on_delete=models.CASCADE, related_name="agendas")
    location = models.ForeignKey("practitioners.Location", on_delete=models.CASCADE, related_name="agendas")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="agendas")
    accepts_new_patients = models.BooleanField(_("accueille de nouveaux patients"), default=True)
    video_link = models.URLField(_("lien de visio"), blank=True, default="")
    repeat_limit_days = models.PositiveSmallIntegerField(
        _("un seul rendez-vous en ligne dans la spécialité sur (jours)"), default=6
    )
    upcoming_limit = models.PositiveSmallIntegerField(_("rendez-vous à venir au plus par patient"), default=5)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AgendaQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda")
        constraints = [models.UniqueConstraint(fields=["practitioner", "location"], name="agenda_once_per_location")]

    def __str__(self) -> str:
        return f"agenda {self.pk}"


class OnlineBlock(models.Model):
    """Why an agenda is closed to online booking. Bookable = no row left open, checked again at writing."""

    agenda = models.ForeignKey(Agenda, on_delete=models.CASCADE, related_name="online_blocks")
    cause = models.CharField(max_length=12, choices=BlockCause)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fermeture en ligne")
        constraints = [
            models.UniqueConstraint(
                fields=["agenda", "cause"],
                condition=models.Q(closed_at__isnull=True),
                name="online_block_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.pk}"
