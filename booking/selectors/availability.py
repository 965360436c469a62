"""Free starts, as the public sees them and as writing checks them: rows read once, then the pure engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from booking.calendar import load_calendars, rules_of, with_busy
from booking.schedule import Slot
from booking.selectors.offers import offered_modes
from booking.slots import AgendaCalendar, HiddenBy, available_slots, first_slot, next_slots, why_not
from core import clock
from practitioners.enums import Audience
from practitioners.models import AgendaReason

# Starts earlier on the wanted day are read and dropped: a day of five-minute steps has at most this many.
SAME_DAY = 288
# Other starts than the one refused are first looked for in so many days, which is mostly enough.
NEARBY = timedelta(days=7)
EARLIEST_ZONE = ZoneInfo("Etc/GMT+12")
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True, order=True)
class FreeSlot:
    """A free start of one offer. `start` and `end` are aware UTC instants, `timezone` the zone of the place."""

    start: datetime
    end: datetime
    offer: AgendaReason

    @property
    def timezone(self) -> str:
        return self.offer.agenda.location.timezone

    @property
    def local_day(self) -> date:
        return clock.local_date(self.start, ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Availability:
    """Free slots by local day; `next_slot` is filled when the window is empty, and bounded by the horizon."""

    days: list[tuple[date, list[FreeSlot]]]
    next_slot: FreeSlot | None

    @property
    def is_empty(self) -> bool:
        return not any(slots for _, slots in self.days)


def zone_of(offer: AgendaReason) -> ZoneInfo:
    return ZoneInfo(offer.agenda.location.timezone)


def last_bookable_day(offer: AgendaReason, now: datetime) -> date:
    """The horizon: so many local calendar days after today, inclusive."""
    return clock.local_date(now, zone_of(offer)) + timedelta(days=offer.horizon_days)


def admits(offer: AgendaReason, *, mode: str | None, new_patient: bool | None) -> bool:
    """Whether the offer suits a wanted mode and a new (True) or known (False) patient; None: either."""
    if mode is not None and mode not in offered_modes(offer):
        return False
    if new_patient is True:
        return offer.audience != Audience.KNOWN and offer.agenda.accepts_new_patients
    if new_patient is False:
        return offer.audience != Audience.NEW
    return True


def availability(
    offers: Sequence[AgendaReason],
    *,
    first_day: date | None,
    days: int,
    mode: str | None = None,
    new_patient: bool | None = None,
    now: datetime | None = None,
) -> Availability:
    """Free slots of these offers over `days` local days from `first_day` (today by default).

    Three statements whatever their number, and one more to find what follows an empty window.
    """
    at = now or clock.now()
    offers = [offer for offer in offers if admits(offer, mode=mode, new_patient=new_patient)]
    zones = {zone_of(offer) for offer in offers} or {PARIS}
    first = first_day or min(clock.local_date(at, zone) for zone in zones)
    last = first + timedelta(days=days - 1)
    found: dict[date, list[FreeSlot]] = {first + timedelta(days=n): [] for n in range(days)}
    if not offers:
        return Availability(days=list(found.items()), next_slot=None)
    end = max(last, *(last_bookable_day(offer, at) for offer in offers))
    calendars = load_calendars(offers, first_day=first - timedelta(days=1), last_day=end, now=at, busy_until=last)
    # Dealt offer by offer, so that sorting by start alone leaves those of one instant in the order of their keys.
    for offer in sorted(offers, key=lambda one: one.pk):
        slots = available_slots(calendars[offer.pk], rules_of(offer), first_day=first, last_day=last, now=at)
        for day, slot in _with_days(slots, zone_of(offer)):
            found[day].append(FreeSlot(slot.start, slot.end, offer))
    following = None
    if not any(found.values()) and last < end:
        calendars = with_busy(calendars, offers, first_day=last, last_day=end, now=at)
        following = _earliest(offers, calendars, from_day=last + timedelta(days=1), now=at)
    for slots_of_day in found.values():
        slots_of_day.sort(key=_start)
    return Availability(days=list(found.items()), next_slot=following)


def _with_days(slots: Sequence[Slot], zone: ZoneInfo) -> Iterator[tuple[date, Slot]]:
    """Slots in order, each with its local date: the calendar is asked once a day, not once a slot."""
    day, end = date.min, datetime.min.replace(tzinfo=UTC)
    for slot in slots:
        if slot.start >= end:
            day = clock.local_date(slot.start, zone)
            end = clock.combine(day + timedelta(days=1), time.min, zone)
        yield day, slot


def _earliest(
    offers: Sequence[AgendaReason], calendars: Mapping[int, AgendaCalendar], *, from_day: date, now: datetime
) -> FreeSlot | None:
    firsts = []
    for offer in offers:
        slot = first_slot(
            calendars[offer.pk], rules_of(offer), from_day=from_day, now=now, until_day=last_bookable_day(offer, now)
        )
        if slot is not None:
            firsts.append(FreeSlot(slot.start, slot.end, offer))
    return min(firsts, key=_in_order, default=None)


def first_free(offers: Sequence[AgendaReason], *, from_day: date, now: datetime) -> FreeSlot | None:
    """The earliest free start of any of these offers, from a local day on; bounded by each offer's horizon."""
    return min(_firsts(offers, from_day=from_day, now=now), key=_in_order, default=None)


def first_free_by_agenda(offers: Sequence[AgendaReason], *, now: datetime) -> dict[int, FreeSlot]:
    """The earliest free start of each agenda from now on, by agenda id; three statements for all of them."""
    found: dict[int, FreeSlot] = {}
    # The earliest local day on Earth: each offer then starts at its own today.
    for slot in sorted(_firsts(offers, from_day=clock.local_date(now, EARLIEST_ZONE), now=now), key=_in_order):
        found.setdefault(slot.offer.agenda_id, slot)
    return found


def _firsts(offers: Sequence[AgendaReason], *, from_day: date, now: datetime) -> list[FreeSlot]:
    ends = [last_bookable_day(offer, now) for offer in offers]
    if not ends or max(ends) < from_day:
        return []
    calendars = load_calendars(offers, first_day=from_day - timedelta(days=1), last_day=max(ends), now=now)
    slots = (_earliest([offer], calendars, from_day=from_day, now=now) for offer in offers)
    return [slot for slot in slots if slot is not None]


def next_starts(
    offer: AgendaReason, *, after: datetime, count: int = 3, duration: timedelta | None = None
) -> list[FreeSlot]:
    """The next free starts from an instant on, else the first ones at all; at most `count`."""
    now = clock.now()
    zone = zone_of(offer)
    today, last = clock.local_date(now, zone), last_bookable_day(offer, now)
    first = min(max(clock.local_date(after, zone), today), last)
    rules = rules_of(offer, duration=duration)

    def found(from_day: date, until_day: date, earliest: datetime) -> list[FreeSlot]:
        shown_from = from_day - timedelta(days=1)
        calendar = load_calendars([offer], first_day=shown_from, last_day=until_day, now=now)[offer.pk]
        slots = next_slots(calendar, rules, from_day=from_day, now=now, until_day=until_day, count=count + SAME_DAY)
        return [FreeSlot(slot.start, slot.end, offer) for slot in slots if slot.start >= earliest][:count]

    near = found(first, min(first + NEARBY, last), after)
    if len(near) == count:
        return near
    return found(first, last, after) or found(today, last, now)


def hidden_by(
    offer: AgendaReason,
    start: datetime,
    *,
    now: datetime,
    exclude: int | None = None,
    duration: timedelta | None = None,
) -> HiddenBy | None:
    """The rule that hides this very start, by the code of the public list; None when it may be written."""
    return hidden_by_each([offer], start, now=now, exclude=exclude, duration=duration)[offer.pk]


def hidden_by_each(
    offers: Sequence[AgendaReason],
    start: datetime,
    *,
    now: datetime,
    exclude: int | None = None,
    duration: timedelta | None = None,
) -> dict[int, HiddenBy | None]:
    """The same for several offers, by offer id; three statements for all of them."""
    days = [local_day(offer, start) for offer in offers]
    calendars = load_calendars(
        offers, first_day=min(days) - timedelta(days=1), last_day=max(days), now=now, exclude=exclude
    )
    return {
        offer.pk: why_not(calendars[offer.pk], rules_of(offer, duration=duration), start, now=now) for offer in offers
    }


def consecutive_starts(offer: AgendaReason, start: datetime, count: int, *, now: datetime) -> list[datetime]:
    """`count` free starts of one local day from `start` on, each the first one at or after the end of the one before.

    Shorter when `start` itself is not free or the day does not hold as many; no gap longer than one step is taken.
    """
    day = local_day(offer, start)
    calendar = load_calendars([offer], first_day=day - timedelta(days=1), last_day=day, now=now)[offer.pk]
    rules = rules_of(offer)
    taken = rules.duration + max(rules.buffer_before, rules.buffer_after)
    chosen: list[datetime] = []
    for slot in available_slots(calendar, rules, first_day=day, last_day=day, now=now):
        if not chosen:
            if slot.start == start:
                chosen.append(slot.start)
        elif chosen[-1] + taken <= slot.start < chosen[-1] + taken + rules.step:
            chosen.append(slot.start)
        if len(chosen) == count:
            break
    return chosen


def local_day(offer: AgendaReason, instant: datetime) -> date:
    """The date of an instant at the place of the offer."""
    return clock.local_date(instant, zone_of(offer))


def day_bounds(offer: AgendaReason, instant: datetime) -> tuple[datetime, datetime]:
    """The half-open instants of the local day that holds `instant`."""
    zone = zone_of(offer)
    day = clock.local_date(instant, zone)
    return clock.combine(day, time.min, zone), clock.combine(day + timedelta(days=1), time.min, zone)


_start = attrgetter("start")


def _in_order(slot: FreeSlot) -> tuple[datetime, int]:
    return slot.start, slot.offer.pk
