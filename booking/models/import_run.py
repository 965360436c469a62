"""A file of patients or of visits that a practice brings: read dry first, then written line by line."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from booking.enums import ImportKind
from core.crypto import EncryptedTextField


class ImportRun(models.Model):
    """One file. `content` (the decoded text) is sealed and erased once the run is over; `report` names lines, never people.

    `report`: `{"created": n, "updated": n, "unchanged": n, "refused": [{"line": n, "code": "…"}]}`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ImportKind)
    content = EncryptedTextField(blank=True, default="")
    lines = models.PositiveIntegerField(default=0)
    done_lines = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        indexes = [models.Index(fields=["practice", "-id"], name="import_of_practice")]

    def __str__(self) -> str:
        return f"import {self.pk}"
