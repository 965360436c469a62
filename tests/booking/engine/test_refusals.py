"""Each rule that hides a start is named, and the first one in order when several apply."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.slots import HiddenBy, hidden_starts, why_not
from tests.booking.engine.builders import (
    AUTUMN,
    MONDAY,
    absence,
    agenda,
    at,
    daily,
    hours,
    labels,
    once,
    taken,
    visit,
)

ONE_DAY = timedelta(days=1)
NOW = at(MONDAY, "08:00")
MORNING = hours("09:00", "12:00")


def named(calendar, label, *, day=MONDAY, now=NOW, **reason):
    return why_not(calendar, visit(reason.pop("minutes", 30), **reason), at(day, label), now=now)


def test_free_start_is_hidden_by_nothing():
    assert named(agenda(MORNING), "09:30") is None


@pytest.mark.parametrize(
    ("label", "reason", "rule"),
    [
        ("07:59", {}, HiddenBy.PAST),
        ("09:00", {"notice": timedelta(minutes=61)}, HiddenBy.NOTICE),
        ("12:00", {}, HiddenBy.OUTSIDE_OPENING),
        ("11:45", {}, HiddenBy.OUTSIDE_OPENING),
        ("08:45", {}, HiddenBy.OUTSIDE_OPENING),
        ("09:10", {}, HiddenBy.NOT_ALIGNED),
        ("09:00", {"daily_quota": 0}, HiddenBy.QUOTA),
    ],
)
def test_rule_of_the_reason_or_the_window_is_named(label, reason, rule):
    assert named(agenda(MORNING), label, **reason) == rule


def test_beyond_the_horizon_is_named_even_without_opening():
    day = MONDAY + timedelta(days=4)
    assert named(agenda(), "09:00", day=day, horizon_days=3) == HiddenBy.HORIZON
    assert named(agenda(), "09:00", day=day, horizon_days=4) == HiddenBy.NO_OPENING


@pytest.mark.parametrize(
    ("instant", "rule"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), HiddenBy.PAST),
        (datetime.max.replace(tzinfo=UTC), HiddenBy.HORIZON),
    ],
)
def test_absurd_starts_are_refused_like_others(instant, rule):
    assert why_not(agenda(MORNING), visit(30), instant, now=NOW) == rule


def test_day_without_window_differs_from_hour_outside_windows():
    calendar = agenda(hours("09:00", "12:00", MONDAY), hours("22:00", "02:00", MONDAY))
    tuesday = MONDAY + ONE_DAY
    assert named(calendar, "09:00", day=tuesday) == HiddenBy.OUTSIDE_OPENING
    assert named(calendar, "09:00", day=tuesday + ONE_DAY) == HiddenBy.NO_OPENING


def test_window_until_midnight_does_not_open_the_next_day():
    calendar = agenda(hours("22:00", "24:00", MONDAY))
    assert named(calendar, "09:00", day=MONDAY + ONE_DAY) == HiddenBy.NO_OPENING


def test_taken_and_buffer_are_told_apart():
    calendar = agenda(MORNING, busy=[taken(MONDAY, "10:00", "10:30", after=15)])
    assert named(calendar, "10:00") == HiddenBy.TAKEN
    assert named(calendar, "10:30") == HiddenBy.BUFFER
    assert named(calendar, "09:30", after=10) == HiddenBy.BUFFER
    assert named(calendar, "11:00") is None


def test_absence_is_named_before_the_visit_it_covers():
    calendar = agenda(MORNING, busy=[taken(MONDAY, "09:00", "09:30")], closings=[absence("09:00", "10:00", MONDAY)])
    assert named(calendar, "09:00") == HiddenBy.ABSENCE


def test_taken_is_named_before_a_window_not_yet_released():
    calendar = agenda(hours("09:00", "12:00", released_before=timedelta(0)), busy=[taken(MONDAY, "09:00", "09:30")])
    assert named(calendar, "09:00") == HiddenBy.TAKEN
    assert named(calendar, "09:30") == HiddenBy.NOT_RELEASED


def test_windows_are_narrowed_down_one_rule_after_the_other():
    """The window that accepts the reason is closed by the holiday; the one open that day refuses the reason."""
    calendar = agenda(
        hours("09:00", "12:00", once(MONDAY)),
        hours("09:00", "12:00", daily(), reasons=frozenset({2}), open_on_holidays=True),
        holidays=frozenset({MONDAY}),
    )
    assert named(calendar, "09:00") == HiddenBy.HOLIDAY
    assert named(calendar, "09:00", id=2) is None
    assert named(calendar, "09:10", id=2) == HiddenBy.NOT_ALIGNED
    assert named(calendar, "09:00", id=3) == HiddenBy.HOLIDAY


def test_hidden_starts_names_the_rule_of_each_start_of_a_day():
    calendar = agenda(
        hours("08:00", "11:00"),
        hours("14:00", "15:00", reasons=frozenset({2})),
        busy=[taken(MONDAY, "09:00", "09:30", after=10)],
        closings=[absence("10:30", "11:00", MONDAY)],
    )
    reason = visit(30, notice=timedelta(minutes=45))
    hidden = hidden_starts(calendar, reason, first_day=MONDAY, last_day=MONDAY, now=at(MONDAY, "08:10"))
    assert list(zip(labels(slot for slot, _ in hidden), (rule for _, rule in hidden), strict=True)) == [
        ("08:00", HiddenBy.PAST),
        ("08:30", HiddenBy.NOTICE),
        ("09:00", HiddenBy.TAKEN),
        ("09:30", HiddenBy.BUFFER),
        ("10:30", HiddenBy.ABSENCE),
        ("14:00", HiddenBy.REASON_NOT_ACCEPTED),
        ("14:30", HiddenBy.REASON_NOT_ACCEPTED),
    ]


def test_hidden_starts_may_look_back_and_beyond_the_horizon():
    calendar = agenda(hours("09:00", "09:30"))
    reason = visit(30, horizon_days=1)
    hidden = hidden_starts(calendar, reason, first_day=MONDAY - ONE_DAY, last_day=MONDAY + 2 * ONE_DAY, now=NOW)
    assert [rule for _, rule in hidden] == [HiddenBy.PAST, HiddenBy.HORIZON]


def test_repeated_hour_is_named_before_the_absence_that_covers_it():
    calendar = agenda(hours("01:00", "04:00"), closings=[absence("02:00", "03:00", AUTUMN)])
    second = at(AUTUMN, "02:00", fold=1)
    assert why_not(calendar, visit(30), second, now=at(AUTUMN, "00:00")) == HiddenBy.CLOCK_REPEATED


def test_codes_are_stable():
    assert [rule.value for rule in HiddenBy] == [
        "past",
        "notice",
        "horizon",
        "no_opening",
        "outside_opening",
        "reason_not_accepted",
        "holiday",
        "not_aligned",
        "clock_repeated",
        "absence",
        "taken",
        "buffer",
        "quota",
        "not_released",
    ]
