"""What a change of hours, absence or offer would do, before it is written: the engine runs on the calendar as it would be.

Nothing is written and rolled back. The same rows give the calendar as it is and, with the draft, as it would be; the
difference is what is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.calendar import load_calendars, rules_of
from booking.selectors.affected import VisitTime
from booking.selectors.setup_drafts import Draft
from booking.selectors.setup_visits import (
    Flagged,
    Misfit,
    calendars_around,
    misfits,
    named_visits,
    upcoming_times,
    zone_of,
)
from booking.slots import AgendaCalendar, available_slots
from core import clock
from core.access import Actor
from practitioners.models import Agenda, AgendaReason

WEEKS = 6
EXAMPLES = 3
VISITS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class DayCount:
    """The starts of one local day that appear or vanish: how many, and the first of them (aware UTC)."""

    day: date
    count: int
    examples: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class ReasonChange:
    """What a change does to the starts offered for one reason."""

    reason: str
    appear: Sequence[DayCount]
    vanish: Sequence[DayCount]

    @property
    def appearing(self) -> int:
        return sum(day.count for day in self.appear)

    @property
    def vanishing(self) -> int:
        return sum(day.count for day in self.vanish)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What saving would do. `visits` would no longer fit and stay; `fitting_again` are those that would fit at last."""

    visits: Sequence[Flagged]
    visit_count: int
    fitting_again: int
    reasons: Sequence[ReasonChange]
    last_day: date
    timezone: str
    seen: str

    @property
    def under_absence(self) -> bool:
        return any(visit.misfit == Misfit.ABSENCE for visit in self.visits)

    @property
    def is_empty(self) -> bool:
        return not self.visit_count and not self.fitting_again and not self.reasons


def what_if(actor: Actor, agenda: Agenda, draft: Draft, *, wished: object = None) -> Consequences:
    """What this draft would change over the next weeks; the visits, as far ahead as any is booked.

    `agenda` comes with `location__place`. `wished` is what the person asked for: with the visits concerned it makes
    `seen`, which a save must bring back, so that nobody saves what they were not shown. At most eight statements.
    """
    now, zone = clock.now(), zone_of(agenda)
    today = clock.local_date(now, zone)
    last_day = today + timedelta(weeks=WEEKS)
    visits = upcoming_times(actor, [agenda.pk])
    new, gone = _misfits(agenda, visits, draft)
    shown = dict(list(new.items())[:VISITS_SHOWN])
    return Consequences(
        visits=list(named_visits(actor, shown).values()),
        visit_count=len(new),
        fitting_again=len(gone),
        reasons=_changes(agenda, draft, today, last_day, now),
        last_day=last_day,
        timezone=agenda.location.timezone,
        seen=sha256(repr((wished, sorted(map(str, new)))).encode()).hexdigest()[:24],
    )


def _misfits(
    agenda: Agenda, visits: Mapping[int, Sequence[VisitTime]], draft: Draft
) -> tuple[dict[UUID, Misfit], set[UUID]]:
    """The visits that would begin not to fit, in order of time, and those that would fit again."""
    calendar = calendars_around([agenda], visits).get(agenda.pk)
    if calendar is None:
        return {}, set()
    before, after = misfits(visits[agenda.pk], calendar), misfits(visits[agenda.pk], draft.applied(calendar))
    order = {visit.uid: visit.start for visit in visits[agenda.pk]}
    new = {uid: after[uid] for uid in sorted(after.keys() - before.keys(), key=order.__getitem__)}
    return new, before.keys() - after.keys()


def _changes(agenda: Agenda, draft: Draft, today: date, last_day: date, now: datetime) -> list[ReasonChange]:
    pairs = _offers(agenda, draft.offer)
    if not pairs:
        return []
    # Read with the terms under which the visits of the day are counted, if one of the two has a quota.
    probes = [wished if offer is None or offer.daily_quota is None else offer for offer, wished in pairs]
    calendars = load_calendars(probes, first_day=today - timedelta(days=1), last_day=last_day, now=now)
    found = []
    for offer, wished in pairs:
        calendar = calendars[wished.pk]
        before = set() if offer is None else _starts(offer, calendar, today, last_day, now)
        after = _starts(wished, draft.applied(calendar), today, last_day, now)
        if before != after:
            appear, vanish = _by_day(after - before, calendar.zone), _by_day(before - after, calendar.zone)
            found.append(ReasonChange(wished.visit_reason.name, appear, vanish))
    return found


def _offers(agenda: Agenda, wished: AgendaReason | None) -> list[tuple[AgendaReason | None, AgendaReason]]:
    """Each offer of the agenda as it is, None for one not written yet, and as it would be."""
    offers = list(
        AgendaReason.objects.filter(agenda=agenda, visit_reason__archived_at=None)
        .select_related("visit_reason")
        .order_by("visit_reason__position", "pk")
    )
    for offer in offers:
        offer.agenda = agenda
    pairs: list[tuple[AgendaReason | None, AgendaReason]] = [
        (offer, wished if wished is not None and wished.pk == offer.pk else offer) for offer in offers
    ]
    return [*pairs, (None, wished)] if wished is not None and wished.pk is None else pairs


def _starts(offer: AgendaReason, calendar: AgendaCalendar, today: date, last_day: date, now: datetime) -> set[datetime]:
    if not offer.online:
        return set()
    slots = available_slots(calendar, rules_of(offer), first_day=today, last_day=last_day, now=now)
    return {slot.start for slot in slots}


def _by_day(starts: set[datetime], zone: ZoneInfo) -> list[DayCount]:
    ordered = sorted(starts)
    counts = Counter(clock.local_date(start, zone) for start in ordered)
    first: dict[date, list[datetime]] = {}
    for start in ordered:
        examples = first.setdefault(clock.local_date(start, zone), [])
        if len(examples) < EXAMPLES:
            examples.append(start)
    return [DayCount(day, count, first[day]) for day, count in sorted(counts.items())]
