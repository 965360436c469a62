"""Holding a slot while the form is filled: ten minutes, renewed once, bounded per visitor and per address."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from booking.enums import Status
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.offers import find_offer
from booking.services import _write
from booking.services._checks import check_mode, check_start, offer_now, whole_minute
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import audit, clock
from core.access import Actor, get_or_404
from practitioners.models import AgendaReason

HOLD = timedelta(minutes=10)


def hold_slot(*, actor: Actor, agenda: UUID, visit_reason: UUID, start: datetime, invitation: str = "") -> Appointment:
    """Keep a start for this visitor for ten minutes, before sign-in too; `invitation` as in `find_offer`.

    Asking again for a slot one already holds returns the same hold. Raises `slot_taken`, `not_offered`,
    `not_bookable`, `notice_too_short`, `beyond_horizon`, `too_many_holds`, `agenda_busy`.
    """
    offer, start = find_offer(actor, agenda, visit_reason, invitation=invitation), whole_minute(start)
    return run_verb(lambda: _hold(actor, offer, start), offer=offer, start=start)


def _hold(actor: Actor, offer: AgendaReason, start: datetime) -> Appointment:
    now = clock.now()
    lock_performers(offer.agenda.practitioner_id)
    _write.clear_expired_holds({offer.agenda.practitioner_id}, now)
    mine = Appointment.objects.filter(_own(actor), status=Status.HELD)
    same = mine.filter(agenda=offer.agenda_id, visit_reason=offer.visit_reason_id, start_at=start).first()
    if same is not None:
        return same
    _check_bounds(actor, now)
    offer = offer_now(offer)
    check_mode(offer, None)
    check_start(offer, start, now=now)
    held = _write.hold(actor, offer, start, expires_at=now + HOLD)
    audit.record(actor, "booking.hold", held, practice_id=held.practice_id)
    return held


def renew_hold(*, actor: Actor, hold: UUID) -> Appointment:
    """Ten more minutes, once, while the code is awaited. Raises `hold_expired`, `hold_already_renewed`."""

    def work() -> Appointment:
        held = _locked_hold(actor, hold)
        if held.renewed:
            raise Refusal("hold_already_renewed")
        held.renewed = True
        held.expires_at = clock.now() + HOLD
        held.save(update_fields=["renewed", "expires_at", "updated_at"])
        audit.record(actor, "booking.renew_hold", held, practice_id=held.practice_id)
        return held

    return run_verb(work)


def release_hold(*, actor: Actor, hold: UUID) -> None:
    """Give the slot back at once. A hold that is already over is no error: the slot is free either way."""

    def work() -> None:
        held = get_or_404(actor, Appointment, "hold", uid=hold)
        lock_performers(held.performer_id)
        audit.record(actor, "booking.release_hold", held, practice_id=held.practice_id)
        _write.give_up_holds(Appointment.objects.filter(pk=held.pk, status=Status.HELD))

    run_verb(work)


def forget_expired_holds() -> int:
    """Delete holds long over that no writer of their performer has met; returns how many. Readers ignore them anyway."""
    over = Appointment.objects.filter(status=Status.HELD, expires_at__lt=clock.now() - HOLD)
    count = over.count()
    _write.give_up_holds(over)
    return count


def _locked_hold(actor: Actor, hold: UUID) -> Appointment:
    held = get_or_404(actor, Appointment, "hold", uid=hold)
    lock_performers(held.performer_id)
    current = Appointment.objects.filter(pk=held.pk, status=Status.HELD, expires_at__gt=clock.now()).first()
    if current is None:
        raise Refusal("hold_expired")
    return current


def _own(actor: Actor) -> Q:
    mine = Q(holder=actor.session) if actor.session else Q(pk__in=[])
    return mine | Q(booked_by_id=actor.user_id) if actor.user_id is not None else mine


def _check_bounds(actor: Actor, now: datetime) -> None:
    """Live holds per visitor and per address; rows past their end do not count."""
    live = Appointment.objects.filter(status=Status.HELD, expires_at__gt=now)
    if live.filter(_own(actor)).count() >= settings.HOLDS_PER_VISITOR:
        raise Refusal("too_many_holds")
    if actor.ip and live.filter(holder_ip=actor.ip).count() >= settings.HOLDS_PER_ADDRESS:
        raise Refusal("too_many_holds")
