"""What prevention keeps of a person: acts noted as done, rules turned down, themes agreed to. Codes and days, no words."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from carnet.enums_health import Proof, Theme
from core.crypto import EncryptedTextField


class PreventionAct(models.Model):
    """An act of prevention done on a day: « C’est déjà fait », or a proof that came later. Vaccine doses are elsewhere."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="prevention_acts")
    code = models.CharField(max_length=24)
    done_on = models.DateField()
    proof = models.CharField(max_length=12, choices=Proof, default=Proof.DECLARED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("acte de prévention")
        constraints = [models.UniqueConstraint(fields=["patient", "code", "done_on"], name="prevention_act_once_a_day")]

    def __str__(self) -> str:
        return f"prevention act {self.pk}"


class PreventionRefusal(models.Model):
    """A rule of which a person does not want to hear any more, until they take it back (the row then goes)."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="prevention_refusals")
    code = models.CharField(max_length=24)
    since = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("conseil écarté")
        constraints = [models.UniqueConstraint(fields=["patient", "code"], name="prevention_refusal_once")]

    def __str__(self) -> str:
        return f"prevention refusal {self.pk}"


class PreventionConsent(models.Model):
    """The agreement of an account to be told of one theme for one person, with the version of the text they read.

    A withdrawal closes the row and a new agreement makes another: the history of what was agreed stays.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="prevention_consents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    theme = models.CharField(max_length=10, choices=Theme)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("accord pour un thème de prévention")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user", "theme"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="prevention_consent_open_once",
            ),
            models.CheckConstraint(
                name="prevention_consent_dates_ordered",
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(withdrawn_at__gte=models.F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"prevention consent {self.pk}"


class CheckupForm(models.Model):
    """The answers to a « Mon bilan prévention » questionnaire, saved as they are typed; sealed as one text.

    `questionnaire` and `version` say which questions were asked.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="checkup_forms")
    questionnaire = models.CharField(max_length=10)
    version = models.CharField(max_length=10)
    answers = EncryptedTextField(blank=True, default="")
    consented_at = models.DateTimeField()
    # The version of the words agreed to (`custody.consent_texts`); rows older than this column agreed to the first ones.
    text_version = models.CharField(max_length=20, default="2026-11-22", db_default="2026-11-22")
    finished_at = models.DateTimeField(null=True, blank=True)
    # The visit it was joined to: who performs it reads it until the visit is over.
    appointment = models.ForeignKey(
        "booking.Appointment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("questionnaire de bilan")
        constraints = [models.UniqueConstraint(fields=["patient", "questionnaire"], name="checkup_form_once")]

    def __str__(self) -> str:
        return f"checkup form {self.pk}"
