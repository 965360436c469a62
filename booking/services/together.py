"""Bookings that concern several people or several practitioners at once: all or nothing, and first available."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.db.models import Count

from booking.enums import OCCUPYING
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.availability import consecutive_starts, day_bounds, hidden_by_each, local_day
from booking.selectors.offers import find_offer, offered_modes, open_offers
from booking.services import _news, _once, _write
from booking.services._booking import Wish, book_under_locks, resolve_patient
from booking.services._checks import CODES, whole_minute
from booking.services._locks import lock_booking
from booking.services._transaction import run_verb
from core import clock, idempotency
from core.access import Actor, get_or_404, scoped
from practitioners.models import AgendaReason, VisitReason

FAMILY_AT_MOST = 6


def book_family(
    *,
    actor: Actor,
    agenda: UUID,
    visit_reason: UUID,
    start: datetime,
    patients: Sequence[UUID],
    wish: Wish,
    claim: idempotency.Claim | None = None,
) -> list[Appointment]:
    """Book several people one after the other from `start`, in the order given: all of them or none.

    The starts are the next ones that the public list shows, each at or after the end of the one before, without a
    free start skipped. Raises `not_enough_consecutive` and the refusals of a booking.
    """
    offer, start = find_offer(actor, agenda, visit_reason), whole_minute(start)
    wanted = list(dict.fromkeys(patients))
    if not 2 <= len(wanted) <= FAMILY_AT_MOST:
        raise Refusal("family_size", at_most=FAMILY_AT_MOST)

    def work() -> list[Appointment]:
        done = _once.begin(actor, claim)
        if done is not None:
            return _replayed(done)
        people = [resolve_patient(actor, uid) for uid in wanted]
        lock_booking(performers=[offer.agenda.practitioner_id], patients=[person.pk for person in people])
        now = clock.now()
        _write.clear_expired_holds({offer.agenda.practitioner_id}, now)
        scoped(actor, Appointment, "hold").filter(performer=offer.agenda.practitioner_id).delete()
        starts = consecutive_starts(offer, start, len(people), now=now)
        if len(starts) < len(people):
            raise Refusal("not_enough_consecutive")
        group = uuid4()
        booked = [
            book_under_locks(actor, offer, at, replace(wish, patient=person.uid, group=group), person, now=now)
            for at, person in zip(starts, people, strict=True)
        ]
        _news.refresh_listings(offer.agenda.practitioner_id)
        idempotency.complete(actor, claim, booked[0])
        return booked

    return run_verb(work, offer=offer, start=start)


def _replayed(first: Appointment) -> list[Appointment]:
    """The visits of a request that was repeated."""
    return list(Appointment.objects.filter(group=first.group, group__isnull=False).order_by("start_at"))


def book_first_available(
    *,
    actor: Actor,
    visit_reason: UUID,
    start: datetime,
    wish: Wish,
    claim: idempotency.Claim | None = None,
) -> Appointment:
    """Book a start with whichever practitioner of the practice is free for this reason, chosen under the locks.

    The one with the fewest visits that day is tried first (ties by a hash of day and practitioner); when a rival took
    the last free one, the next is tried, else `slot_taken`.
    """
    reason, start = get_or_404(actor, VisitReason, "read", uid=visit_reason), whole_minute(start)
    offers = [offer for offer in open_offers().filter(visit_reason=reason) if _suits(offer, wish)]
    if not offers:
        raise Refusal("not_offered")

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        person = resolve_patient(actor, wish.patient)
        performers = {offer.agenda.practitioner_id for offer in offers}
        lock_booking(performers=performers, patients=[person.pk])
        now = clock.now()
        _write.clear_expired_holds(performers, now)
        offer = _first_free(offers, start, now)
        appointment = book_under_locks(actor, offer, start, wish, person, now=now)
        _news.refresh_listings(appointment.performer_id)
        idempotency.complete(actor, claim, appointment)
        return appointment

    return run_verb(work, offer=offers[0], start=start)


def _suits(offer: AgendaReason, wish: Wish) -> bool:
    modes = offered_modes(offer)
    return bool(modes) and (wish.mode is None or wish.mode in modes)


def _first_free(offers: Sequence[AgendaReason], start: datetime, now: datetime) -> AgendaReason:
    """The least busy practitioner of that local day whose agenda shows this start."""
    hidden = hidden_by_each(offers, start, now=now)
    free = [offer for offer in offers if hidden[offer.pk] is None]
    if not free:
        taken = any(rule is not None and CODES.get(rule) == "slot_taken" for rule in hidden.values())
        raise Refusal("slot_taken" if taken else "not_offered")
    visits = _visits_that_day(free, start)
    day = local_day(free[0], start)
    return min(free, key=lambda offer: (visits.get(offer.agenda.practitioner_id, 0), _tie_break(day, offer)))


def _visits_that_day(offers: Sequence[AgendaReason], start: datetime) -> dict[int, int]:
    first, last = day_bounds(offers[0], start)
    rows = (
        Appointment.objects.filter(
            performer_id__in=[offer.agenda.practitioner_id for offer in offers],
            status__in=OCCUPYING,
            start_at__gte=first,
            start_at__lt=last,
        )
        .values_list("performer_id")
        .annotate(visits=Count("pk"))
        .order_by("performer_id")
    )
    return dict(rows)


def _tie_break(day: date, offer: AgendaReason) -> str:
    return sha256(f"{day}:{offer.agenda.practitioner_id}".encode()).hexdigest()
