"""Monthly runs: what every payer owes for a month, each payer once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums_invoice import RowState, RunState


class InvoiceRun(models.Model):
    """The invoices of one month (`month` is its first day). Running it again takes up what is blocked, nothing else."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    month = models.DateField(unique=True)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.RUNNING)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clôture mensuelle")
        constraints = [
            models.CheckConstraint(name="invoice_run_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class RunRowQuerySet(models.QuerySet["RunRow"]):
    def in_state(self, *states: str) -> RunRowQuerySet:
        return self.filter(state__in=states)


class RunRow(models.Model):
    """One payer in one run, and so at most one invoice of that month's run.

    `missing` lists what keeps it from being issued: [{"code": "buyer_city", "label": "ville"}…].
    """

    run = models.ForeignKey(InvoiceRun, on_delete=models.PROTECT, related_name="rows")
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RowState, default=RowState.PENDING)
    missing = models.JSONField(default=list)
    invoice = models.OneToOneField("billing.Invoice", null=True, on_delete=models.PROTECT, related_name="run_row")
    done_at = models.DateTimeField(null=True)

    objects = RunRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne de clôture")
        constraints = [
            models.UniqueConstraint(fields=["run", "payer"], name="run_payer_once"),
            models.CheckConstraint(
                name="run_row_invoice",
                condition=Q(state=RowState.ISSUED, invoice__isnull=False)
                | (~Q(state=RowState.ISSUED) & Q(invoice__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "id"], name="run_row_state")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.payer_id}"
