"""TARGET's closing days, and the days on which a debit may be collected."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import target_days
from billing.debit_calendar import collection_day, earliest_file, is_alive, mandate_ends_on, send_by
from billing.gateways.base import Demand, MandateFacts, State
from billing.gateways.sepa import SepaGateway

DAYS = st.dates(date(2020, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2000, 4, 23),
        (2008, 3, 23),
        (2019, 4, 21),
        (2024, 3, 31),
        (2026, 4, 5),
        (2027, 3, 28),
        (2038, 4, 25),
        (2049, 4, 18),
    ],
)
def test_easter_is_that_of_the_calendar(year, month, day):
    assert target_days.easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    "day",
    ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2027-03-26", "2026-12-26", "2026-11-22"],
)
def test_target_is_closed_on_its_days(day):
    assert not target_days.is_open(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-05-08", "2026-05-14", "2026-07-14", "2026-08-15", "2026-11-11", "2026-12-24"])
def test_target_is_open_on_french_holidays(day):
    found = date.fromisoformat(day)
    assert target_days.is_open(found) == (found.weekday() < 5)


@given(notified=DAYS, due=DAYS, notice=st.integers(-5, 40))
def test_debit_respects_notice_due_date_and_open_days(notified, due, notice):
    day = collection_day(notified_on=notified, due_on=due, notice_days=notice)

    assert target_days.is_open(day)
    assert day >= due
    assert (day - notified).days >= max(1, min(notice, 14))
    assert day >= earliest_file(notified)
    assert notified <= send_by(day) < day
    assert target_days.plus_open_days(send_by(day), 2) == day


@given(first=DAYS, count=st.integers(0, 30))
def test_open_days_are_counted_one_by_one(first, count):
    day = target_days.plus_open_days(first, count)
    between = [first + timedelta(days=n) for n in range(1, (day - first).days + 1)]
    if count:
        assert sum(target_days.is_open(one) for one in between) == count
        assert target_days.minus_open_days(day, count) <= first or not target_days.is_open(first)


def test_case_of_christmas_waits_for_the_banks():
    # Fourteen days from 11 December end on the 25th; banks settle again on Monday 28.
    assert collection_day(notified_on=date(2026, 12, 11), due_on=date(2026, 12, 15)) == date(2026, 12, 28)


def test_mandate_dies_36_months_after_its_last_use():
    assert mandate_ends_on(date(2024, 2, 29), None) == date(2027, 2, 28)
    assert mandate_ends_on(date(2024, 1, 1), date(2026, 6, 15)) == date(2029, 6, 15)
    assert is_alive(date(2024, 1, 1), None, date(2026, 12, 31))
    assert not is_alive(date(2024, 1, 1), None, date(2027, 1, 1))


def test_dead_mandate_collects_nothing():
    facts = MandateFacts("C000001-001", is_active=True, signed_on=date(2023, 1, 1), last_used_on=None, notice_days=14)
    answer = SepaGateway().collect(
        Demand("F2026-000001-1", 100, "F2026-000001", today=date(2026, 3, 1), due_on=date(2026, 3, 16), mandate=facts)
    )
    assert (answer.state, answer.code) == (State.FAILED, "mandate_over")
