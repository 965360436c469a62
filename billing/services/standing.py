"""What an unpaid invoice changes and what paying puts right. Only new online bookings close: visits, reminders, files and
exports are never touched, and patients read « réservation en ligne indisponible », nothing else."""

from __future__ import annotations

from django.db import transaction

from billing.enums import SubscriptionState as State
from billing.machine import Event, may
from billing.models import Subscription
from billing.services._subscription import locked, move, write
from core import audit, clock
from core.access import Actor
from practitioners.enums import BlockCause
from practitioners.models import Agenda, OnlineBlock, Practice
from practitioners.signals import offering_changed


@transaction.atomic
def mark_past_due(*, actor: Actor, subscription: Subscription) -> bool:
    """An invoice is late. False when the state already says so, or no longer matters (trial, cancelled)."""
    return _move_if_it_means_something(actor, subscription, Event.FALL_BEHIND, "past_due")


@transaction.atomic
def mark_settled(*, actor: Actor, subscription: Subscription) -> bool:
    """Nothing is late any more. False when nothing was."""
    return _move_if_it_means_something(actor, subscription, Event.SETTLE, "settled")


@transaction.atomic
def restrict_online(*, actor: Actor, practice: Practice) -> int:
    """Close the agendas of a practice to new online bookings until it pays; return how many this closed.

    Done twice, it adds nothing. A practice without a subscription is closed all the same.
    """
    subscription = _subscription_of(actor, practice)
    if subscription is not None and subscription.restricted_at is None:
        subscription.restricted_at = clock.now()
        write(actor, subscription, "restrict_online")
    return _close(actor, practice)


@transaction.atomic
def lift_online(*, actor: Actor, practice: Practice) -> int:
    """Open again what an unpaid invoice had closed, and only that; return how many agendas this opened.

    The blocks of other causes stay, and so does the closing of a practice whose subscription ended.
    """
    subscription = _subscription_of(actor, practice)
    if subscription is not None and subscription.restricted_at is not None:
        subscription.restricted_at = None
        write(actor, subscription, "lift_online")
    if subscription is not None and subscription.state == State.CANCELLED:
        return 0
    return _open(actor, practice)


def settle_online(actor: Actor, subscription: Subscription) -> int:
    """Make the agendas follow the subscription: closed while it is ended or restricted, open otherwise."""
    closed = subscription.state == State.CANCELLED or subscription.restricted_at is not None
    act = _close if closed else _open
    return act(actor, subscription.practice)


def _subscription_of(actor: Actor, practice: Practice) -> Subscription | None:
    found = Subscription.objects.filter(practice=practice).first()
    return locked(actor, found.uid) if found is not None else None


def _move_if_it_means_something(actor: Actor, subscription: Subscription, event: Event, kind: str) -> bool:
    row = locked(actor, subscription.uid)
    if not may(row.state, event):
        return False
    before = move(row, event)
    write(actor, row, kind, before=before)
    subscription.state, subscription.revision = row.state, row.revision
    return True


def _close(actor: Actor, practice: Practice) -> int:
    agendas = Agenda.objects.filter(practice=practice).exclude(
        pk__in=OnlineBlock.objects.filter(cause=BlockCause.BILLING, closed_at__isnull=True).values("agenda")
    )
    found = list(agendas.order_by("pk"))
    OnlineBlock.objects.bulk_create(
        [OnlineBlock(agenda=agenda, cause=BlockCause.BILLING) for agenda in found], ignore_conflicts=True
    )
    return _tell(actor, "billing.close_online", practice, found)


def _open(actor: Actor, practice: Practice) -> int:
    blocks = OnlineBlock.objects.filter(agenda__practice=practice, cause=BlockCause.BILLING, closed_at__isnull=True)
    found = list(Agenda.objects.filter(pk__in=blocks.values("agenda")).order_by("pk"))
    blocks.update(closed_at=clock.now())
    return _tell(actor, "billing.open_online", practice, found)


def _tell(actor: Actor, act: str, practice: Practice, agendas: list[Agenda]) -> int:
    if agendas:
        audit.record(actor, act, practice, practice_id=practice.pk, agendas=[agenda.pk for agenda in agendas])
        offering_changed.send(sender=Agenda, practitioner_ids=sorted({agenda.practitioner_id for agenda in agendas}))
    return len(agendas)
