"""Free times as the desk sees them: the agendas a member runs, without what binds only the public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from booking.calendar import load_calendars, rules_of
from booking.selectors.availability import FreeSlot, zone_of
from booking.slots import AgendaCalendar, ReasonRules, next_slots
from core import clock
from core.access import Actor, scoped
from practitioners.models import Agenda, AgendaReason
from practitioners.rules import end_of_reach, is_within

# How far the desk looks for a free time.
DAYS = 60
# Starts before the wanted hour of the first day are read and dropped: five-minute steps give at most this many.
SAME_DAY = 288


def desk_offers(
    actor: Actor,
    *,
    visit_reasons: Iterable[UUID] | None = None,
    specialty: str | None = None,
    agendas: Iterable[UUID] | None = None,
) -> QuerySet[AgendaReason]:
    """What the agendas run by the actor offer, online or not; `specialty` is a slug. One statement.

    Each has `until`, the end of the replacement in which the actor runs its agenda, or None.
    """
    offers = AgendaReason.objects.filter(
        agenda__in=scoped(actor, Agenda, "manage").values("pk"), visit_reason__archived_at=None
    )
    if visit_reasons is not None:
        offers = offers.filter(visit_reason__uid__in=list(visit_reasons))
    if specialty is not None:
        offers = offers.filter(visit_reason__specialty__slug=specialty)
    if agendas is not None:
        offers = offers.filter(agenda__uid__in=list(agendas))
    offers = offers.annotate(until=end_of_reach(actor, "agenda__"))
    return offers.select_related(
        "agenda__location__place", "agenda__practitioner__specialty", "agenda__practice", "visit_reason"
    ).order_by("agenda_id", "visit_reason__position", "pk")


def next_slots_across(
    actor: Actor,
    *,
    visit_reasons: Iterable[UUID] | None = None,
    specialty: str | None = None,
    agendas: Iterable[UUID] | None = None,
    count: int = 4,
    from_: datetime | None = None,
    length: timedelta | None = None,
) -> list[FreeSlot]:
    """The next free starts over practitioners and places, in order of time; of one practitioner, each time once.

    Notice, horizon, quota, urgent-care release and the online switch do not count; openings, absences, holidays, visits
    and their buffers do. Four statements, whatever the number of agendas.
    """
    offers = list(desk_offers(actor, visit_reasons=visit_reasons, specialty=specialty, agendas=agendas))
    return next_at_desk(offers, count=count, from_=from_, length=length)


def next_at_desk(
    offers: Sequence[AgendaReason],
    *,
    count: int = 4,
    from_: datetime | None = None,
    length: timedelta | None = None,
    exclude: int | None = None,
) -> list[FreeSlot]:
    """The same for offers already read (with `agenda__location__place`); three statements.

    `exclude` is a visit that does not stand in the way: the one being moved. `length` replaces that of the reason.
    """
    now = clock.now()
    earliest = max(from_ or now, now)
    if not offers:
        return []
    first = min(clock.local_date(earliest, zone_of(offer)) for offer in offers)
    last = first + timedelta(days=DAYS)
    calendars = load_calendars(offers, first_day=first - timedelta(days=1), last_day=last, now=now, exclude=exclude)
    found: dict[tuple[datetime, int], FreeSlot] = {}
    for offer in offers:
        for slot in _of_offer(offer, calendars[offer.pk], earliest, first, last, count, length, now):
            found.setdefault((slot.start, offer.agenda.practitioner_id), slot)
    return sorted(found.values(), key=lambda slot: (slot.start, slot.offer.pk))[:count]


def _of_offer(
    offer: AgendaReason,
    calendar: AgendaCalendar,
    earliest: datetime,
    first: date,
    last: date,
    count: int,
    length: timedelta | None,
    now: datetime,
) -> list[FreeSlot]:
    slots = next_slots(
        as_desk_sees(calendar), desk_rules(offer, length), from_day=first, now=now, until_day=last,
        count=count + SAME_DAY if earliest > now else count,
    )  # fmt: skip
    until = until_of(offer)
    free = (slot for slot in slots if slot.start >= earliest and is_within(until, slot.start))
    return [FreeSlot(slot.start, slot.end, offer) for slot in free][:count]


def until_of(offer: AgendaReason) -> datetime | None:
    """Until when who asked for the offers of the desk puts visits in its agenda; None without an end."""
    return getattr(offer, "until", None)


def as_desk_sees(calendar: AgendaCalendar) -> AgendaCalendar:
    """Without the hours at which urgent-care windows are released."""
    return replace(calendar, openings=[replace(opening, released_before=None) for opening in calendar.openings])


def desk_rules(offer: AgendaReason, length: timedelta | None = None) -> ReasonRules:
    """Without notice, quota and with a horizon beyond what the desk looks at."""
    return replace(rules_of(offer, duration=length), notice=timedelta(0), horizon_days=5 * 366, daily_quota=None)
