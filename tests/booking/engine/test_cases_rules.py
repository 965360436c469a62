"""Hard cases of slots and rules, numbered as in the product's list of cases that break booking systems."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from booking.slots import Busy, HiddenBy, available_slots, first_slot, hidden_starts, next_slots, why_not
from tests.booking.engine.builders import MONDAY, absence, agenda, at, hours, labels, starts, taken, visit

ONE_DAY = timedelta(days=1)
MORNING = hours("09:00", "12:00")


def reason_hidden(calendar, reason, label, day=MONDAY, **more):
    return why_not(calendar, reason, at(day, label), now=more.get("now") or at(day, "00:00"))


def test_case_21_bookings_left_outside_a_moved_window_stay_taken():
    """The window moved from the morning to 11:30: the 11:15 visit is kept and still takes its time."""
    calendar = agenda(hours("11:30", "13:00"), busy=[taken(MONDAY, "09:00", "09:30"), taken(MONDAY, "11:15", "11:45")])
    assert starts(calendar, visit(30), MONDAY) == ["12:00", "12:30"]
    assert reason_hidden(calendar, visit(30), "11:30") == HiddenBy.TAKEN


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (15, ["09:15", "09:30", "09:45"]),
        (20, ["09:20", "09:40"]),
        (45, []),
        (5, ["09:00", "09:10", "09:15", "09:20", "09:25", "09:30", "09:35", "09:40", "09:45", "09:50", "09:55"]),
    ],
)
def test_case_26_a_booking_at_nine_five_shifts_no_grid(minutes, expected):
    calendar = agenda(hours("09:00", "10:00"), busy=[taken(MONDAY, "09:05", "09:10")])
    assert starts(calendar, visit(minutes), MONDAY) == expected


def test_case_26_three_reasons_share_a_window_each_on_its_own_grid():
    calendar = agenda(hours("09:00", "10:30"), busy=[taken(MONDAY, "09:15", "09:30")])
    assert starts(calendar, visit(15), MONDAY) == ["09:00", "09:30", "09:45", "10:00", "10:15"]
    assert starts(calendar, visit(20), MONDAY) == ["09:40", "10:00"]
    assert starts(calendar, visit(45), MONDAY) == ["09:45"]


def test_case_26_step_spaces_the_starts_and_duration_the_visits():
    assert starts(agenda(hours("09:00", "10:00")), visit(30, step=10), MONDAY) == ["09:00", "09:10", "09:20", "09:30"]


def test_case_27_the_last_visit_ends_inside_the_window():
    assert starts(agenda(hours("09:00", "10:10")), visit(20), MONDAY) == ["09:00", "09:20", "09:40"]
    assert starts(agenda(hours("09:00", "09:19")), visit(20), MONDAY) == []


def test_case_27_buffers_may_spill_at_both_ends_of_the_window():
    assert starts(agenda(hours("09:00", "10:00")), visit(30, before=15, after=15), MONDAY) == ["09:00", "09:30"]


@pytest.mark.parametrize(
    ("before", "after", "copied_before", "copied_after", "expected"),
    [
        (0, 0, 0, 0, ["09:00", "09:10", "09:40", "09:50", "10:00"]),
        (0, 10, 0, 0, ["09:00", "09:40", "09:50", "10:00"]),
        (10, 0, 0, 0, ["09:00", "09:10", "09:50", "10:00"]),
        (0, 0, 10, 10, ["09:00", "09:50", "10:00"]),
        (10, 10, 10, 10, ["09:00", "09:50", "10:00"]),
        (20, 0, 0, 10, ["09:00", "09:10", "10:00"]),
    ],
)
def test_case_28_the_larger_buffer_of_two_neighbours_counts_not_the_sum(
    before, after, copied_before, copied_after, expected
):
    booked = taken(MONDAY, "09:20", "09:40", before=copied_before, after=copied_after)
    calendar = agenda(hours("09:00", "10:10"), busy=[booked])
    assert starts(calendar, visit(10, before=before, after=after), MONDAY) == expected


def test_case_28_buffers_do_not_count_against_an_absence():
    calendar = agenda(MORNING, closings=[absence("10:00", "11:00", MONDAY)])
    assert starts(calendar, visit(30, before=15, after=15), MONDAY) == ["09:00", "09:30", "11:00", "11:30"]


def test_case_28_a_buffer_changed_after_booking_leaves_the_copied_one():
    booked = taken(MONDAY, "09:00", "09:30", after=30)
    assert starts(agenda(hours("09:00", "11:00"), busy=[booked]), visit(30), MONDAY) == ["10:00", "10:30"]


def test_case_28_a_buffer_reaches_over_midnight():
    late = taken(MONDAY, "23:30", "23:59", after=30)
    calendar = agenda(hours("00:00", "01:00"), busy=[late])
    assert starts(calendar, visit(30), MONDAY + ONE_DAY) == ["00:30"]


def test_case_29_a_longer_duration_leaves_booked_visits_as_they_are():
    booked = taken(MONDAY, "09:30", "09:45")
    calendar = agenda(hours("09:00", "11:00"), busy=[booked])
    assert starts(calendar, visit(15), MONDAY)[:3] == ["09:00", "09:15", "09:45"]
    assert starts(calendar, visit(30), MONDAY) == ["09:00", "10:00", "10:30"]


def test_case_29_a_move_is_asked_with_the_booked_duration():
    """The reason now lasts 30 minutes; the visit being moved keeps its 45."""
    calendar = agenda(hours("09:00", "10:30"))
    assert starts(calendar, replace(visit(30), duration=timedelta(minutes=45)), MONDAY) == ["09:00", "09:30"]


def test_case_30_overlapping_windows_give_each_start_once():
    calendar = agenda(hours("09:00", "10:00"), hours("09:30", "11:00", id=2), hours("09:00", "10:00", id=3))
    assert starts(calendar, visit(30), MONDAY) == ["09:00", "09:30", "10:00", "10:30"]


def test_case_30_windows_on_different_grids_give_the_union():
    calendar = agenda(hours("09:00", "10:00"), hours("09:10", "10:10", id=2))
    assert starts(calendar, visit(30), MONDAY) == ["09:00", "09:10", "09:30", "09:40"]


def test_case_30_touching_windows_are_not_one():
    """A visit lies in one window: 50 minutes do not fit across the noon edge of two."""
    calendar = agenda(hours("11:00", "12:00"), hours("12:00", "13:00", id=2))
    assert starts(calendar, visit(50, step=10), MONDAY) == ["11:00", "11:10", "12:00", "12:10"]


def test_case_30_two_practitioners_free_at_once_offer_the_same_slot():
    first, second = agenda(MORNING), agenda(hours("10:00", "12:00"), busy=[taken(MONDAY, "10:00", "11:00")])
    asked = {"first_day": MONDAY, "last_day": MONDAY, "now": at(MONDAY, "00:00")}
    shared = set(available_slots(first, visit(60), **asked)) & set(available_slots(second, visit(60), **asked))
    assert labels(shared) == ["11:00"]


def test_case_31_the_last_free_practitioner_taken_leaves_another_or_nobody():
    asked = {"from_day": MONDAY, "until_day": MONDAY, "now": at(MONDAY, "08:00")}
    free = agenda(hours("09:00", "10:00"))
    full = replace(free, busy=[taken(MONDAY, "09:00", "10:00")])
    assert [first_slot(calendar, visit(60), **asked) is None for calendar in (full, free)] == [True, False]


def test_case_33_a_page_opened_for_an_hour_meets_the_rules_of_now():
    reason = visit(30, notice=timedelta(hours=1), daily_quota=3)
    calendar = agenda(MORNING)
    assert reason_hidden(calendar, reason, "09:00", now=at(MONDAY, "08:00")) is None
    assert reason_hidden(calendar, reason, "09:00", now=at(MONDAY, "08:01")) == HiddenBy.NOTICE
    assert reason_hidden(calendar, reason, "09:00", now=at(MONDAY, "09:00")) == HiddenBy.NOTICE
    assert reason_hidden(calendar, reason, "09:00", now=at(MONDAY, "09:01")) == HiddenBy.PAST
    full = replace(calendar, booked_on={MONDAY: 3})
    assert reason_hidden(full, reason, "09:00", now=at(MONDAY, "08:00")) == HiddenBy.QUOTA


def test_case_34_the_quota_of_a_day_ends_at_local_midnight():
    calendar = agenda(hours("22:00", "02:00", MONDAY), booked_on={MONDAY: 2, MONDAY + ONE_DAY: 1})
    reason = visit(60, daily_quota=2)
    assert starts(calendar, reason, MONDAY, last=MONDAY + ONE_DAY) == ["00:00", "01:00"]
    assert reason_hidden(calendar, reason, "23:00") == HiddenBy.QUOTA


def test_case_34_a_moved_visit_does_not_count_twice():
    """The caller counts the day without the visit being moved: its own place under the quota is free again."""
    calendar = agenda(MORNING, booked_on={MONDAY: 1})
    assert starts(calendar, visit(60, daily_quota=1), MONDAY) == []
    assert starts(replace(calendar, booked_on={MONDAY: 0}), visit(60, daily_quota=1), MONDAY) != []


def test_quota_of_none_is_no_limit_and_of_zero_is_nothing():
    calendar = agenda(MORNING, booked_on={MONDAY: 99})
    assert len(starts(calendar, visit(60), MONDAY)) == 3
    assert starts(agenda(MORNING), visit(60, daily_quota=0), MONDAY) == []


def test_case_36_an_empty_agenda_has_no_first_slot():
    now = at(MONDAY, "08:00")
    assert first_slot(agenda(), visit(30), from_day=MONDAY, now=now) is None
    elsewhere = agenda(hours("09:00", "12:00", MONDAY + timedelta(days=91)))
    assert first_slot(elsewhere, visit(30), from_day=MONDAY, now=now) is None
    assert first_slot(elsewhere, visit(30, horizon_days=91), from_day=MONDAY, now=now) is not None


def test_case_36_the_search_looks_at_each_day_of_the_horizon_once():
    asked = []

    class Watched(type(MORNING.recurrence)):
        __slots__ = ()

        def days(self, first, last):
            asked.append((first, last))
            return iter(())

    rule = Watched(MORNING.recurrence.frequency, MONDAY)
    assert (
        first_slot(agenda(hours("09:00", "12:00", rule)), visit(30), from_day=MONDAY, now=at(MONDAY, "08:00")) is None
    )
    assert asked[0][0] == MONDAY
    assert asked[-1][1] == MONDAY + timedelta(days=90)
    assert all(last + ONE_DAY == first for (_, last), (first, _) in pairwise(asked))


def test_case_36_the_search_never_goes_back():
    """Asked from a day on, a first slot is never earlier, and asking again from it gives it again."""
    calendar, now = agenda(MORNING), at(MONDAY, "08:00")
    day = MONDAY + timedelta(days=10)
    slot = first_slot(calendar, visit(30), from_day=day, now=now)
    assert slot.start == at(day, "09:00")
    assert first_slot(calendar, visit(30), from_day=date(2000, 1, 1), now=now).start == at(MONDAY, "09:00")
    assert first_slot(calendar, visit(30), from_day=date.max, now=now) is None


def test_next_slots_gives_three_unless_told():
    calendar, now = agenda(hours("09:00", "10:00")), at(MONDAY, "09:10")
    found = next_slots(calendar, visit(30), from_day=MONDAY, now=now)
    assert [slot.start for slot in found] == [
        at(MONDAY, "09:30"),
        at(MONDAY + ONE_DAY, "09:00"),
        at(MONDAY + ONE_DAY, "09:30"),
    ]


def test_window_accepts_only_its_reasons():
    calendar = agenda(hours("09:00", "10:00", reasons=frozenset({1})), hours("14:00", "15:00", reasons=frozenset({2})))
    assert starts(calendar, visit(60, id=1), MONDAY) == ["09:00"]
    assert starts(calendar, visit(60, id=2), MONDAY) == ["14:00"]
    assert reason_hidden(calendar, visit(60, id=2), "09:00") == HiddenBy.REASON_NOT_ACCEPTED


def test_urgent_care_window_opens_late():
    """Released two hours before: at 10:00 the visits up to noon may be booked."""
    calendar = agenda(hours("09:00", "18:00", released_before=timedelta(hours=2)))
    assert starts(calendar, visit(60), MONDAY, now=at(MONDAY, "10:00")) == ["10:00", "11:00", "12:00"]
    assert reason_hidden(calendar, visit(60), "13:00", now=at(MONDAY, "10:59")) == HiddenBy.NOT_RELEASED
    assert reason_hidden(calendar, visit(60), "13:00", now=at(MONDAY, "11:00")) is None


def test_ordinary_window_beside_an_urgent_one_releases_their_common_starts():
    calendar = agenda(hours("09:00", "12:00", released_before=timedelta(0)), hours("11:00", "12:00", id=2))
    assert starts(calendar, visit(60), MONDAY, now=at(MONDAY, "08:00")) == ["11:00"]


def test_holiday_closes_the_window_that_begins_on_it():
    night = hours("22:00", "02:00", reasons=None)
    calendar = agenda(night, MORNING, holidays=frozenset({MONDAY}))
    assert starts(calendar, visit(60), MONDAY) == ["00:00", "01:00"]
    assert starts(calendar, visit(60), MONDAY + ONE_DAY)[:3] == ["09:00", "10:00", "11:00"]
    assert reason_hidden(calendar, visit(60), "09:00") == HiddenBy.HOLIDAY


def test_window_opened_on_purpose_ignores_holidays():
    calendar = agenda(hours("09:00", "10:00", open_on_holidays=True), MORNING, holidays=frozenset({MONDAY}))
    assert starts(calendar, visit(60), MONDAY) == ["09:00"]


def test_absence_of_fifteen_minutes_cuts_a_window_in_two():
    calendar = agenda(hours("09:00", "10:30"), closings=[absence("09:30", "09:45", MONDAY)])
    assert starts(calendar, visit(15), MONDAY) == ["09:00", "09:15", "09:45", "10:00", "10:15"]
    assert starts(calendar, visit(30), MONDAY) == ["09:00", "10:00"]


def test_leave_of_two_weeks_hides_each_of_its_days():
    leave = absence("12:00", "12:00", MONDAY, span_days=14)
    calendar = agenda(hours("11:00", "13:00"), closings=[leave])
    assert starts(calendar, visit(60), MONDAY) == ["11:00"]
    assert starts(calendar, visit(60), MONDAY + ONE_DAY, last=MONDAY + timedelta(days=13)) == []
    assert starts(calendar, visit(60), MONDAY + timedelta(days=14)) == ["12:00"]


def test_absence_of_the_next_day_shortens_the_night_before():
    """Asked for Monday alone, a visit that would reach into Tuesday's leave is hidden."""
    leave = absence("00:00", "12:00", MONDAY + ONE_DAY)
    calendar = agenda(hours("22:00", "02:00", MONDAY), closings=[leave])
    assert starts(calendar, visit(60, step=30), MONDAY) == ["22:00", "22:30", "23:00"]
    assert reason_hidden(calendar, visit(60, step=30), "23:30") == HiddenBy.ABSENCE


def test_leave_until_the_end_of_the_calendar_is_not_an_accident():
    calendar = agenda(MORNING, closings=[absence("00:00", "23:00", MONDAY, span_days=10_000_000)])
    assert starts(calendar, visit(60), MONDAY) == []


def test_busy_time_far_from_the_days_asked_hides_nothing():
    far = [Busy(0, 3600), taken(MONDAY + timedelta(days=400), "09:00", "10:00")]
    assert starts(agenda(MORNING, busy=far), visit(60), MONDAY) == ["09:00", "10:00", "11:00"]


def test_days_asked_backwards_or_in_the_past_give_nothing():
    calendar, now = agenda(MORNING), at(MONDAY, "08:00")
    yesterday = MONDAY - ONE_DAY
    assert available_slots(calendar, visit(30), first_day=MONDAY, last_day=yesterday, now=now) == []
    assert available_slots(calendar, visit(30), first_day=date.min, last_day=yesterday, now=now) == []
    assert hidden_starts(calendar, visit(30), first_day=MONDAY, last_day=yesterday, now=now) == []


def test_absurd_range_costs_no_more_than_the_horizon():
    calendar, now = agenda(hours("09:00", "09:30")), at(MONDAY, "08:00")
    slots = available_slots(calendar, visit(30, horizon_days=3), first_day=date.min, last_day=date.max, now=now)
    assert labels(slots) == ["09:00"] * 4
