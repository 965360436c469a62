"""A pause: the seat of a practitioner on declared leave is not charged, and what was billed of it is given back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from billing.days import today
from billing.enums import PauseReason
from billing.exceptions import BillingRefusal
from billing.models import Pause, Subscription
from billing.selectors.leaves import leaves_of
from billing.selectors.seats import holders_of
from billing.services._items import standing_seat
from billing.services._subscription import day_of_change, locked, require_running, write
from billing.services._whole import follow_pauses
from billing.services.settling import give_back_soon
from core import idempotency
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from core.idempotency import Claim

SHORTEST = timedelta(days=7)
LONGEST = timedelta(days=366)


@transaction.atomic
def pause(
    *,
    actor: Actor,
    subscription: UUID,
    practitioner: UUID,
    starts_on: date,
    ends_on: date,
    reason: str = PauseReason.OTHER,
    claim: Claim | None = None,
) -> Pause:
    """Pause a seat on the days [starts_on, ends_on), which an absence covers in each of the practitioner's agendas here.

    Raises NotForYou, `not_subscribed`, `ending`, `seat_absent`, `dates_reversed`, `pause_too_short`, `pause_too_long`,
    `pause_overlaps`, `leave_not_declared`, and those of the day.
    """
    if (kept := idempotency.begin(actor, claim)) is not None:
        return kept  # type: ignore[return-value]
    row = locked(actor, subscription)
    require_running(row)
    if reason not in PauseReason.values:
        raise BillingRefusal("reason_missing")
    day = day_of_change(actor, starts_on)
    if ends_on <= day:
        raise BillingRefusal("dates_reversed")
    if ends_on - day < SHORTEST:
        raise BillingRefusal("pause_too_short")
    if ends_on - day > LONGEST:
        raise BillingRefusal("pause_too_long")
    people = holders_of(row.practice_id, [practitioner])
    if not people:
        raise NotForYou
    standing_seat(row, people[0].pk, day)
    _require_room(row, people[0].pk, day, ends_on)
    leaves = leaves_of(row.practice_id, [people[0].pk], day)[people[0].pk]
    if not any(leave.since <= day and ends_on <= leave.until for leave in leaves):
        raise BillingRefusal("leave_not_declared")
    made = Pause.objects.create(
        subscription=row,
        practitioner=people[0],
        starts_on=day,
        ends_on=ends_on,
        reason=reason,
        declared_by_id=actor.user_id,
    )
    write(actor, row, "pause", on=day, practitioner=practitioner, until=ends_on)
    follow_pauses(actor, row, today())
    give_back_soon(row)
    idempotency.complete(actor, claim, made)
    return made


@transaction.atomic
def resume(*, actor: Actor, pause: UUID, on: date | None = None) -> Pause:
    """End a pause from a day on, today when none is given; before its first day it is as if it had never been.

    Raises NotForYou, `pause_over` and those of the day.
    """
    found = get_or_404(actor, Pause, "manage", uid=pause)
    row = locked(actor, found.subscription.uid)
    kept = Pause.objects.select_for_update().get(pk=found.pk)
    day = day_of_change(actor, on)
    if kept.ends_on <= day:
        raise BillingRefusal("pause_over")
    shorten(actor, row, kept, day)
    return kept


def shorten(actor: Actor, subscription: Subscription, pause: Pause, day: date) -> None:
    """The pause ends on `day`; inside the caller's transaction."""
    pause.ends_on = max(pause.starts_on, day)
    pause.save(update_fields=["ends_on"])
    write(actor, subscription, "resume", on=day, pause=pause.uid)
    follow_pauses(actor, subscription, today())


def _require_room(subscription: Subscription, practitioner_id: int, first: date, until: date) -> None:
    mine = Q(practitioner=practitioner_id) | Q(practitioner__isnull=True)
    if Pause.objects.filter(mine, subscription=subscription, starts_on__lt=until, ends_on__gt=first).exists():
        raise BillingRefusal("pause_overlaps")
