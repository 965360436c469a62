"""Coming of age: the very instant, 29 February, and the same answer in Python and for SQL (hard cases 61, 62)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.majority import is_minor, last_adult_birth_date, majority_at


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2008, 7, 14), datetime(2026, 7, 13, 22, tzinfo=UTC)),  # summer: Paris is UTC+2
        (date(2008, 12, 1), datetime(2026, 11, 30, 23, tzinfo=UTC)),  # winter: UTC+1
        (date(2008, 2, 29), datetime(2026, 2, 28, 23, tzinfo=UTC)),  # 1 March 2026, 00:00
        (date(2008, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # the day the clock moves forward
        (date(2008, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC)),  # the day it moves back
    ],
)
def test_majority_begins_at_midnight_in_paris(born, expected):
    assert majority_at(born) == expected


def test_minor_until_the_last_microsecond():
    instant = majority_at(date(2008, 7, 14))

    assert is_minor(date(2008, 7, 14), instant - timedelta(microseconds=1))
    assert not is_minor(date(2008, 7, 14), instant)


@given(
    born=st.dates(date(1990, 1, 1), date(2020, 12, 31)),
    at=st.datetimes(datetime(2008, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_minor_in_python_equals_minor_for_sql(born, at):
    assert is_minor(born, at) == (born > last_adult_birth_date(at))


@given(born=st.sampled_from([date(2008, 2, 28), date(2008, 2, 29), date(2008, 3, 1)]), hours=st.integers(0, 96))
def test_minor_in_python_equals_minor_for_sql_around_29_february(born, hours):
    at = datetime(2026, 2, 27, tzinfo=UTC) + timedelta(hours=hours)

    assert is_minor(born, at) == (born > last_adult_birth_date(at))
