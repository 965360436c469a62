"""Agendas drawn at random, close to a change of clock as often as not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from booking.recurrence import Frequency, Recurrence
from booking.slots import AgendaCalendar, Busy, Closing, Opening, ReasonRules

# A zone and the day its clock changes. Santiago and Havana, not French, lose or repeat midnight.
CHANGING = [
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/Miquelon", date(2026, 3, 8)),
    ("America/Miquelon", date(2026, 11, 1)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6)),
]
STEADY_ZONES = [
    "Europe/Paris",
    "Indian/Reunion",
    "Indian/Mayotte",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "America/St_Barthelemy",
    "America/Marigot",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "Pacific/Gambier",
    "Pacific/Wallis",
]
PLACES = CHANGING * 2 + [(name, date(2026, 12, 31)) for name in STEADY_ZONES]


class Question(NamedTuple):
    """Everything the engine is asked at once."""

    calendar: AgendaCalendar
    reason: ReasonRules
    first_day: date
    last_day: date
    now: datetime


def minutes(low: int, high: int) -> st.SearchStrategy[timedelta]:
    """Multiples of five minutes, as the reference asks."""
    return st.integers(low // 5, high // 5).map(lambda n: timedelta(minutes=5 * n))


wall_times = st.integers(0, 287).map(lambda n: time(n // 12, n % 12 * 5))


@st.composite
def recurrences(draw, centre: date):
    starts_on = centre + timedelta(days=draw(st.integers(-10, 0)))
    return Recurrence(
        frequency=draw(st.sampled_from([Frequency.WEEKLY] * 4 + [Frequency.ONCE])),
        starts_on=starts_on,
        interval=draw(st.sampled_from([1, 1, 1, 2])),
        weekdays=draw(st.sampled_from([frozenset(range(1, 8))] * 3) | st.frozensets(st.integers(1, 7))),
        ends_on=draw(st.none() | st.none() | st.integers(0, 12).map(lambda n: starts_on + timedelta(days=n))),
        excluded=draw(st.frozensets(st.integers(-2, 2).map(lambda n: centre + timedelta(days=n)), max_size=1)),
    )


@st.composite
def openings(draw, centre: date):
    start, end = draw(wall_times), draw(wall_times)
    return Opening(
        id=draw(st.integers(1, 9)),
        recurrence=draw(recurrences(centre)),
        start=start,
        end=end,
        span_days=int(end <= start),
        reasons=draw(st.sampled_from([None] * 5 + [frozenset({1}), frozenset({2})])),
        released_before=draw(st.none() | st.none() | st.none() | minutes(0, 6000)),
        open_on_holidays=draw(st.booleans()),
    )


@st.composite
def closings(draw, centre: date):
    start, end = draw(wall_times), draw(wall_times)
    span = draw(st.sampled_from([0, 0, 0, 1, 3]))
    return Closing(
        id=1, recurrence=draw(recurrences(centre)), start=start, end=end, span_days=max(span, int(end <= start))
    )


@st.composite
def bookings(draw, centre: date, tick: int = 300):
    noon = int(datetime.combine(centre, time(12), UTC).timestamp())
    start = noon + draw(st.integers(-48 * 3600 // tick, 48 * 3600 // tick)) * tick
    lengths = st.integers(1, 7200 // tick).map(lambda n: n * tick)
    buffers = st.integers(0, 1800 // tick).map(lambda n: n * tick)
    return Busy(start, start + draw(lengths), draw(buffers), draw(buffers))


@st.composite
def questions(draw, tick: int = 300):
    """A question whose times are multiples of `tick` seconds where bookings are concerned."""
    zone, centre = draw(st.sampled_from(PLACES))
    near = st.integers(-2, 2).map(lambda n: centre + timedelta(days=n))
    first_day = centre + timedelta(days=draw(st.sampled_from([0, 0, -1, -2, 1])))
    eve = datetime.combine(centre, time(12), UTC) - timedelta(days=2)
    reason = ReasonRules(
        id=1,
        duration=draw(minutes(5, 90)),
        step=draw(minutes(5, 90)),
        buffer_before=draw(minutes(0, 30)),
        buffer_after=draw(minutes(0, 30)),
        notice=draw(st.just(timedelta(0)) | minutes(0, 3000)),
        horizon_days=draw(st.just(9) | st.integers(0, 6)),
        daily_quota=draw(st.sampled_from([None] * 5 + [0, 1, 2])),
    )
    calendar = AgendaCalendar(
        zone=ZoneInfo(zone),
        openings=draw(st.lists(openings(centre), min_size=1, max_size=4)),
        closings=draw(st.lists(closings(centre), max_size=2)),
        holidays=draw(st.frozensets(near, max_size=1)),
        busy=draw(st.lists(bookings(centre, tick), max_size=6)),
        booked_on=draw(st.dictionaries(near, st.integers(0, 3), max_size=2)),
    )
    now = eve + draw(st.just(timedelta(0)) | st.timedeltas(timedelta(0), timedelta(days=3)))
    return Question(calendar, reason, first_day, first_day + timedelta(days=draw(st.integers(0, 3))), now)
