# ruff: noqa: DTZ001
"""Rules of repeated events: the days that an independent library finds, and a bounded number of days looked at."""

from datetime import datetime as wall_time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from booking.outside_dates import Unreadable
from booking.outside_rules import WEEKDAYS, rule_of

UTC = ZoneInfo("UTC")  # Times of rules are on the wall, without a zone.
FIRST, LAST = wall_time(2026, 3, 1), wall_time(2028, 3, 1)


class Steps:
    def __init__(self):
        self.taken = 0

    def __call__(self, days):
        self.taken += days


def starts(text, wall, *, first=FIRST, last=LAST, spend=lambda days: None):
    return list(rule_of(text, wall, UTC, last).starts(first, spend))


def expected(text, wall):
    """What dateutil finds: it is asked with an end, and only about rules that fall on some day."""
    return list(rrulestr(text, dtstart=wall).between(FIRST, LAST, inc=True))


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}", f"WKST={draw(st.sampled_from(WEEKDAYS))}"]
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 400))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={','.join(map(str, draw(st.sets(st.integers(1, 12), min_size=1, max_size=3))))}")
    kind = draw(st.sampled_from(["", "days", "nth", "month days"]))
    if kind == "days" or (kind == "nth" and frequency in ("DAILY", "WEEKLY")):
        parts.append(f"BYDAY={','.join(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1, max_size=3)))}")
    elif kind == "nth":
        ranks = st.integers(-4, 4).filter(bool)
        parts.append(f"BYDAY={draw(ranks)}{draw(st.sampled_from(WEEKDAYS))}")
    elif kind == "month days" and frequency != "WEEKLY":
        days = st.integers(-28, 28).filter(bool)
        parts.append(f"BYMONTHDAY={','.join(map(str, draw(st.sets(days, min_size=1, max_size=3))))}")
    if kind and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1, -2]))}")
    return ";".join(parts)


@given(rules(), st.datetimes(wall_time(2022, 1, 1), wall_time(2026, 12, 28)))
def test_a_rule_falls_on_the_days_that_dateutil_finds(text, wall):
    wall = wall.replace(microsecond=0, day=min(wall.day, 28))
    assert starts(text, wall) == expected(text, wall)


def test_a_thirty_first_leaves_shorter_months_out():
    months = [day.month for day in starts("FREQ=MONTHLY", wall_time(2020, 1, 31, 9))][:4]
    assert months == [3, 5, 7, 8]


def test_a_twenty_ninth_of_february_waits_for_its_year():
    assert starts("FREQ=YEARLY", wall_time(2020, 2, 29, 9)) == [wall_time(2028, 2, 29, 9)]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 10),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", 60),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 1_600),
        ("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30", 1_000),
        ("FREQ=YEARLY;BYDAY=+53SU;BYSETPOS=366", 1_600),
        ("FREQ=DAILY;COUNT=10000;BYMONTHDAY=31;BYMONTH=6", 45_000),
    ],
)
def test_a_rule_that_never_falls_on_a_day_costs_a_known_number_of_steps(text, most):
    steps = Steps()
    assert starts(text, wall_time(1970, 1, 1), spend=steps) == []
    assert 0 < steps.taken <= most


def test_a_rule_that_begins_after_the_window_costs_nothing():
    steps = Steps()
    assert starts("FREQ=DAILY", LAST + timedelta(days=1), spend=steps) == []
    assert steps.taken == 0


@pytest.mark.parametrize(
    "text", ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=1", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;WKST=XX", ""]
)
def test_a_rule_that_is_not_of_days_is_refused(text):
    with pytest.raises(Unreadable) as refused:
        starts(text, FIRST)
    assert refused.value.code == "calendar_rule"
