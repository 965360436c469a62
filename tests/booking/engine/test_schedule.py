"""What the engine refuses to be told."""

from datetime import UTC, time, timedelta

import pytest

from booking.recurrence import InvalidRule
from booking.slots import ReasonRules, validate_hours


@pytest.mark.parametrize(
    ("start", "end", "span_days"),
    [
        (time(9), time(9, 1), 0),
        (time(22), time(2), 1),
        (time(9), time(0), 1),
        (time(0), time(0), 1),
        (time(8), time(20), 14),
    ],
)
def test_case_09_hours_that_hold_a_minute_are_accepted(start, end, span_days):
    assert validate_hours(start, end, span_days) is None


@pytest.mark.parametrize(
    ("start", "end", "span_days", "code"),
    [
        (time(9), time(9), 0, "hours_empty"),
        (time(0), time(0), 0, "hours_empty"),
        (time(9, 0, 10), time(9, 0, 50), 0, "hours_empty"),
        (time(10), time(9), 0, "hours_reversed"),
        (time(9), time(0), 0, "hours_reversed"),
        (time(9), time(12), -1, "hours_reversed"),
        (time(9, tzinfo=UTC), time(12), 0, "hours_with_zone"),
        (time(9), time(12, tzinfo=UTC), 0, "hours_with_zone"),
    ],
)
def test_case_09_hours_that_hold_nothing_are_refused(start, end, span_days, code):
    with pytest.raises(InvalidRule) as refusal:
        validate_hours(start, end, span_days)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"duration": timedelta(seconds=59)}, "duration_below_one_minute"),
        ({"step": timedelta(0)}, "step_below_one_minute"),
        ({"notice": timedelta(seconds=-1)}, "delay_negative"),
        ({"buffer_before": timedelta(minutes=-5)}, "delay_negative"),
        ({"buffer_after": timedelta(minutes=-5)}, "delay_negative"),
    ],
)
def test_reason_that_cannot_be_is_refused(changes, code):
    with pytest.raises(InvalidRule) as refusal:
        ReasonRules(**{"id": 1, "duration": timedelta(minutes=20), "step": timedelta(minutes=20), **changes})
    assert refusal.value.code == code
