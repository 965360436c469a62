"""A copy of a person's data while it waits to be fetched."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField


class ArchiveState(models.TextChoices):
    WAITING = "waiting", _("En préparation")
    READY = "ready", _("Prête")
    FAILED = "failed", _("Interrompue")


class DataArchive(models.Model):
    """One ZIP of everything an account may take away. It lies sealed under a key of its own, and goes when it expires.

    `key` is the object's key in hexadecimal, sealed; the table is left out of the dumps, as its objects are. `size` is
    that of the ZIP in bytes. One at a time for each account.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_archive")
    state = models.CharField(max_length=8, choices=ArchiveState, default=ArchiveState.WAITING)
    object_name = models.CharField(max_length=32, blank=True, default="", db_index=True)
    key = EncryptedTextField(blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("copie de données")

    def __str__(self) -> str:
        return f"archive {self.pk}"
