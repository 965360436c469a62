"""The published order as pure computation: properties that hold for any line and any free times."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.waitlist import (
    OFFERS_A_DAY,
    SHORTEST,
    Freed,
    Waiting,
    Window,
    Wish,
    add_decent,
    is_decent,
    next_turn,
    offers_on_day_of,
    suits,
    term,
    turn_of,
)
from core import clock

ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea")]
PARIS = ZONES[0]
START = datetime(2026, 10, 20, tzinfo=UTC)

zones = st.sampled_from(ZONES)
instants = st.integers(0, 60 * 24 * 14).map(lambda minutes: START + timedelta(minutes=minutes))
windows = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 22)).map(lambda row: Window(row[0], time(row[1]), time(row[1] + 1))),
    max_size=6,
)


@st.composite
def wishes(draw):
    day = draw(st.one_of(st.none(), instants.map(datetime.date)))
    return Wish(
        windows=draw(windows),
        earliest_on=day,
        latest_on=draw(st.one_of(st.none(), instants.map(datetime.date))),
        before=draw(st.one_of(st.none(), instants)),
    )


@st.composite
def people(draw, key=None):
    return Waiting(
        key=draw(st.integers(1, 50)) if key is None else key,
        joined_at=draw(instants) - timedelta(days=30),
        wish=draw(wishes()),
        zone=draw(zones),
        told_at=draw(st.lists(instants, max_size=5)),
        is_asked_now=draw(st.booleans()),
        answers_until=draw(st.one_of(st.none(), instants)),
    )


@st.composite
def times(draw):
    start = draw(instants)
    return Freed(1, start, start + timedelta(minutes=20), start - timedelta(minutes=draw(st.integers(0, 600))), PARIS)


@given(people(), times(), instants)
def test_nobody_is_disturbed_at_night_inside_the_notice_or_too_often(person, freed, now):
    turn = turn_of(person, freed, now=now)
    if turn is None:
        return
    assert now <= turn.told_at < turn.expires_at <= freed.bookable_until <= freed.start
    assert turn.expires_at - turn.told_at >= SHORTEST
    assert is_decent(turn.told_at, person.zone)
    assert offers_on_day_of(turn.told_at, person) < OFFERS_A_DAY
    assert suits(person.wish, freed.start, freed.zone)
    assert not person.is_asked_now
    if person.answers_until is not None:
        assert turn.expires_at <= person.answers_until


@given(st.lists(people(), max_size=6, unique_by=lambda one: one.key), st.lists(times(), max_size=4), instants)
def test_the_turn_is_that_of_the_first_whom_something_suits(line, freed, now):
    turn = next_turn([(person, freed) for person in line], now=now)
    able = [person for person in line if any(turn_of(person, one, now=now) for one in freed)]
    if not able:
        assert turn is None
        return
    assert turn.person == min(able, key=lambda one: (one.joined_at, one.key))
    mine = [one for one in freed if turn_of(turn.person, one, now=now)]
    assert turn.freed.start == min(one.start for one in mine)


@given(st.lists(people(), max_size=6, unique_by=lambda one: one.key), times(), instants)
def test_the_order_does_not_depend_on_the_order_of_reading(line, freed, now):
    pairs = [(person, [freed]) for person in line]
    assert next_turn(pairs, now=now) == next_turn(reversed(pairs), now=now)


@given(instants, st.integers(15, 60 * 24 * 20), zones)
def test_the_nearer_the_start_the_shorter_the_offer(now, minutes, zone):
    told = now if is_decent(now, zone) else add_decent_start(now, zone)
    near = term(told, told + timedelta(minutes=minutes), zone)
    far = term(told, told + timedelta(minutes=minutes * 2), zone)
    assert near is not None
    assert far is not None
    assert near <= far


@given(instants, st.integers(1, 60 * 30), zones)
def test_nights_do_not_count_in_an_offer(now, minutes, zone):
    told = now if is_decent(now, zone) else add_decent_start(now, zone)
    end = add_decent(told, timedelta(minutes=minutes), zone)
    decent_minutes = sum(
        is_decent(told + timedelta(minutes=n), zone) for n in range(int((end - told).total_seconds()) // 60)
    )
    assert decent_minutes == minutes


def add_decent_start(now, zone):
    from notifications.decent_hours import decent

    return decent(now, zone)


@pytest.mark.parametrize(
    ("left", "length"),
    [
        (timedelta(days=10), timedelta(hours=6)),
        (timedelta(days=7), timedelta(hours=6)),
        (timedelta(days=6), timedelta(hours=3)),
        (timedelta(days=1), timedelta(hours=1)),
        (timedelta(hours=3), timedelta(minutes=30)),
        (timedelta(minutes=40), timedelta(minutes=20)),
        (timedelta(minutes=16), timedelta(minutes=15)),
    ],
)
def test_the_lengths_are_those_of_the_help_page(left, length):
    told = clock.combine(START.date(), time(9), PARIS)
    assert term(told, told + left, PARIS) == told + length


def test_less_than_a_quarter_of_an_hour_is_no_offer():
    told = clock.combine(START.date(), time(9), PARIS)
    assert term(told, told + SHORTEST - timedelta(seconds=1), PARIS) is None


def test_hours_are_those_of_the_wall_on_both_sides_of_the_change():
    """The clocks of Paris go back on 25 October 2026: 9 h stays 9 h."""
    wish = Wish(windows=[Window(day, time(9), time(10)) for day in range(7)])
    for day in (24, 25, 26):
        assert suits(wish, clock.combine(datetime(2026, 10, day, tzinfo=UTC).date(), time(9), PARIS), PARIS)
        assert not suits(wish, clock.combine(datetime(2026, 10, day, tzinfo=UTC).date(), time(10), PARIS), PARIS)


def test_an_end_at_midnight_is_that_of_the_day():
    wish = Wish(windows=[Window(1, time(17), time(0))])
    tuesday = datetime(2026, 10, 20, tzinfo=UTC).date()
    assert suits(wish, clock.combine(tuesday, time(23, 30), PARIS), PARIS)
    assert not suits(wish, clock.combine(tuesday, time(16, 59), PARIS), PARIS)
