"""What a practice offers (reasons) and how each agenda offers it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.enums import Audience, Discretion, Mode


class VisitReason(models.Model):
    """The practice's own label for a reason to come (FHIR HealthcareService), with what it tells the patient."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="visit_reasons")
    specialty = models.ForeignKey("practitioners.Specialty", on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(
        "practitioners.ReasonKind", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("motif"), max_length=80)
    before_booking = models.CharField(_("à lire avant de réserver"), max_length=500, blank=True, default="")
    instructions = models.CharField(_("consignes pour la venue"), max_length=1000, blank=True, default="")
    discretion = models.CharField(max_length=14, choices=Discretion, default=Discretion.NORMAL)
    tint = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(6)])
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("motif de consultation")
        constraints = [
            models.CheckConstraint(name="visit_reason_tint_known", condition=models.Q(tint__gte=1, tint__lte=6))
        ]

    def __str__(self) -> str:
        return self.name


class VisitQuestion(models.Model):
    """A yes/no question asked before booking; one answer may refuse the booking or send to another reason."""

    visit_reason = models.ForeignKey(VisitReason, on_delete=models.CASCADE, related_name="questions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(3)])
    text = models.CharField(_("question"), max_length=200)
    refuse_on = models.BooleanField(_("réponse qui arrête la réservation"), null=True, blank=True)
    refusal = models.CharField(_("message"), max_length=300, blank=True, default="")
    redirect_to = models.ForeignKey(VisitReason, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("question avant rendez-vous")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["visit_reason", "position"], name="visit_question_position_once"),
            models.CheckConstraint(
                name="visit_question_three_at_most", condition=models.Q(position__gte=1, position__lte=3)
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class AgendaReason(models.Model):
    """How one agenda offers one reason. Durations and delays are minutes unless the name says otherwise.

    `step_minutes` spaces the offered starts; `notice_minutes` is real elapsed time before the start;
    `horizon_days` counts local calendar days; `change_until_minutes` is the cut-off for moving and for a
    cancellation that is not late; `price_cents` is null when the practice does not publish one.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="reasons")
    visit_reason = models.ForeignKey(VisitReason, on_delete=models.CASCADE, related_name="agenda_reasons")
    duration_minutes = models.PositiveSmallIntegerField(default=20)
    step_minutes = models.PositiveSmallIntegerField(default=20)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    notice_minutes = models.PositiveIntegerField(default=60)
    horizon_days = models.PositiveSmallIntegerField(default=90)
    change_until_minutes = models.PositiveIntegerField(default=240)
    daily_quota = models.PositiveSmallIntegerField(null=True, blank=True)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    modes = ArrayField(models.CharField(max_length=8, choices=Mode), default=list)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    online = models.BooleanField(_("réservable en ligne"), default=True)
    # Kept for colleagues who send a patient: never shown to the public, whatever reads `online`.
    referrals = models.BooleanField(_("réservé aux confrères qui adressent"), default=False, db_default=False)

    class Meta:
        verbose_name = _("motif d’un agenda")
        constraints = [
            models.UniqueConstraint(fields=["agenda", "visit_reason"], name="agenda_reason_once"),
            models.CheckConstraint(
                name="agenda_reason_durations_sane",
                condition=models.Q(duration_minutes__gte=5, duration_minutes__lte=480)
                & models.Q(step_minutes__gte=5, step_minutes__lte=480),
            ),
            models.CheckConstraint(
                name="agenda_reason_online_or_referrals", condition=~models.Q(online=True, referrals=True)
            ),
            models.CheckConstraint(name="agenda_reason_has_a_mode", condition=models.Q(modes__len__gte=1)),
            models.CheckConstraint(
                name="agenda_reason_horizon_sane", condition=models.Q(horizon_days__gte=1, horizon_days__lte=366)
            ),
        ]

    def __str__(self) -> str:
        return f"agenda reason {self.pk}"
