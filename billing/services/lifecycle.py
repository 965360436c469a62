"""What the calendar does to subscriptions, each night: trials begin and end, cancellations fall due, pauses follow leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.days import today
from billing.enums import SubscriptionState as State
from billing.machine import Event, may
from billing.models import Pause, Subscription
from billing.selectors.leaves import leaves_of
from billing.selectors.seats import public_practices
from billing.services._subscription import locked, move, write
from billing.services._whole import follow_pauses
from billing.services.pauses import shorten
from billing.services.subscribing import end_now, live_items
from core.access import Actor


def follow_calendar(*, actor: Actor) -> dict[str, int]:
    """Everything that today changes. May run twice, or after missed nights: each change keeps its own day."""
    day = today()
    return {
        "begun": begin_trials(actor=actor, day=day),
        "ended": sum(_each(actor, _to_end(day), _end)),
        "shortened": sum(_each(actor, _with_pauses(day), _follow_leaves)),
        "activated": sum(_each(actor, _out_of_trial(day), _leave_trial)),
        "followed": len(list(_each(actor, _with_pauses(day), _follow_pauses))),
    }


@transaction.atomic
def begin_trials(*, actor: Actor, day: date) -> int:
    """The trial of a practice begins on the day its first agenda is public, subscribed already or not yet."""
    public = public_practices()
    until = day + timedelta(days=settings.BILLING_TRIAL_DAYS)
    waiting = list(
        Subscription.objects.select_for_update(of=("self",))
        .filter(practice__in=public, trial_ends_on__isnull=True)
        .exclude(state=State.CANCELLED)
        .order_by("pk")
    )
    known = set(Subscription.objects.filter(practice__in=public).values_list("practice_id", flat=True))
    waiting += [Subscription(practice_id=pk, started_on=day) for pk in sorted(public - known)]
    for subscription in waiting:
        subscription.trial_ends_on = until
        subscription.save()
        write(actor, subscription, "trial", on=day, until=until)
    return len(waiting)


def _to_end(day: date) -> QuerySet[Subscription]:
    return Subscription.objects.filter(cancels_on__lte=day).exclude(state=State.CANCELLED)


def _out_of_trial(day: date) -> QuerySet[Subscription]:
    return Subscription.objects.filter(state=State.TRIALING, trial_ends_on__lte=day)


def _with_pauses(day: date) -> QuerySet[Subscription]:
    near = Pause.objects.filter(subscription=OuterRef("pk"), ends_on__gte=day - timedelta(days=40))
    return Subscription.objects.filter(Q(state=State.PAUSED) | Exists(near)).exclude(state=State.CANCELLED)


def _each(
    actor: Actor, rows: QuerySet[Subscription], act: Callable[[Actor, Subscription, date], bool]
) -> Iterator[int]:
    """One transaction for each: what fails for one practice keeps no other waiting."""
    for uid in list(rows.order_by("pk").values_list("uid", flat=True)):
        with transaction.atomic():
            yield int(bool(act(actor, locked(actor, uid), today())))


def _end(actor: Actor, subscription: Subscription, day: date) -> bool:
    if subscription.cancels_on is None or subscription.cancels_on > day or not may(subscription.state, Event.END):
        return False
    end_now(actor, subscription, subscription.cancels_on, "cancelled")
    return True


def _leave_trial(actor: Actor, subscription: Subscription, day: date) -> bool:
    """To active with a seat; without any, the practice never subscribed: its online booking closes, its visits stay."""
    end = subscription.trial_ends_on
    if subscription.state != State.TRIALING or end is None or end > day:
        return False
    if not live_items(subscription, day).exists():
        end_now(actor, subscription, day, "lapse")
        return True
    before = move(subscription, Event.TRIAL_OVER)
    write(actor, subscription, "trial_over", before=before, on=end)
    return True


def _follow_leaves(actor: Actor, subscription: Subscription, day: date) -> bool:
    """A leave that was cut short in the agenda cuts the pause that rests on it, from today on."""
    pauses = Pause.objects.filter(subscription=subscription, practitioner__isnull=False, ends_on__gt=day)
    running = list(pauses.order_by("pk"))
    leaves = leaves_of(subscription.practice_id, {pause.practitioner_id or 0 for pause in running}, date.min)
    cut = False
    for pause in running:
        first = max(pause.starts_on, day)
        covered = [leave.until for leave in leaves.get(pause.practitioner_id or 0, ()) if leave.has(first)]
        until = max(covered, default=first)
        if until < pause.ends_on:
            shorten(actor, subscription, pause, until)
            cut = True
    return cut


def _follow_pauses(actor: Actor, subscription: Subscription, day: date) -> bool:
    follow_pauses(actor, subscription, day)
    return True
