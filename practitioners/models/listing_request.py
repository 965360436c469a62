"""What people of the register wish about their own listing, and what anybody asks or reports about one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.enums import ListingAsk, ListingProof, ListingState, ReportReason


class ListingWish(models.Model):
    """What somebody decided about how they are shown. Keyed by RPPS: it outlives every import, and the person's own row.

    `corrections` maps the lasting key of a site to what replaces the register there: `phone` (E.164), `street`, or
    `closed`: true when they receive nobody there any more.
    """

    rpps = models.CharField(max_length=11, unique=True)
    objected = models.BooleanField(default=False)
    phone_hidden = models.BooleanField(default=False)
    corrections = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("choix de parution")
        verbose_name_plural = _("choix de parution")

    def __str__(self) -> str:
        return f"wish {self.pk}"


class ListingRequest(models.Model):
    """One request about a listing, made without an account. Its `uid` shows its state to whoever made it.

    PROVING waits for the code sent to the e-mail of `site`; WAITING for the platform's staff. `wanted` has the shape of
    `ListingWish.corrections`. `contact` is where the answer goes. `digest` is that of the code, never the code.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ListingAsk)
    rpps = models.CharField(max_length=11, blank=True, default="", db_index=True)
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", null=True, on_delete=models.SET_NULL, related_name="listing_requests"
    )
    site = models.ForeignKey("practitioners.RegisterSite", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=12, choices=ReportReason, blank=True, default="")
    wanted = models.JSONField(default=dict, blank=True)
    words = models.TextField(max_length=1000, blank=True, default="")
    contact = models.EmailField(blank=True, default="")
    state = models.CharField(max_length=8, choices=ListingState)
    proof = models.CharField(max_length=8, choices=ListingProof, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    tries_left = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=1000, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("demande sur une fiche")
        verbose_name_plural = _("demandes sur des fiches")
        indexes = [models.Index(fields=["state", "created_at"], name="listing_request_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
