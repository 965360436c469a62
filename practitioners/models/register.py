"""What the national register says: its files as imported, the sites it states, and who has left it.

Kept apart from what a practice owns: an import writes these rows and the `register_*` columns of a practitioner only.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from practitioners.enums import SnapshotState


class RegisterSnapshot(models.Model):
    """One import of the register, with its outcome.

    `file_stamp` is the AAAAMMJJHHMM of the file's name. `counts` is the report (see `register.report`), `refusal` the
    stable code of the reason why nothing was written. At most one is CURRENT and one PREVIOUS.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=160)
    file_stamp = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, choices=SnapshotState, default=SnapshotState.IMPORTING)
    refusal = models.CharField(max_length=40, blank=True, default="")
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now())
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lecture du répertoire")
        verbose_name_plural = _("lectures du répertoire")
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state__in=[SnapshotState.CURRENT, SnapshotState.PREVIOUS]),
                name="register_snapshot_one_of_a_kind",
            )
        ]
        indexes = [models.Index(fields=["-started_at"], name="register_snapshot_latest")]

    def __str__(self) -> str:
        return f"{self.file_stamp} {self.state}"


class RegisterChunk(models.Model):
    """A part of what a file said, read and cleaned, packed by zlib: from it a former snapshot is laid out again."""

    snapshot = models.ForeignKey(RegisterSnapshot, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    # Which staging table the lines belong to.
    kind = models.CharField(max_length=10)
    lines = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "position"], name="register_chunk_position"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}/{self.position}"


class RegisterRejection(models.Model):
    """A line of a file that could not be understood: where and why. Never its content, except the identifier read."""

    snapshot = models.ForeignKey(RegisterSnapshot, on_delete=models.CASCADE, related_name="rejections")
    file = models.CharField(max_length=160)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    rpps = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("ligne écartée")
        indexes = [models.Index(fields=["snapshot", "code", "line"], name="register_rejection_shown")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}"


class RegisterSite(models.Model):
    """Where the register says that somebody practises. `key` is a lasting digest of the person and the structure.

    Coordinates are those of the commune unless a better source is known. `last_seen_on` stays null as long as the
    current snapshot states the site; a site left keeps its row with `gone` set, and comes back as the same row.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", on_delete=models.CASCADE, related_name="register_sites"
    )
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(_("nom"), max_length=160, blank=True, default="")
    street = models.CharField(_("adresse"), max_length=200, blank=True, default="")
    postcode = models.CharField(_("code postal"), max_length=5, blank=True, default="")
    place = models.ForeignKey(
        "practitioners.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="register_sites"
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    phone = PhoneNumberField(_("téléphone"), blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=160, blank=True, default="")
    sector_code = models.CharField(max_length=8, blank=True, default="")
    genre_code = models.CharField(max_length=8, blank=True, default="")
    first_seen_on = models.DateField()
    last_seen_on = models.DateField(null=True, blank=True)
    gone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lieu au répertoire")
        verbose_name_plural = _("lieux au répertoire")
        constraints = [
            models.CheckConstraint(
                name="register_site_coordinates_together",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
            ),
            models.CheckConstraint(
                name="register_site_seen_until_gone",
                condition=models.Q(gone=True, last_seen_on__isnull=False)
                | models.Q(gone=False, last_seen_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.postcode}".strip()


class StrikeOff(models.Model):
    """Somebody known from the register whom a snapshot no longer states. Lifted when they reappear.

    `told_at` is when staff decided that the patients with visits to come be told, once.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practitioner = models.ForeignKey("practitioners.Practitioner", on_delete=models.CASCADE, related_name="strike_offs")
    snapshot = models.ForeignKey(RegisterSnapshot, on_delete=models.CASCADE, related_name="strike_offs")
    found_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sortie du répertoire")
        verbose_name_plural = _("sorties du répertoire")
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"], condition=models.Q(lifted_on__isnull=True), name="strike_off_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.found_on}"
