"""The free hours shown in a list of results: from the engine, for every agenda of a page at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking.calendar import load_calendars, rules_of, with_busy
from booking.selectors.availability import FreeSlot, admits, last_bookable_day, zone_of
from booking.selectors.offers import offered_modes, open_offers
from booking.slots import AgendaCalendar, available_slots, first_slot
from core import clock
from practitioners.enums import Audience
from practitioners.models import Agenda, AgendaReason


@dataclass(frozen=True, slots=True)
class AgendaHours:
    """What one agenda offers online: its offers open now, free hours by local day, and the first hour after them."""

    offers: list[AgendaReason] = field(default_factory=list)
    days: dict[date, list[FreeSlot]] = field(default_factory=dict)
    later: FreeSlot | None = None

    @property
    def first(self) -> FreeSlot | None:
        """The next free hour of all."""
        return next((slots[0] for _, slots in sorted(self.days.items()) if slots), self.later)


def is_open_to_public(offer: AgendaReason) -> bool:
    """Whether people whom the practice does not know may book it."""
    return offer.audience != Audience.KNOWN and offer.agenda.accepts_new_patients


def public_face(offers: Sequence[AgendaReason]) -> list[AgendaReason]:
    """The offers of one agenda that a list shows: those open to the public, else those of its known patients."""
    return [offer for offer in offers if is_open_to_public(offer)] or list(offers)


def offers_of(agendas: Iterable[Agenda]) -> dict[int, list[AgendaReason]]:
    """The offers bookable online now, by agenda id, in the practice's order; one statement.

    The agendas come with location, place and practitioner loaded, and are those of the offers.
    """
    by_id = {agenda.pk: agenda for agenda in agendas}
    found: dict[int, list[AgendaReason]] = defaultdict(list)
    rows = open_offers().select_related(None).select_related("visit_reason")
    for offer in rows.filter(agenda_id__in=by_id):
        offer.agenda = by_id[offer.agenda_id]
        if offered_modes(offer):
            found[offer.agenda_id].append(offer)
    return found


def hours_by_agenda(
    agendas: Sequence[Agenda], *, days: int, now: datetime, mode: str | None = None, new_patient: bool | None = None
) -> dict[int, AgendaHours]:
    """Free hours of each agenda over `days` local days from its own today, and the first one after an empty window.

    Five statements at most, whatever the number of agendas, offers and visits. One hour is shown once, for the first
    offer of the practice's list that has it.
    """
    offers = {
        agenda: public_face([one for one in group if admits(one, mode=mode, new_patient=new_patient)])
        for agenda, group in offers_of(agendas).items()
    }
    flat = [offer for group in offers.values() for offer in group]
    if not flat:
        return {}
    first = min(clock.local_date(now, zone_of(offer)) for offer in flat)
    last = max(clock.local_date(now, zone_of(offer)) for offer in flat) + timedelta(days=days - 1)
    end = max(last, *(last_bookable_day(offer, now) for offer in flat))
    calendars = load_calendars(flat, first_day=first - timedelta(days=1), last_day=end, now=now, busy_until=last)
    shown = {agenda: _union(group, calendars, days=days, now=now) for agenda, group in offers.items()}
    empty = [offer for agenda, group in offers.items() if not shown[agenda] for offer in group]
    later = _later(empty, calendars, from_day=last, end=end, now=now)
    return {
        agenda: AgendaHours(offers=group, days=shown[agenda], later=later.get(agenda))
        for agenda, group in offers.items()
    }


def _union(
    offers: Sequence[AgendaReason], calendars: Mapping[int, AgendaCalendar], *, days: int, now: datetime
) -> dict[date, list[FreeSlot]]:
    """The hours of one agenda by local day, each once."""
    found: dict[datetime, FreeSlot] = {}
    for offer in offers:
        today = clock.local_date(now, zone_of(offer))
        until = today + timedelta(days=days - 1)
        for slot in available_slots(calendars[offer.pk], rules_of(offer), first_day=today, last_day=until, now=now):
            found.setdefault(slot.start, FreeSlot(slot.start, slot.end, offer))
    by_day: dict[date, list[FreeSlot]] = defaultdict(list)
    for start in sorted(found):
        by_day[found[start].local_day].append(found[start])
    return dict(by_day)


def _later(
    offers: Sequence[AgendaReason],
    calendars: Mapping[int, AgendaCalendar],
    *,
    from_day: date,
    end: date,
    now: datetime,
) -> dict[int, FreeSlot]:
    """The first hour of each agenda after an empty window; reads busy time of these agendas alone."""
    if not offers:
        return {}
    wider = with_busy(calendars, offers, first_day=from_day - timedelta(days=1), last_day=end, now=now)
    found: dict[int, FreeSlot] = {}
    for offer in offers:
        slot = first_slot(
            wider[offer.pk],
            rules_of(offer),
            # Zones differ by a day at most: nothing was found before this one.
            from_day=from_day - timedelta(days=1),
            now=now,
            until_day=last_bookable_day(offer, now),
        )
        known = found.get(offer.agenda_id)
        if slot is not None and (known is None or slot.start < known.start):
            found[offer.agenda_id] = FreeSlot(slot.start, slot.end, offer)
    return found
