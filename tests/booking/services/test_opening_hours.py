"""The one form in which hours are kept, what is refused, and how a series is cut. Pure."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.hours import LAST_DAY, LEAVE, NIGHT, Hours, HoursRefused, check_release, split
from booking.recurrence import Frequency

MONDAY = date(2026, 11, 2)


def hours(**more):
    return Hours(**{"starts_on": MONDAY, "start_time": time(9), "end_time": time(12), **more})


def refused(work):
    with pytest.raises(HoursRefused) as error:
        work()
    assert error.value.status == 422
    return error.value.code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"end_time": time(9)}, "hours_empty"),
        ({"end_time": time(9, 0, 30)}, "hours_empty"),
        ({"end_time": time(8)}, "hours_reversed"),
        ({"span_days": -1}, "hours_reversed"),
        ({"span_days": 2}, "span_out_of_range"),
        ({"span_days": 10**6}, "span_out_of_range"),
        ({"ends_on": MONDAY - timedelta(days=1)}, "dates_reversed"),
        ({"starts_on": date(1, 1, 1)}, "date_out_of_range"),
        ({"starts_on": date(1999, 12, 31)}, "date_out_of_range"),
        ({"ends_on": date.max}, "date_out_of_range"),
        ({"excluded_on": (date(2201, 1, 1),)}, "date_out_of_range"),
        ({"interval": 0}, "interval_below_one"),
        ({"interval": -3}, "interval_below_one"),
        ({"interval": 105}, "interval_too_long"),
        ({"interval": 10**18}, "interval_too_long"),
        ({"weekdays": (0,)}, "weekday_unknown"),
        ({"weekdays": (1, 8)}, "weekday_unknown"),
        ({"nth": 0, "frequency": Frequency.MONTHLY_NTH}, "rank_unknown"),
        ({"nth": 6, "frequency": Frequency.MONTHLY_NTH}, "rank_unknown"),
        ({"nth": -2}, "rank_unknown"),
        ({"frequency": Frequency.ONCE, "ends_on": MONDAY + timedelta(days=1)}, "once_is_one_day"),
        ({"weekdays": (7,), "ends_on": MONDAY + timedelta(days=5)}, "never_occurs"),
        ({"excluded_on": tuple(MONDAY + timedelta(days=n) for n in range(501))}, "too_many_exclusions"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_code(more, code):
    assert refused(lambda: hours(**more).checked(longest_span=NIGHT)) == code


def test_case_9_the_day_may_end_at_midnight():
    kept = hours(end_time=time(0), span_days=1).checked(longest_span=NIGHT)

    assert (kept.end_time, kept.span_days) == (time(0), 1)


def test_a_leave_lasts_longer_than_a_window():
    assert hours(span_days=14).checked(longest_span=LEAVE).span_days == 14
    assert refused(lambda: hours(span_days=LEAVE + 1).checked(longest_span=LEAVE)) == "span_out_of_range"


def test_hours_are_kept_in_one_form():
    kept = hours(
        start_time=time(9, 0, 59, 999),
        weekdays=(5, 1, 5),
        nth=3,
        excluded_on=(date(2026, 12, 7), date(2026, 11, 9), date(2026, 12, 7)),
    ).checked(longest_span=NIGHT)

    assert (kept.start_time, kept.weekdays, kept.nth) == (time(9), (1, 5), None)
    assert kept.excluded_on == (date(2026, 11, 9), date(2026, 12, 7))


def test_a_single_day_ends_on_itself_and_repeats_nothing():
    kept = hours(frequency=Frequency.ONCE, interval=3, weekdays=(4,), excluded_on=(MONDAY,)).checked(longest_span=NIGHT)

    assert (kept.ends_on, kept.interval, kept.weekdays, kept.excluded_on) == (MONDAY, 1, (), ())


def test_a_delay_of_release_has_its_limits():
    check_release(None)
    check_release(1)
    assert refused(lambda: check_release(0)) == "released_out_of_range"
    assert refused(lambda: check_release(10**6)) == "released_out_of_range"


def test_case_20_a_fortnightly_series_keeps_its_weeks_when_it_is_cut():
    series = hours(interval=2, weekdays=(1, 4), ends_on=date(2027, 3, 1), excluded_on=(date(2026, 11, 19),))

    earlier, later = split(series, date(2026, 11, 10))

    # The 9th and 12th belong to a week off: the second part begins on the 16th.
    assert (earlier.ends_on, later.starts_on, later.ends_on) == (
        date(2026, 11, 9),
        date(2026, 11, 16),
        date(2027, 3, 1),
    )
    assert (earlier.excluded_on, later.excluded_on) == ((), (date(2026, 11, 19),))


@pytest.mark.parametrize("day", [MONDAY, MONDAY - timedelta(days=7), date(2027, 1, 5), date.min, date.max])
def test_a_series_is_cut_between_two_of_its_dates(day):
    assert refused(lambda: split(hours(ends_on=date(2027, 1, 4)), day)) == "split_outside_series"


frequencies = st.sampled_from([f for f in Frequency if f != Frequency.ONCE])
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(
    frequency=frequencies,
    starts_on=days,
    interval=st.integers(1, 6),
    weekdays=st.sets(st.integers(1, 7), max_size=3),
    nth=st.sampled_from([None, 1, 2, 5, -1]),
    length=st.integers(0, 2_000),
    excluded=st.sets(days, max_size=4),
    cut=st.integers(-5, 2_000),
)
def test_case_20_the_two_parts_of_a_series_give_its_dates(
    frequency, starts_on, interval, weekdays, nth, length, excluded, cut
):
    series = hours(
        frequency=frequency,
        starts_on=starts_on,
        interval=interval,
        weekdays=tuple(weekdays),
        nth=nth,
        ends_on=starts_on + timedelta(days=length),
        excluded_on=tuple(sorted(excluded)),
    )
    day = starts_on + timedelta(days=cut)
    whole = list(series.recurrence.days(starts_on, LAST_DAY))
    try:
        earlier, later = split(series, day)
    except HoursRefused:
        assert not whole or day <= whole[0] or day > whole[-1]
        return

    before = list(earlier.recurrence.days(earlier.starts_on, LAST_DAY))
    after = list(later.recurrence.days(later.starts_on, LAST_DAY))
    assert before + after == whole
    assert before[-1] < day <= after[0]
