"""Dates and times of day against the real clocks of every French territory, and of zones with harder habits."""

import os
import time as process_time
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core import clock

PARIS = ZoneInfo("Europe/Paris")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
FRENCH_ZONES = [
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
HARD_ZONES = ["America/Santiago", "America/Havana", "America/Nuuk", "Australia/Lord_Howe", "Asia/Beirut"]
wall_times = st.times().map(lambda moment: moment.replace(microsecond=0, fold=0))


def days_around_changes(zone: ZoneInfo) -> list[date]:
    """The dates of 2024 to 2028 whose noon is not 24 hours after the noon before, and their neighbours."""
    noons = [datetime(2024, 1, 1, 12, tzinfo=zone) + timedelta(days=n) for n in range(4 * 365)]
    changed = [b.date() for a, b in pairwise(noons) if a.utcoffset() != b.utcoffset()]
    return [day + timedelta(days=n) for day in changed for n in (-1, 0, 1)]


AROUND_CHANGES = {name: days_around_changes(ZoneInfo(name)) for name in FRENCH_ZONES + HARD_ZONES}


@st.composite
def places_and_days(draw):
    """A zone and a date, one time in two close to a change of its clock when it has any."""
    name = draw(st.sampled_from(sorted(AROUND_CHANGES)))
    anyday = st.dates(date(2015, 1, 1), date(2037, 12, 31))
    near = AROUND_CHANGES[name]
    return ZoneInfo(name), draw(st.one_of(anyday, st.sampled_from(near)) if near else anyday)


def shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def test_now_is_aware_and_in_utc():
    with time_machine.travel(datetime(2026, 6, 1, 12, 0, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
        assert clock.now().tzinfo is UTC


def test_today_is_the_date_of_the_place():
    with time_machine.travel(datetime(2026, 6, 1, 22, 30, tzinfo=UTC), tick=False):
        assert clock.today(PARIS) == date(2026, 6, 2)
        assert clock.today(ZoneInfo("Pacific/Tahiti")) == date(2026, 6, 1)


@pytest.mark.parametrize("read", [lambda naive: clock.local_date(naive, PARIS), clock.epoch_of])
def test_naive_datetime_is_refused(read):
    with pytest.raises(ValueError, match="naive"):
        read(datetime(2026, 6, 1, 12, 0))  # noqa: DTZ001


def test_wall_time_with_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        clock.combine(SPRING, time(9, 0, tzinfo=UTC), PARIS)


@pytest.mark.parametrize("label", ["02:00", "02:30", "02:59:59", "03:00"])
@pytest.mark.parametrize("fold_last", [False, True])
def test_time_in_the_spring_gap_becomes_its_end(label, fold_last):
    found = clock.combine(SPRING, time.fromisoformat(label), PARIS, fold_last=fold_last)
    assert found == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_repeated_time_is_the_first_occurrence_unless_the_last_is_asked():
    assert clock.combine(AUTUMN, time(2, 30), PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.combine(AUTUMN, time(2, 30), PARIS, fold_last=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_fold_carried_by_the_time_itself_does_not_count():
    assert clock.combine(AUTUMN, time(2, 30, fold=1), PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_combine_drops_microseconds_and_keeps_seconds():
    assert clock.combine(date(2026, 6, 1), time(9, 0, 5, 999), PARIS) == datetime(2026, 6, 1, 7, 0, 5, tzinfo=UTC)


def test_epoch_of_drops_microseconds_before_1970_too():
    assert clock.epoch_of(datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=UTC)) == -2


def test_combine_does_not_depend_on_the_zone_of_the_process(monkeypatch):
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Marquesas")
    process_time.tzset()
    try:
        assert clock.combine(date(2026, 7, 1), time(9), PARIS) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
        assert clock.local_date(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), PARIS) == date(2026, 7, 2)
    finally:
        monkeypatch.undo()
        process_time.tzset()


def test_midnight_that_does_not_exist_starts_the_day_later():
    """Santiago jumps from 24:00 to 01:00."""
    found = clock.combine(date(2026, 9, 6), time(0, 0), ZoneInfo("America/Santiago"))
    assert shown(found, ZoneInfo("America/Santiago")) == datetime(2026, 9, 6, 1, 0)  # noqa: DTZ001


def test_steady_offset_is_unknown_only_around_a_change():
    changing = [
        day
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
        if clock.steady_offset(day, PARIS) is None
    ]
    assert changing == [SPRING, AUTUMN]
    assert clock.steady_offset(date(2026, 1, 1), PARIS) == 3600
    assert clock.steady_offset(date(2026, 7, 1), PARIS) == 7200


def test_clock_change_tells_the_instant_and_both_offsets():
    spring = int(datetime(2026, 3, 29, 1, 0, tzinfo=UTC).timestamp())
    assert clock.clock_change(SPRING, PARIS) == (spring, 3600, 7200)
    assert clock.clock_change(date(2026, 3, 30), PARIS) is None


@pytest.mark.parametrize(
    ("name", "day", "shift"),
    [("America/Santiago", date(2026, 9, 6), 3600), ("America/Havana", date(2026, 11, 1), -3600)],
)
def test_change_that_takes_or_repeats_midnight_is_found_on_its_date(name, day, shift):
    change = clock.clock_change(day, ZoneInfo(name))
    assert change.after - change.before == shift
    before, after = clock.instant(change.at - 1), clock.instant(change.at)
    assert before.astimezone(ZoneInfo(name)).utcoffset() == timedelta(seconds=change.before)
    assert after.astimezone(ZoneInfo(name)).utcoffset() == timedelta(seconds=change.after)


def test_gap_at_midnight_touches_both_dates():
    zone = ZoneInfo("America/Santiago")
    assert clock.clock_change(date(2026, 9, 5), zone) == clock.clock_change(date(2026, 9, 6), zone)


def test_miquelon_follows_north_america():
    zone = ZoneInfo("America/Miquelon")
    assert clock.clock_change(date(2026, 3, 8), zone) is not None
    assert clock.clock_change(SPRING, zone) is None


def test_last_date_of_the_calendar_is_not_an_accident():
    assert clock.combine(date.max, time(9), PARIS) == datetime(9999, 12, 31, 8, 0, tzinfo=UTC)


@given(places_and_days(), wall_times)
def test_combine_shows_the_wall_time_or_ends_the_gap(place, wall_time):
    zone, day = place
    wanted = datetime.combine(day, wall_time)
    found = clock.combine(day, wall_time, zone)
    if shown(found, zone) == wanted:
        assert shown(found - timedelta(hours=1), zone) != wanted, "the first occurrence is the one"
    else:
        assert shown(found - timedelta(seconds=1), zone) < wanted < shown(found, zone)


@given(places_and_days(), wall_times)
def test_last_reading_differs_only_for_a_time_shown_twice(place, wall_time):
    zone, day = place
    first = clock.combine(day, wall_time, zone)
    last = clock.combine(day, wall_time, zone, fold_last=True)
    twice = (
        datetime.combine(day, wall_time, zone).utcoffset()
        > datetime.combine(day, wall_time.replace(fold=1), zone).utcoffset()
    )
    assert (first < last) is twice
    assert shown(first, zone) == shown(last, zone)


@given(places_and_days())
def test_days_follow_each_other_without_gap_or_overlap(place):
    zone, day = place
    start, end = clock.day_start(day, zone), clock.day_start(day + timedelta(days=1), zone)
    assert clock.local_date(clock.instant(start), zone) == day
    assert clock.local_date(clock.instant(end - 1), zone) == day
    assert clock.local_date(clock.instant(start - 1), zone) == day - timedelta(days=1)


@given(places_and_days(), wall_times)
def test_epoch_and_combine_agree(place, wall_time):
    zone, day = place
    assert clock.epoch_of(clock.combine(day, wall_time, zone)) == clock.epoch(day, wall_time, zone)
