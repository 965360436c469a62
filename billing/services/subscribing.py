"""A practice subscribes, leaves and comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from billing.days import today
from billing.enums import ProductKind
from billing.enums import SubscriptionState as State
from billing.exceptions import BillingRefusal
from billing.machine import Event
from billing.models import Subscription, SubscriptionItem
from billing.money import next_month
from billing.selectors.seats import holders_of, public_practices
from billing.services._items import end_all, product_of, rewrite
from billing.services._subscription import locked, move, require_running, write
from billing.services.payers import payer_for, write_payer
from billing.services.settling import give_back_soon
from billing.services.standing import settle_online
from core import idempotency
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.models import Practice

NOW, TERM = "now", "term"


@transaction.atomic
def subscribe(
    *,
    actor: Actor,
    practice: UUID,
    plan: str,
    seats: Sequence[UUID],
    payer: UUID | None = None,
    payer_fields: Mapping[str, str] | None = None,
    terms_accepted: bool = False,
    claim: Claim | None = None,
) -> Subscription:
    """Put these practitioners on a plan from today, paid by `payer`, or by a new one made of `payer_fields`.

    The trial counts from the first public agenda and is given once. A practice that left comes back this way: its online
    booking opens in the same transaction, unless an unpaid invoice keeps it closed.
    Raises NotForYou, `terms_not_accepted`, `already_subscribed`, `plan_unknown`, `seats_empty`, and those of payers.
    """
    if (kept := idempotency.begin(actor, claim)) is not None:
        return kept  # type: ignore[return-value]
    found = get_or_404(actor, Practice, "subscribe", uid=practice)
    if not terms_accepted:
        raise BillingRefusal("terms_not_accepted")
    Practice.objects.select_for_update(no_key=True).get(pk=found.pk)
    subscription = _subscription_of(found)
    day = today()
    if subscription.pk and live_items(subscription, day).exists():
        raise BillingRefusal("already_subscribed")
    product = product_of(plan, ProductKind.PLAN, day)
    people = holders_of(found.pk, seats)
    if not people:
        raise BillingRefusal("seats_empty")
    payers = write_payer(actor, found, payer_fields) if payer_fields else payer_for(actor, found.pk, payer)
    before = _start(subscription, day)
    for person in people:
        rewrite(subscription, day, product=product, payer=payers, practitioner_id=person.pk)
    write(actor, subscription, "subscribe", before=before, plan=plan, seats=len(people), payer=payers.uid)
    settle_online(actor, subscription)
    idempotency.complete(actor, claim, subscription)
    return subscription


@transaction.atomic
def cancel(
    *, actor: Actor, subscription: UUID, when: str, expected_revision: int | None = None, claim: Claim | None = None
) -> Subscription:
    """Leave, today (`now`) or at the end of the month or of the trial (`term`).

    From that day nothing is charged and no new visit is booked online; visits to come, reminders, files and exports stay.
    Days already billed are given back by a credit note. Raises NotForYou, `not_subscribed`, `ending`, `changed_meanwhile`.
    """
    if (kept := idempotency.begin(actor, claim)) is not None:
        return kept  # type: ignore[return-value]
    row = locked(actor, subscription, expected_revision=expected_revision)
    if row.state == State.CANCELLED:
        raise BillingRefusal("not_subscribed")
    if when == NOW:
        end_now(actor, row, today())
    else:
        if row.cancels_on is not None:
            raise BillingRefusal("ending")
        row.cancels_on = term_of(row, today())
        end_all(row, row.cancels_on)
        write(actor, row, "cancel_at_term", on=row.cancels_on)
    idempotency.complete(actor, claim, row)
    return row


@transaction.atomic
def keep(*, actor: Actor, subscription: UUID) -> Subscription:
    """Take back a cancellation at term, before its day. Raises NotForYou, `not_ending`."""
    row = locked(actor, subscription)
    if row.cancels_on is None or row.state == State.CANCELLED:
        raise BillingRefusal("not_ending")
    ended = SubscriptionItem.objects.filter(subscription=row, ends_on=row.cancels_on)
    ended.exclude(starts_on=F("ends_on")).update(ends_on=None)
    row.cancels_on = None
    write(actor, row, "keep")
    return row


def end_now(actor: Actor, subscription: Subscription, day: date, kind: str = "cancel") -> None:
    """The end itself, inside the caller's transaction: `day` is the first one that is not covered."""
    end_all(subscription, day)
    before = move(subscription, Event.END)
    subscription.ended_on, subscription.cancels_on = day, None
    write(actor, subscription, kind, before=before, on=day)
    settle_online(actor, subscription)
    give_back_soon(subscription)


def term_of(subscription: Subscription, day: date) -> date:
    """The first day not covered after a cancellation at term: the end of the trial, or of the month."""
    trial = subscription.trial_ends_on
    return trial if trial is not None and trial > day else next_month(day)


def live_items(subscription: Subscription, day: date) -> QuerySet[SubscriptionItem]:
    """What stands that day or is planned after it."""
    items = SubscriptionItem.objects.filter(subscription=subscription).exclude(ends_on__lte=day)
    return items.exclude(ends_on=F("starts_on"))


def _subscription_of(practice: Practice) -> Subscription:
    kept = Subscription.objects.select_for_update(of=("self",)).filter(practice=practice).first()
    return kept or Subscription(practice=practice, started_on=today())


def _start(subscription: Subscription, day: date) -> str:
    """Begin, or begin again: the trial is given once. Returns the state before."""
    if subscription.trial_ends_on is None and public_practices([subscription.practice_id]):
        subscription.trial_ends_on = day + timedelta(days=settings.BILLING_TRIAL_DAYS)
    in_trial = subscription.trial_ends_on is None or subscription.trial_ends_on > day
    before = subscription.state if subscription.pk else ""
    if subscription.state == State.CANCELLED:
        move(subscription, Event.COME_BACK_IN_TRIAL if in_trial else Event.COME_BACK)
        subscription.ended_on = None
    elif subscription.pk:
        require_running(subscription)
    subscription.save()
    return before
