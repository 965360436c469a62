"""What the bank says came in: files of transfers, line by line, and the lines that wait for a person."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums_payment import LineState
from core import clock


class BankImport(models.Model):
    """One file of the bank, once: the same bytes are the same import."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    report = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=clock.now, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("relevé bancaire")

    def __str__(self) -> str:
        return str(self.uid)


class BankLine(models.Model):
    """One transfer received. `wording` is the bank's, accounts in it masked before it is kept.

    The same line in two files is one: `fingerprint` digests what the bank says of it, `occurrence` tells apart equal
    ones of one day. `verdict` is the code of `billing.matching`; `suggested` holds numbers of invoices that a person
    may choose from.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(BankImport, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    on = models.DateField()
    amount_cents = models.PositiveBigIntegerField()
    wording = models.CharField(max_length=400)
    counterparty = models.CharField(max_length=140, blank=True, default="")
    fingerprint = models.CharField(max_length=64)
    occurrence = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=LineState)
    verdict = models.CharField(max_length=30)
    suggested = models.JSONField(default=list)
    payer = models.ForeignKey("billing.Payer", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payment = models.OneToOneField(
        "billing.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="bank_line"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ignored_reason = models.CharField(_("motif"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("virement reçu")
        indexes = [
            models.Index(fields=["on", "id"], condition=Q(state="suspense"), name="billing_line_suspense"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fingerprint", "occurrence"], name="billing_line_once"),
            models.CheckConstraint(name="billing_line_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="billing_line_paid",
                condition=Q(state__in=["matched", "resolved"], payment__isnull=False)
                | Q(state__in=["suspense", "ignored"], payment__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.amount_cents}"
