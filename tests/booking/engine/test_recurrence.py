"""Dates that come back, by example and against python-dateutil's RFC 5545 rules."""

from datetime import date, datetime, timedelta

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from booking.recurrence import Frequency, InvalidRule, Recurrence

RULES = {
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY_DAY: rrule.MONTHLY,
    Frequency.MONTHLY_NTH: rrule.MONTHLY,
    Frequency.YEARLY: rrule.YEARLY,
}


def dates(rule: Recurrence, first: date, last: date) -> list[str]:
    return [day.isoformat() for day in rule.days(first, last)]


def test_once_is_its_only_date():
    rule = Recurrence(Frequency.ONCE, date(2026, 3, 2))
    assert dates(rule, date(2026, 1, 1), date(2027, 1, 1)) == ["2026-03-02"]
    assert not rule.occurs_on(date(2026, 3, 3))


def test_case_19_every_two_weeks_across_week_53_and_new_year():
    """2026 has 53 ISO weeks: parity of the week number would break the fortnight."""
    rule = Recurrence(Frequency.WEEKLY, date(2026, 12, 7), interval=2, weekdays=frozenset({1, 4}))
    assert dates(rule, date(2026, 12, 7), date(2027, 1, 31)) == [
        "2026-12-07",
        "2026-12-10",
        "2026-12-21",
        "2026-12-24",
        "2027-01-04",
        "2027-01-07",
        "2027-01-18",
        "2027-01-21",
    ]


def test_case_19_fortnight_counts_from_the_week_it_starts_in():
    """Begun on a Thursday, the Monday of the same week is gone and the next Monday is not of the series."""
    rule = Recurrence(Frequency.WEEKLY, date(2026, 6, 18), interval=2, weekdays=frozenset({1, 4}))
    assert dates(rule, date(2026, 6, 1), date(2026, 7, 6)) == ["2026-06-18", "2026-06-29", "2026-07-02"]


def test_case_19_monthly_on_the_31st_skips_shorter_months():
    rule = Recurrence(Frequency.MONTHLY_DAY, date(2026, 1, 31))
    assert dates(rule, date(2026, 1, 1), date(2026, 8, 1)) == ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]


def test_case_19_fifth_tuesday_comes_only_where_there_is_one():
    rule = Recurrence(Frequency.MONTHLY_NTH, date(2026, 1, 1), weekdays=frozenset({2}), nth=5)
    assert dates(rule, date(2026, 1, 1), date(2026, 12, 31)) == [
        "2026-03-31",
        "2026-06-30",
        "2026-09-29",
        "2026-12-29",
    ]


def test_case_19_29_february_comes_in_leap_years():
    rule = Recurrence(Frequency.YEARLY, date(2024, 2, 29))
    assert dates(rule, date(2024, 1, 1), date(2033, 1, 1)) == ["2024-02-29", "2028-02-29", "2032-02-29"]


def test_last_friday_of_every_second_month():
    rule = Recurrence(Frequency.MONTHLY_NTH, date(2026, 1, 1), interval=2, weekdays=frozenset({5}), nth=-1)
    assert dates(rule, date(2026, 1, 1), date(2026, 6, 30)) == ["2026-01-30", "2026-03-27", "2026-05-29"]


def test_rank_not_told_is_that_of_the_first_date():
    rule = Recurrence(Frequency.MONTHLY_NTH, date(2026, 6, 16))
    assert dates(rule, date(2026, 6, 1), date(2026, 8, 31)) == ["2026-06-16", "2026-07-21", "2026-08-18"]


def test_weekday_not_told_is_that_of_the_first_date():
    rule = Recurrence(Frequency.WEEKLY, date(2026, 6, 18))
    assert dates(rule, date(2026, 6, 15), date(2026, 6, 30)) == ["2026-06-18", "2026-06-25"]


def test_end_date_is_included_and_excluded_dates_are_left_out():
    rule = Recurrence(
        Frequency.WEEKLY, date(2026, 6, 1), ends_on=date(2026, 6, 22), excluded=frozenset({date(2026, 6, 8)})
    )
    assert dates(rule, date(2026, 5, 1), date(2026, 8, 1)) == ["2026-06-01", "2026-06-15", "2026-06-22"]


def test_series_that_ends_before_it_starts_is_empty():
    rule = Recurrence(Frequency.ONCE, date(2026, 6, 1), ends_on=date(2026, 5, 31))
    assert dates(rule, date(2026, 1, 1), date(2026, 12, 31)) == []


def test_last_week_of_the_calendar_is_not_an_accident():
    rule = Recurrence(Frequency.WEEKLY, date(2026, 1, 1), weekdays=frozenset({5, 6, 7}))
    assert dates(rule, date(9999, 12, 30), date.max) == ["9999-12-31"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"interval": 0}, "interval_below_one"),
        ({"weekdays": frozenset({0})}, "weekday_unknown"),
        ({"weekdays": frozenset({1, 8})}, "weekday_unknown"),
        ({"nth": 0}, "rank_unknown"),
        ({"nth": 6}, "rank_unknown"),
        ({"nth": -2}, "rank_unknown"),
    ],
)
def test_rule_that_cannot_be_is_refused(wrong, code):
    with pytest.raises(InvalidRule) as refusal:
        Recurrence(Frequency.MONTHLY_NTH, date(2026, 1, 1), **wrong)
    assert refusal.value.code == code


@st.composite
def recurrences(draw):
    starts_on = draw(st.dates(date(2019, 1, 1), date(2028, 12, 31)))
    frequency = draw(st.sampled_from(list(RULES)))
    weekdays = st.frozensets(st.integers(1, 7), min_size=1)
    return Recurrence(
        frequency=frequency,
        starts_on=starts_on,
        interval=draw(st.integers(1, 5)),
        weekdays=draw(weekdays) if frequency in {Frequency.WEEKLY, Frequency.MONTHLY_NTH} else frozenset(),
        nth=draw(st.sampled_from([-1, 1, 2, 3, 4, 5])) if frequency == Frequency.MONTHLY_NTH else None,
        ends_on=draw(st.none() | st.integers(0, 900).map(lambda n: starts_on + timedelta(days=n))),
        excluded=draw(st.frozensets(st.integers(0, 60).map(lambda n: starts_on + timedelta(days=n)), max_size=5)),
    )


def by_dateutil(rule: Recurrence, first: date, last: date) -> list[date]:
    options: dict = {}
    if rule.frequency == Frequency.WEEKLY:
        options["byweekday"] = [day - 1 for day in rule.weekdays]
    elif rule.frequency == Frequency.MONTHLY_NTH:
        options["byweekday"] = [rrule.weekday(day - 1, rule.nth) for day in rule.weekdays]
    elif rule.frequency == Frequency.MONTHLY_DAY:
        options["bymonthday"] = rule.starts_on.day
    else:
        options.update(bymonth=rule.starts_on.month, bymonthday=rule.starts_on.day)
    end = min(last, rule.ends_on or last)
    found = rrule.rrule(
        RULES[rule.frequency],
        dtstart=datetime.combine(rule.starts_on, datetime.min.time()),
        interval=rule.interval,
        wkst=rrule.MO,
        until=datetime.combine(end, datetime.min.time()),
        **options,
    )
    return [day.date() for day in found if day.date() >= first and day.date() not in rule.excluded]


@given(recurrences(), st.dates(date(2018, 6, 1), date(2031, 1, 1)), st.integers(0, 1200))
def test_days_agree_with_rfc_5545(rule, first, length):
    last = first + timedelta(days=length)
    assert list(rule.days(first, last)) == by_dateutil(rule, first, last)


@given(recurrences(), st.dates(date(2018, 6, 1), date(2031, 1, 1)))
def test_occurs_on_agrees_with_days(rule, first):
    last = first + timedelta(days=45)
    every = [first + timedelta(days=n) for n in range(46)]
    assert [day for day in every if rule.occurs_on(day)] == list(rule.days(first, last))
