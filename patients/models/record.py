"""The practice's own file on a patient."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.crypto import EncryptedTextField
from patients.enums import LinkOrigin, Sex


class PatientRecord(models.Model):
    """Practice-local identity and contact: what an appointment points to, always.

    `patient` links it to the civil identity once somebody proved it (`linked_by`). `known_since` is set when the
    practice knows the person: by the desk, by a code sent to the contact in the file, or after a first visit;
    a booking made online does not set it. `blocked_at` closes online booking at this practice only.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="records")
    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.SET_NULL, related_name="records"
    )
    first_name = models.CharField(_("prénom"), max_length=80)
    birth_name = models.CharField(_("nom de naissance"), max_length=80)
    used_name = models.CharField(_("nom utilisé"), max_length=80, blank=True, default="")
    name_key = models.CharField(max_length=260, editable=False)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    email = models.EmailField(blank=True, default="")
    phone = PhoneNumberField(_("mobile"), blank=True, default="")
    landline = PhoneNumberField(_("téléphone fixe"), blank=True, default="")
    # The digits of both numbers as they are dialled in France ("0612345678 0148972014"), for search by a part of one.
    phone_key = models.CharField(max_length=40, blank=True, default="", editable=False)
    notes = EncryptedTextField(blank=True, default="")
    linked_by = models.CharField(max_length=8, choices=LinkOrigin, blank=True, default="")
    known_since = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    block_reason = EncryptedTextField(blank=True, default="")
    # The identifier of the file in the software it came from: a second import of it changes this one.
    imported_ref = models.CharField(max_length=64, blank=True, default="")
    # The person objected to being written to at the contact noted here: the practice calls.
    messages_refused_at = models.DateTimeField(null=True, blank=True)
    deceased_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("fiche patient")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "patient"],
                condition=models.Q(patient__isnull=False, merged_into__isnull=True),
                name="record_once_per_patient",
            ),
            models.UniqueConstraint(
                fields=["practice", "imported_ref"],
                condition=~models.Q(imported_ref="") & models.Q(merged_into__isnull=True),
                name="record_imported_once",
            ),
        ]
        indexes = [
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="record_name_typos"),
            GinIndex(OpClass("phone_key", name="gin_trgm_ops"), name="record_phone_part"),
            models.Index(fields=["practice", "name_key"], name="record_practice_name"),
            models.Index(fields=["patient"], name="record_patient"),
            # Finds the file of a person who says to be known: few people of one practice share a birthday.
            models.Index(fields=["practice", "birth_date"], name="record_practice_birth"),
        ]

    def __str__(self) -> str:
        return f"record {self.pk}"

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.used_name or self.birth_name}"


class RecordLinkCode(models.Model):
    """A request to link a practice's file to an identity, proven by a code sent to the contact in the file.

    The row is made whether or not such a file exists, so that the answer and the work are the same; `record` and
    `digest` (HMAC of the code) are filled afterwards when exactly one file matches. Five wrong tries use it up; it
    lives ten minutes.
    """

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(
        PatientRecord, null=True, blank=True, on_delete=models.CASCADE, related_name="link_codes"
    )
    digest = models.CharField(max_length=64, blank=True, default="")
    tries_left = models.PositiveSmallIntegerField(default=5)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["requested_by", "patient", "practice"], name="link_code_request")]

    def __str__(self) -> str:
        return f"link code {self.pk}"
