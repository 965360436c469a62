"""What billing staff give or correct, with the reason: free months, and amounts on the next invoice."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.enums import SubscriptionState as State
from billing.exceptions import BillingRefusal
from billing.models import Adjustment, FreePeriod, InvoiceLine, Payer
from billing.money import month_of, months_before
from billing.services._subscription import locked, write
from billing.services.settling import give_back_soon
from core import audit, clock, idempotency
from core.access import Actor, get_or_404
from core.idempotency import Claim

# Beyond ten thousand euros somebody mistook cents for euros.
MOST_CENTS = 1_000_000


@transaction.atomic
def give_free_months(
    *, actor: Actor, subscription: UUID, months: int, reason: str, from_month_after: int = 1, claim: Claim | None = None
) -> FreePeriod:
    """Offer whole calendar months, from the next one on (`from_month_after` 0: from the current one).

    They begin when the trial ends, should it last longer: an offer is never lost in it. Raises NotForYou, `months_wrong`,
    `reason_missing`, `not_subscribed`.
    """
    if (kept := idempotency.begin(actor, claim)) is not None:
        return kept  # type: ignore[return-value]
    row = locked(actor, subscription, "correct")
    if row.state == State.CANCELLED:
        raise BillingRefusal("not_subscribed")
    if not 1 <= months <= 12 or from_month_after not in (0, 1):
        raise BillingRefusal("months_wrong")
    if not reason.strip():
        raise BillingRefusal("reason_missing")
    first = months_before(today(), -from_month_after)
    if row.trial_ends_on is not None and row.trial_ends_on > first:
        first = row.trial_ends_on
    last = first.replace(day=1)
    until = months_before(last, -months)
    # From the middle of a month on, as many days of the month after the last.
    if first.day > 1:
        until = until.replace(day=min(first.day, (months_before(until, -1) - month_of(until)).days))
    made = FreePeriod.objects.create(
        subscription=row, starts_on=first, ends_on=until, reason=reason.strip()[:160], created_by_id=actor.user_id
    )
    write(actor, row, "free_months", on=first, until=until, months=months)
    give_back_soon(row)
    idempotency.complete(actor, claim, made)
    return made


@transaction.atomic
def adjust(
    *, actor: Actor, payer: UUID, amount_cents: int, label: str, reason: str, claim: Claim | None = None
) -> Adjustment:
    """Put an amount before tax on the next invoice of a payer, negative to give it. Billing staff alone.

    Raises NotForYou, `amount_wrong`, `label_missing`, `reason_missing`, `payer_closed`.
    """
    if (kept := idempotency.begin(actor, claim)) is not None:
        return kept  # type: ignore[return-value]
    row = get_or_404(actor, Payer, "adjust", uid=payer)
    if row.closed_on is not None:
        raise BillingRefusal("payer_closed")
    if amount_cents == 0 or abs(amount_cents) > MOST_CENTS:
        raise BillingRefusal("amount_wrong")
    if not label.strip():
        raise BillingRefusal("label_missing")
    if not reason.strip():
        raise BillingRefusal("reason_missing")
    made = Adjustment.objects.create(
        payer=row,
        amount_cents=amount_cents,
        label=label.strip()[:120],
        reason=reason.strip()[:400],
        created_by_id=actor.user_id,
    )
    audit.record(actor, "billing.adjust", made, practice_id=row.practice_id, amount_cents=amount_cents)
    idempotency.complete(actor, claim, made)
    return made


@transaction.atomic
def withdraw_adjustment(*, actor: Actor, adjustment: UUID) -> Adjustment:
    """Take back an amount that is on no invoice yet. Raises NotForYou, `already_invoiced`."""
    found = get_or_404(actor, Adjustment, "withdraw", uid=adjustment)
    row = Adjustment.objects.select_for_update(of=("self",)).select_related("payer").get(pk=found.pk)
    if InvoiceLine.objects.filter(adjustment=row).exists():
        raise BillingRefusal("already_invoiced")
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record(actor, "billing.withdraw_adjustment", row, practice_id=row.payer.practice_id)
    return row
