"""What was done about an invoice that is late, and when nothing is to be done for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums_books import DunningAct, StepOutcome
from core import clock


class DunningStep(models.Model):
    """A step of the calendar, taken or left out for an invoice: each once. `by_id` is empty when the calendar did it."""

    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="dunning_steps")
    act = models.CharField(max_length=10, choices=DunningAct)
    outcome = models.CharField(max_length=8, choices=StepOutcome, default=StepOutcome.DONE)
    on_day = models.DateField()
    by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("relance")
        constraints = [models.UniqueConstraint(fields=["invoice", "act"], name="dunning_step_once")]

    def __str__(self) -> str:
        return f"{self.act} {self.invoice_id}"


class DunningHold(models.Model):
    """Until `until` (the first day when it goes on), nothing is sent about the invoice: a person agreed so, and why."""

    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="dunning_holds")
    until = models.DateField()
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sursis")
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(ended_at__isnull=True), name="dunning_one_hold")
        ]

    def __str__(self) -> str:
        return f"hold {self.invoice_id}"


class Indemnity(models.Model):
    """The forty euros of article D441-5 of the code de commerce, asked for by a person's decision: once an invoice.

    `charged_by` is the paper that asks for it; nobody is charged by the calendar.
    """

    invoice = models.OneToOneField("billing.Invoice", on_delete=models.PROTECT, related_name="indemnity")
    charged_by = models.OneToOneField("billing.Invoice", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("indemnité de recouvrement")

    def __str__(self) -> str:
        return f"indemnity {self.invoice_id}"


class InterestCharge(models.Model):
    """The late interest of an invoice (code de commerce, L441-10), asked for by a person's decision for days of one rate.

    Days after `after` and until `until` included: the next charge begins where this one ends. `rate_bp`: basis points.
    `charged_by` may ask for days of several half-years.
    """

    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="interest_charges")
    charged_by = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="+")
    after = models.DateField()
    until = models.DateField()
    rate_bp = models.PositiveIntegerField()
    amount_cents = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("intérêts de retard")
        constraints = [
            models.CheckConstraint(name="billing_interest_days", condition=Q(until__gt=models.F("after"))),
            models.UniqueConstraint(fields=["invoice", "after"], name="billing_interest_once"),
        ]

    def __str__(self) -> str:
        return f"interest {self.invoice_id}"
