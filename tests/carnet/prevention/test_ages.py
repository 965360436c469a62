"""Ages on the calendar: birthdays, months that are too short, 29 February."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.prevention.ages import Age, after, before, years_old

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
AGES = st.builds(Age, st.integers(0, 120), st.integers(0, 30), st.integers(0, 60))


@pytest.mark.parametrize(
    ("day", "age", "expected"),
    [
        (date(2024, 2, 29), Age(1), date(2025, 3, 1)),
        (date(2024, 2, 29), Age(4), date(2028, 2, 29)),
        (date(2026, 1, 31), Age(months=1), date(2026, 3, 1)),
        (date(2026, 12, 31), Age(months=2), date(2027, 3, 1)),
        (date(2026, 11, 21), Age(1, 2, 3), date(2028, 1, 24)),
        (date(2026, 8, 31), Age(months=6), date(2027, 3, 1)),
    ],
)
def test_after_counts_on_the_calendar(day, age, expected):
    assert after(day, age) == expected


def test_case_61_who_was_born_on_29_february_is_older_on_1_march():
    assert years_old(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert years_old(date(2008, 2, 29), date(2026, 3, 1)) == 18


@given(DAYS, AGES, AGES)
def test_after_keeps_the_order_of_ages(day, one, other):
    small, large = sorted([one._replace(days=0), other._replace(days=0)], key=lambda age: age.years * 12 + age.months)
    assert after(day, small) <= after(day, large)


@given(DAYS, DAYS, AGES)
def test_after_keeps_the_order_of_days(one, other, age):
    assert (after(one, age) <= after(other, age)) or one > other


@given(DAYS, st.integers(0, 50))
def test_before_is_the_last_day_from_which_the_years_have_passed(day, years):
    found = before(day, Age(years))
    assert after(found, Age(years)) <= day
