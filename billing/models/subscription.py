"""What a practice subscribed to, as dated facts: everything that is charged is computed from them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.enums import PauseReason, ProductKind, SubscriptionState
from billing.models.catalogue import DateRange
from core import clock


class Subscription(models.Model):
    """The one subscription of a practice. Days are dates in Paris; an end is the first day that is not covered any more.

    The trial begins with the first public agenda: until then `trial_ends_on` is empty and nothing is charged.
    `restricted_at`: since when an unpaid invoice closes online booking, and only that.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.OneToOneField("practitioners.Practice", on_delete=models.PROTECT, related_name="subscription")
    state = models.CharField(max_length=9, choices=SubscriptionState, default=SubscriptionState.TRIALING)
    started_on = models.DateField()
    trial_ends_on = models.DateField(null=True, blank=True)
    cancels_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    restricted_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("abonnement")
        constraints = [
            models.CheckConstraint(
                name="billing_ended_when_cancelled",
                condition=models.Q(state=SubscriptionState.CANCELLED, ended_on__isnull=False)
                | (~models.Q(state=SubscriptionState.CANCELLED) & models.Q(ended_on__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class SubscriptionEvent(models.Model):
    """One line of a subscription's history; the database refuses to change or remove it."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=24)
    from_state = models.CharField(max_length=9, blank=True, default="")
    to_state = models.CharField(max_length=9)
    on_day = models.DateField()
    user_id = models.BigIntegerField(null=True)
    system_name = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("événement d’abonnement")
        indexes = [models.Index(fields=["subscription", "-id"], name="billing_event_history")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SubscriptionItem(models.Model):
    """A seat (a plan with a practitioner) or an add-on, paid by somebody from a day on.

    Nothing of an item changes but its end: another plan, payer or quantity closes one and opens the next on the same day.
    One that ends on the day it starts counts for nothing. `kind` is the product's, kept here for the constraint.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="items")
    product = models.ForeignKey("billing.Product", on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=6, choices=ProductKind)
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="items")
    quantity = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("ligne d’abonnement")
        constraints = [
            models.CheckConstraint(
                name="billing_item_dates_ordered",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(name="billing_item_quantity", condition=models.Q(quantity__gte=1)),
            models.CheckConstraint(
                name="billing_seat_has_somebody",
                condition=~models.Q(kind=ProductKind.PLAN) | models.Q(practitioner__isnull=False, quantity=1),
            ),
            # Two items that touch may not overlap; an empty one overlaps nothing.
            ExclusionConstraint(
                name="billing_one_seat_a_day",
                expressions=[
                    ("subscription", RangeOperators.EQUAL),
                    ("practitioner", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(kind=ProductKind.PLAN),
            ),
        ]
        indexes = [models.Index(fields=["payer", "starts_on"], name="billing_item_of_payer")]

    def __str__(self) -> str:
        return f"item {self.pk}"

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


class Pause(models.Model):
    """Days of declared leave that are not charged: of one practitioner's seat, or of the whole practice when empty."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="pauses")
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=8, choices=PauseReason)
    declared_by_id = models.BigIntegerField(null=True)
    declared_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("pause")
        constraints = [
            models.CheckConstraint(
                name="billing_pause_dates_ordered", condition=models.Q(ends_on__gte=models.F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)


class FreePeriod(models.Model):
    """Days offered to a subscription, all its items included."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="free_periods")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=160)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("mois offerts")
        constraints = [
            models.CheckConstraint(
                name="billing_free_dates_ordered", condition=models.Q(ends_on__gt=models.F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"free {self.pk}"


class Adjustment(models.Model):
    """An amount before tax, of either sign, that a person put on the next invoice of a payer, and why.

    `label` is printed on the invoice, `reason` is for the books. It is spent once a line of an invoice names it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="adjustments")
    amount_cents = models.IntegerField()
    label = models.CharField(max_length=120)
    reason = models.CharField(max_length=400)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("ajustement")
        constraints = [models.CheckConstraint(name="billing_adjustment_amount", condition=~models.Q(amount_cents=0))]

    def __str__(self) -> str:
        return f"adjustment {self.pk}"
