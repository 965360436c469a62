"""What a person says of their own health: history, treatments, allergies, measures, doctor, whom to call.

Words are sealed. Kinds, severities and days stand in clear, as do the answers that prevention asks for: the engine reads
them for many people at a time. The page of the profile says so to the person.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from carnet.enums_health import ItemKind, MeasureKind, Proof, Severity
from core.crypto import EncryptedTextField


class HealthProfile(models.Model):
    """One a person: who treats them, what prevention must know (`conditions`: code → yes or no), what helpers must read.

    `term` is the expected day of a birth. `revision` moves at each change.
    """

    patient = models.OneToOneField("patients.Patient", on_delete=models.CASCADE, related_name="health_profile")
    treating_doctor = EncryptedTextField(blank=True, default="")
    treating_phone = EncryptedTextField(blank=True, default="")
    emergency_note = EncryptedTextField(blank=True, default="")
    conditions = models.JSONField(default=dict, blank=True)
    term = models.DateField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("profil de santé")

    def __str__(self) -> str:
        return f"health profile {self.pk}"


class HealthItem(models.Model):
    """One line of the history, of the treatments or of the allergies; `ended_on` says that it is over, not erased.

    `confidential`: never for relatives; the person alone says so.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="health_items")
    kind = models.CharField(max_length=10, choices=ItemKind)
    label = EncryptedTextField()
    details = EncryptedTextField(blank=True, default="")
    severity = models.CharField(max_length=8, choices=Severity, blank=True, default="")
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    confidential = models.BooleanField(default=False, db_default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("élément du profil de santé")
        constraints = [
            models.CheckConstraint(
                name="health_item_dates_ordered",
                condition=models.Q(ended_on__isnull=True)
                | models.Q(began_on__isnull=True)
                | models.Q(ended_on__gte=models.F("began_on")),
            ),
            models.CheckConstraint(
                name="health_item_severity_of_allergies",
                condition=models.Q(severity="") | models.Q(kind="allergy"),
            ),
        ]
        indexes = [models.Index(fields=["patient", "kind"], name="health_item_patient")]

    def __str__(self) -> str:
        return f"health item {self.pk}"


class Vaccination(models.Model):
    """One dose (FHIR Immunization). The vaccine and the day are in clear: prevention is computed from them.

    `proof` is `declared` until a document or a practitioner shows the dose.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="vaccinations")
    vaccine = models.CharField(max_length=20)
    given_on = models.DateField()
    proof = models.CharField(max_length=12, choices=Proof, default=Proof.DECLARED)
    lot = EncryptedTextField(blank=True, default="")
    given_by = EncryptedTextField(blank=True, default="")
    # The uid of the document of the record that shows the dose, when there is one.
    document = models.UUIDField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "practitioners.Practitioner", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vaccination")
        constraints = [
            models.UniqueConstraint(fields=["patient", "vaccine", "given_on"], name="vaccination_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"vaccination {self.pk}"


class Measure(models.Model):
    """A weight, a height, a blood pressure: the value is sealed, what it is and the day are not."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=12, choices=MeasureKind)
    value = EncryptedTextField()
    taken_on = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("mesure")
        indexes = [models.Index(fields=["patient", "kind", "-taken_on"], name="measure_patient")]

    def __str__(self) -> str:
        return f"measure {self.pk}"


class EmergencyContact(models.Model):
    """Whom to call: all of it sealed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="emergency_contacts")
    name = EncryptedTextField()
    phone = EncryptedTextField()
    relation = EncryptedTextField(blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("personne à prévenir")
        indexes = [models.Index(fields=["patient"], name="emergency_contact_patient")]

    def __str__(self) -> str:
        return f"emergency contact {self.pk}"
