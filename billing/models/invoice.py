"""Invoices and credit notes: numbered when they are issued, and never changed or removed afterwards.

The database keeps that promise (migration `invoices`): once `issued_at` is set, the row, its lines, its totals and its
files refuse every change. Amounts are whole cents. Those of a credit note are positive: they lower what is owed.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums_invoice import FileKind, InvoiceKind
from billing.paper import TAX


class Series(models.Model):
    """A continuous sequence of numbers: "F2026" of invoices, "A2026" of credit notes.

    The row is locked by whoever takes a number, until his transaction ends: a number taken back leaves no gap.
    `last_date` keeps the dates of a series in the order of its numbers.
    """

    code = models.CharField(max_length=8, unique=True)
    last_number = models.PositiveIntegerField(default=0)
    last_date = models.DateField(null=True)

    class Meta:
        verbose_name = _("série de factures")

    def __str__(self) -> str:
        return self.code


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def issued(self) -> InvoiceQuerySet:
        return self.filter(issued_at__isnull=False)

    def invoices(self) -> InvoiceQuerySet:
        return self.filter(kind=InvoiceKind.INVOICE)

    def credit_notes(self) -> InvoiceQuerySet:
        return self.filter(kind=InvoiceKind.CREDIT_NOTE)

    def latest_first(self) -> InvoiceQuerySet:
        return self.order_by("-issue_date", "-pk")


class Invoice(models.Model):
    """An invoice, or the credit note that `corrects` one. Periods are half-open: `period_end` is the day after.

    `seller`, `buyer` and `mentions` are what stood on the paper that day (shapes of `billing.paper`): a later change of
    address changes no issued invoice. `content_hash` is the SHA-256 of everything that the paper says.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=InvoiceKind, default=InvoiceKind.INVOICE)
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(null=True)
    reference = models.CharField(max_length=20, null=True, unique=True)
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="invoices")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("billing.InvoiceRun", null=True, on_delete=models.PROTECT, related_name="invoices")
    issued_at = models.DateTimeField(null=True)
    issue_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    period_start = models.DateField()
    period_end = models.DateField()
    seller = models.JSONField()
    buyer = models.JSONField()
    mentions = models.JSONField(default=list)
    purchase_order = models.CharField(max_length=60, blank=True, default="")
    method = models.CharField(max_length=10, default="transfer")
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    gross_cents = models.BigIntegerField()
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="credit_notes")
    reason = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=5, default="fr")
    content_hash = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("facture")
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoice_number_once"),
            models.CheckConstraint(
                name="invoice_gross_is_net_and_vat", condition=Q(gross_cents=F("net_cents") + F("vat_cents"))
            ),
            models.CheckConstraint(
                name="invoice_amounts_not_negative", condition=Q(net_cents__gte=0, vat_cents__gte=0)
            ),
            models.CheckConstraint(
                name="invoice_numbered_when_issued",
                condition=Q(
                    issued_at__isnull=True, number__isnull=True, reference__isnull=True, issue_date__isnull=True
                )
                | Q(
                    issued_at__isnull=False,
                    series__isnull=False,
                    number__isnull=False,
                    reference__isnull=False,
                    issue_date__isnull=False,
                    due_date__isnull=False,
                    content_hash__regex=r"^[0-9a-f]{64}$",
                ),
            ),
            models.CheckConstraint(
                name="invoice_credit_note_corrects",
                condition=Q(kind=InvoiceKind.INVOICE, corrects__isnull=True)
                | Q(kind=InvoiceKind.CREDIT_NOTE, corrects__isnull=False),
            ),
            models.CheckConstraint(name="invoice_period", condition=Q(period_start__lt=F("period_end"))),
        ]
        indexes = [
            models.Index(fields=["payer", "-issue_date"], name="invoice_payer"),
            models.Index(fields=["practice", "-issue_date"], name="invoice_practice"),
            models.Index(fields=["issue_date"], name="invoice_date"),
            models.Index(fields=["due_date"], condition=Q(kind="invoice"), name="invoice_due"),
        ]

    def __str__(self) -> str:
        return self.reference or f"brouillon {self.pk}"

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def sign(self) -> int:
        """1 for an invoice, -1 for a credit note: what multiplies its amounts in a balance."""
        return -1 if self.is_credit_note else 1

    @property
    def vat_on_debits(self) -> bool:
        """Whether its VAT is owed when it is invoiced, as it says itself; a credit note follows what it corrects."""
        paper = self.corrects if self.is_credit_note and self.corrects is not None else self
        return any(mention.get("code") == TAX for mention in paper.mentions)

    @property
    def month(self) -> date:
        """The first day of the month it bills."""
        return self.period_start.replace(day=1)


class InvoiceLine(models.Model):
    """One line. `net_cents` is quantity times unit price; a credit inside an invoice has a negative quantity.

    `detail` explains the amount (days billed of days in the month, full price, seats, counts by agenda and day): numbers,
    dates and names of the practice's own agendas, never anything of a patient.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=300)
    quantity = models.IntegerField(default=1)
    unit_cents = models.BigIntegerField()
    net_cents = models.BigIntegerField()
    vat_rate = models.PositiveIntegerField()
    period_start = models.DateField()
    period_end = models.DateField()
    item = models.ForeignKey("billing.SubscriptionItem", null=True, on_delete=models.PROTECT, related_name="+")
    price = models.ForeignKey("billing.Price", null=True, on_delete=models.PROTECT, related_name="+")
    adjustment = models.ForeignKey("billing.Adjustment", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, default="normal")
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("ligne de facture")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position"),
            models.CheckConstraint(
                name="invoice_line_amount",
                condition=Q(net_cents=F("quantity") * F("unit_cents")) & Q(unit_cents__gte=0),
            ),
            models.UniqueConstraint(
                fields=["adjustment"], condition=Q(adjustment__isnull=False), name="invoice_line_adjustment_once"
            ),
            models.CheckConstraint(name="invoice_line_rate", condition=Q(vat_rate__lte=10_000)),
            models.CheckConstraint(name="invoice_line_period", condition=Q(period_start__lt=F("period_end"))),
        ]
        indexes = [models.Index(fields=["item", "period_start"], name="invoice_line_item")]

    def __str__(self) -> str:
        return self.label


class VatTotal(models.Model):
    """The VAT of one rate (basis points): half-up on the sum of its lines. `exemption` says why a rate is nil."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="totals")
    rate = models.PositiveIntegerField()
    base_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    exemption = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("TVA d'une facture")
        ordering = ["-rate"]
        constraints = [models.UniqueConstraint(fields=["invoice", "rate"], name="invoice_vat_rate")]

    def __str__(self) -> str:
        return f"{self.rate / 100:g} %"


class InvoiceFile(models.Model):
    """The paper of an issued invoice: PDF/A-3 with its XML inside, and the XML alone. Written once."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=FileKind)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fichier de facture")
        constraints = [models.UniqueConstraint(fields=["invoice", "kind"], name="invoice_file_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.invoice_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The file of an invoice is written once")
        super().save(*args, **kwargs)
