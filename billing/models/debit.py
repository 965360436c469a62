"""SEPA debits: each announced collection, the file it left in, and what the bank gave back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums_payment import LIVE_DEBITS, BatchState, DebitState, Scheme
from core import clock
from core.crypto import EncryptedTextField


class DebitBatch(models.Model):
    """One file for the bank. `content` is sealed: it holds the accounts. `name` is its message identification."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=35, unique=True)
    scheme = models.CharField(max_length=4, choices=Scheme, default=Scheme.CORE)
    state = models.CharField(max_length=9, choices=BatchState, default=BatchState.PREPARED)
    first_collect_on = models.DateField()
    send_by = models.DateField()
    count = models.PositiveIntegerField()
    total_cents = models.PositiveBigIntegerField()
    content = EncryptedTextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("remise de prélèvements")

    def __str__(self) -> str:
        return self.name


class DebitQuerySet(models.QuerySet["Debit"]):
    def live(self) -> DebitQuerySet:
        """Those that stand for their invoice."""
        return self.filter(state__in=LIVE_DEBITS)


class Debit(models.Model):
    """One collection of one invoice. `end_to_end` comes back with every return of the bank."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(DebitBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="debits")
    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="debits")
    mandate = models.ForeignKey("billing.Mandate", on_delete=models.PROTECT, related_name="debits")
    amount_cents = models.PositiveBigIntegerField()
    collect_on = models.DateField()
    sequence = models.CharField(max_length=4, default="RCUR")
    end_to_end = models.CharField(max_length=35, unique=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=DebitState, default=DebitState.NOTIFIED)
    notified_at = models.DateTimeField(default=clock.now)
    payment = models.OneToOneField(
        "billing.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="debit"
    )
    return_code = models.CharField(max_length=4, blank=True, default="")
    returned_on = models.DateField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=40, blank=True, default="")

    objects = DebitQuerySet.as_manager()

    class Meta:
        verbose_name = _("prélèvement")
        indexes = [models.Index(fields=["state", "collect_on"], name="billing_debit_due")]
        constraints = [
            models.CheckConstraint(name="billing_debit_positive", condition=Q(amount_cents__gt=0)),
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(state__in=["notified", "batched", "sent", "settled"]),
                name="billing_one_live_debit",
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end


class ReturnsImport(models.Model):
    """A file of returns that was brought in; `report` counts what it did and names the references nobody knows."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=35, blank=True, default="")
    sha256 = models.CharField(max_length=64, unique=True)
    report = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=clock.now, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("import de rejets")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
