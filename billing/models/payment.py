"""Money that came, what it pays, and what goes back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import PaymentMethod
from billing.enums_payment import GatewayName, PaymentState, RefundState
from core import clock


class Payment(models.Model):
    """One sum from one payer. `received_on` is the day the money counts, null while it is on its way.

    `gateway_ref` is the gateway's own name for it: the same money never enters twice. `for_invoice` is what it was
    asked for; what it pays is said by its allocations alone. `code` says why it failed or was given back. `page_ref`,
    `page_address` and `page_until` are those of the service's page on which the payer pays by himself, for the payments made so.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=8, choices=PaymentMethod)
    amount_cents = models.PositiveBigIntegerField()
    received_on = models.DateField(null=True, blank=True)
    reference = models.CharField(_("référence"), max_length=140, blank=True, default="")
    state = models.CharField(max_length=8, choices=PaymentState, default=PaymentState.SETTLED)
    gateway = models.CharField(max_length=8, choices=GatewayName)
    gateway_ref = models.CharField(max_length=100, null=True, blank=True, unique=True)
    for_invoice = models.ForeignKey(
        "billing.Invoice", null=True, blank=True, on_delete=models.PROTECT, related_name="attempts"
    )
    code = models.CharField(max_length=60, blank=True, default="")
    page_ref = models.CharField(max_length=100, null=True, blank=True, unique=True)
    page_address = models.CharField(max_length=500, blank=True, default="")
    page_until = models.DateTimeField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    disputed_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("paiement")
        indexes = [
            models.Index(fields=["payer", "-received_on"], name="billing_payment_payer"),
            models.Index(fields=["for_invoice"], condition=Q(state="pending"), name="billing_payment_pending"),
        ]
        constraints = [
            models.CheckConstraint(name="billing_payment_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="billing_payment_settled_has_a_day",
                condition=~Q(state__in=["settled", "returned"]) | Q(received_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount_cents}"


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def live(self) -> AllocationQuerySet:
        """Those that stand."""
        return self.filter(undone_at__isnull=True)


class Allocation(models.Model):
    """So many cents of a payment, or of a credit note, pay an invoice. Never changed: undone, and made anew.

    The database refuses more than the source holds and more than the invoice asks (trigger of the migration).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="allocations")
    credit_note = models.ForeignKey(
        "billing.Invoice", null=True, blank=True, on_delete=models.PROTECT, related_name="given_to"
    )
    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="allocations")
    amount_cents = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(default=clock.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=40, blank=True, default="")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("lettrage")
        indexes = [
            models.Index(fields=["invoice"], condition=Q(undone_at__isnull=True), name="billing_allocation_live"),
        ]
        constraints = [
            models.CheckConstraint(name="billing_allocation_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="billing_allocation_one_source",
                condition=Q(payment__isnull=True, credit_note__isnull=False)
                | Q(payment__isnull=False, credit_note__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} → {self.invoice_id}"


class Refund(models.Model):
    """Money that goes back to a payer: the rest of a payment, or of a credit note. A failed one counts for nothing."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    credit_note = models.ForeignKey(
        "billing.Invoice", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    amount_cents = models.PositiveBigIntegerField()
    state = models.CharField(max_length=6, choices=RefundState, default=RefundState.ASKED)
    gateway = models.CharField(max_length=8, choices=GatewayName)
    gateway_ref = models.CharField(max_length=100, null=True, blank=True, unique=True)
    reason = models.CharField(_("motif"), max_length=200)
    code = models.CharField(max_length=60, blank=True, default="")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("remboursement")
        constraints = [
            models.CheckConstraint(name="billing_refund_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="billing_refund_one_source",
                condition=Q(payment__isnull=True, credit_note__isnull=False)
                | Q(payment__isnull=False, credit_note__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} ({self.state})"
