"""Why no start is offered on a day: every start of the grid with the rule that hides it, and what closes the whole offer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from booking.calendar import load_calendars, rules_of
from booking.selectors.hours import HiddenDay, hidden_day
from booking.slots import HiddenBy, available_slots
from core import clock
from core.access import Actor
from practitioners.enums import Audience
from practitioners.models import AgendaReason


@dataclass(frozen=True, slots=True)
class HiddenRun:
    """Starts that follow one another and that one rule hides; aware UTC instants, both included."""

    rule: HiddenBy
    first: datetime
    last: datetime
    count: int


@dataclass(frozen=True, slots=True)
class WhyHidden:
    """One day of one offer. `closed_by` as in `HiddenDay`, and `no_new_patients` or `known_only` for strangers."""

    offer: AgendaReason
    day: date
    runs: Sequence[HiddenRun]
    free: Sequence[datetime]
    closed_by: Sequence[str]
    is_holiday: bool

    @property
    def hidden_count(self) -> int:
        return sum(run.count for run in self.runs)

    @property
    def has_grid(self) -> bool:
        """Whether any opening has a start on this day at all."""
        return bool(self.runs or self.free)


def why_hidden(actor: Actor, *, agenda: UUID, visit_reason: UUID, day: date) -> WhyHidden:
    """The whole grid of a local day. A fixed number of statements. Raises NotForYou."""
    found = hidden_day(actor, agenda=agenda, visit_reason=visit_reason, day=day)
    offer, now = found.offer, clock.now()
    calendar = load_calendars([offer], first_day=day - timedelta(days=1), last_day=day, now=now)[offer.pk]
    slots = available_slots(calendar, rules_of(offer), first_day=day, last_day=day, now=now)
    free = [slot.start for slot in slots]
    return WhyHidden(
        offer,
        day,
        runs_of(found, free),
        free,
        [*found.closed_by, *_closed_to_strangers(offer)],
        day in calendar.holidays,
    )


def runs_of(found: HiddenDay, free: Sequence[datetime]) -> list[HiddenRun]:
    """Neighbouring starts hidden by one rule become one line; a free start between two of them parts them."""
    runs: list[HiddenRun] = []
    for slot, rule in found.starts:
        last = runs[-1] if runs else None
        if last and last.rule == rule and bisect_left(free, last.last) == bisect_left(free, slot.start):
            runs[-1] = HiddenRun(rule, last.first, slot.start, last.count + 1)
        else:
            runs.append(HiddenRun(rule, slot.start, slot.start, 1))
    return runs


def _closed_to_strangers(offer: AgendaReason) -> list[str]:
    if not offer.agenda.accepts_new_patients:
        return ["no_new_patients"]
    return ["known_only"] if offer.audience == Audience.KNOWN else []
