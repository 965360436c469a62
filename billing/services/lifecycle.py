"""What the calendar does to subscriptions, each night: trials begin and end, cancellations fall due, pauses follow leaves."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from billing.days import today
from billing.enums import SubscriptionState as State
from billing.machine import Event, may
from billing.messages_trial import TRIAL_ENDING, subject_of
from billing.models import Pause, Subscription
from billing.selectors.leaves import leaves_of
from billing.selectors.seats import public_practices
from billing.selectors.trials import trials_to_warn
from billing.services._subscription import locked, move, write
from billing.services._whole import follow_pauses
from billing.services.pauses import shorten
from billing.services.subscribing import end_now, live_items
from core import audit, clock
from core.access import Actor
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.services import notify_many
from practitioners.enums import Role
from practitioners.models import Membership

PARIS = ZoneInfo("Europe/Paris")


def follow_calendar(*, actor: Actor) -> Counter[str]:
    """Everything that today changes. May run twice, or after missed nights: each change keeps its own day."""
    day = today()
    counts: Counter[str] = Counter(begun=begin_trials(actor=actor, day=day), warned=warn_trials(actor=actor, day=day))
    for pk in due_subscriptions(day):
        counts.update(follow_one(actor=actor, subscription_id=pk))
    return counts


def due_subscriptions(day: date) -> list[int]:
    """The subscriptions that a day may change: one job each, so that none keeps another waiting."""
    near = Pause.objects.filter(subscription=OuterRef("pk"), ends_on__gte=day - timedelta(days=40))
    rows = Subscription.objects.exclude(state=State.CANCELLED).filter(
        Q(cancels_on__lte=day) | Q(state=State.TRIALING, trial_ends_on__lte=day) | Q(state=State.PAUSED) | Exists(near)
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def follow_one(*, actor: Actor, subscription_id: int) -> list[str]:
    """What today changes in one subscription; the names of what it did."""
    day = today()
    row = locked(actor, Subscription.objects.values_list("uid", flat=True).get(pk=subscription_id))
    done = []
    for name, act in (("ended", _end), ("shortened", _follow_leaves), ("activated", _leave_trial)):
        if row.state != State.CANCELLED and act(actor, row, day):
            done.append(name)
    if row.state != State.CANCELLED:
        follow_pauses(actor, row, day)
    return done


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


@transaction.atomic
def warn_trials(*, actor: Actor, day: date) -> int:
    """Tell the owners of practices that try without having subscribed that their trial ends within a week, once.

    Each night of that week asks again, so a missed one costs nothing: the outbox keeps a message by its news and reader.
    Returns how many trials were told now.
    """
    rows = {subject_of(row): row for row in trials_to_warn(day)}
    for told in Message.objects.filter(kind=TRIAL_ENDING, subject__in=rows).values_list("subject", flat=True):
        rows.pop(told, None)
    owners = Membership.objects.filter(practice__in=[row.practice_id for row in rows.values()], role=Role.OWNER)
    readers: dict[int, list[int]] = {}
    for practice, user in owners.active(clock.now()).values_list("practice_id", "user_id"):
        readers.setdefault(practice, []).append(user)
    news = [
        {
            "kind": TRIAL_ENDING,
            "channel": ChannelName.EMAIL,
            "subject": subject,
            "practice_id": row.practice_id,
            "user_id": user,
            "expires_at": clock.instant(clock.day_start(row.trial_ends_on or day, PARIS)),
        }
        for subject, row in rows.items()
        for user in readers.get(row.practice_id, ())
    ]
    if news:
        notify_many(news)
        audit.record(actor, "billing.warn_trials", None, trials=len(rows))
    return len(rows)


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
