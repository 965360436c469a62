"""A private address that calendar programs read: one agenda, busy time or initials, never a reason."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from booking.enums import FeedDetail


class AgendaFeed(models.Model):
    """An ICS feed. Only the SHA-256 of its token is kept; revoked means gone at the next reading."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    detail = models.CharField(max_length=8, choices=FeedDetail, default=FeedDetail.BUSY)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    last_read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("abonnement à l’agenda")

    def __str__(self) -> str:
        return f"feed {self.pk}"
