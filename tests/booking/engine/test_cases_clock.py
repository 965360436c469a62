"""Hard cases of clocks and zones, numbered as in the product's list of cases that break booking systems."""

import os
import time as process_time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.recurrence import Frequency, Recurrence
from booking.slots import HiddenBy, available_slots, first_slot, hidden_starts, why_not
from core import clock
from tests.booking.engine.builders import (
    AUTUMN,
    MONDAY,
    PARIS,
    REUNION,
    SPRING,
    absence,
    agenda,
    at,
    hours,
    labels,
    starts,
    taken,
    visit,
)

ONE_DAY = timedelta(days=1)
EARLY = at(date(2026, 1, 5), "08:00")


def test_case_01_spring_day_offers_no_hour_that_does_not_exist():
    assert starts(agenda(hours("01:00", "04:00")), visit(30), SPRING) == ["01:00", "01:30", "03:00", "03:30"]


def test_case_01_window_that_begins_in_the_gap_begins_at_its_end():
    assert starts(agenda(hours("02:30", "04:00")), visit(30), SPRING) == ["03:00", "03:30"]


def test_case_01_window_inside_the_gap_offers_nothing():
    calendar = agenda(hours("02:10", "02:50"))
    assert starts(calendar, visit(20), SPRING) == []
    assert starts(calendar, visit(20), SPRING + ONE_DAY) == ["02:10", "02:30"]


def test_case_02_autumn_day_offers_each_label_once():
    calendar, reason = agenda(hours("01:00", "04:00")), visit(30)
    assert starts(calendar, reason, AUTUMN) == ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]
    second = at(AUTUMN, "02:30", fold=1)
    assert why_not(calendar, reason, second, now=EARLY) == HiddenBy.HORIZON
    assert why_not(calendar, reason, second, now=at(AUTUMN, "00:30")) == HiddenBy.CLOCK_REPEATED


def test_case_02_slots_are_sorted_by_instant_not_by_label():
    """A 40-minute step gives 02:20 (first), 02:00 (second, hidden), 02:40 (second, hidden), 03:20."""
    calendar, reason = agenda(hours("01:00", "05:00")), visit(20, step=40)
    now = at(AUTUMN, "00:00")
    slots = available_slots(calendar, reason, first_day=AUTUMN, last_day=AUTUMN, now=now)
    assert labels(slots) == ["01:00", "01:40", "02:20", "03:20", "04:00", "04:40"]
    assert [slot.start for slot in slots] == sorted(slot.start for slot in slots)
    hidden = hidden_starts(calendar, reason, first_day=AUTUMN, last_day=AUTUMN, now=now)
    assert [(labels([slot])[0], rule) for slot, rule in hidden] == [
        ("02:00", HiddenBy.CLOCK_REPEATED),
        ("02:40", HiddenBy.CLOCK_REPEATED),
    ]


def test_case_02_absence_covers_both_passes_of_the_repeated_hour():
    calendar = agenda(hours("01:00", "04:00"), closings=[absence("02:00", "02:30", AUTUMN)])
    first, second = (at(AUTUMN, "02:15", fold=fold) for fold in (0, 1))
    now = at(AUTUMN, "00:00")
    assert starts(calendar, visit(15), AUTUMN, now=now) == [
        f"{hour}:{minute}" for hour in ("01", "03") for minute in ("00", "15", "30", "45")
    ]
    assert why_not(calendar, visit(15), first, now=now) == HiddenBy.ABSENCE
    assert why_not(calendar, visit(15), second + timedelta(minutes=15), now=now) == HiddenBy.CLOCK_REPEATED


@pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
def test_case_03_nine_o_clock_stays_nine_o_clock_across_the_change(sunday):
    calendar = agenda(hours("09:00", "09:30"))
    first, last = sunday - timedelta(days=7), sunday + timedelta(days=7)
    slots = available_slots(calendar, visit(30), first_day=first, last_day=last, now=at(first - ONE_DAY, "12:00"))
    assert labels(slots) == ["09:00"] * 15
    assert len({slot.start.hour for slot in slots}) == 2


def test_case_04_summer_slot_seen_in_winter_has_the_summer_offset():
    calendar, summer = agenda(hours("09:00", "09:30")), date(2026, 7, 1)
    slot = first_slot(calendar, visit(30, horizon_days=200), from_day=summer, now=EARLY)
    assert slot.start == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_case_05_a_visit_across_the_change_keeps_its_length(day):
    """From one side of the change to the other, 30 minutes are neither 90 nor -30."""
    calendar = agenda(hours("00:45", "05:00"))
    slots = available_slots(calendar, visit(30), first_day=day, last_day=day, now=at(day - ONE_DAY, "12:00"))
    assert {slot.end - slot.start for slot in slots} == {timedelta(minutes=30)}
    across = at(day, "01:45") if day == SPRING else at(day, "02:45")
    assert across in {slot.start for slot in slots}


@pytest.mark.parametrize(("sunday", "first"), [(SPRING, "11:00"), (AUTUMN, "09:00"), (MONDAY, "10:00")])
def test_case_06_notice_counts_real_hours_across_the_change(sunday, first):
    calendar = agenda(hours("08:00", "18:00"))
    asked = at(sunday - ONE_DAY, "10:00")
    assert starts(calendar, visit(60, notice=timedelta(hours=24)), sunday, now=asked)[0] == first


@pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
def test_case_07_days_are_not_86400_seconds(sunday):
    calendar = agenda(hours("00:00", "01:00"), hours("22:00", "24:00"))
    expected = ["00:00", "00:30", "22:00", "22:30", "23:00", "23:30"]
    first, last = sunday - timedelta(days=3), sunday + timedelta(days=3)
    assert starts(calendar, visit(30), first, last=last) == expected * 7
    for n in range(7):
        assert starts(calendar, visit(30), first + timedelta(days=n)) == expected


def test_case_08_window_over_midnight_belongs_to_both_days():
    calendar = agenda(hours("22:00", "02:00", MONDAY), busy=[night_visit()])
    tuesday = MONDAY + ONE_DAY
    assert starts(calendar, visit(30), MONDAY) == ["22:00", "22:30", "23:00"]
    assert starts(calendar, visit(30), tuesday) == ["00:30", "01:00", "01:30"]
    assert starts(calendar, visit(30), MONDAY, last=tuesday) == ["22:00", "22:30", "23:00", "00:30", "01:00", "01:30"]


def test_case_08_visit_over_midnight_is_taken_on_both_days():
    calendar, now = agenda(hours("22:00", "02:00", MONDAY), busy=[night_visit()]), at(MONDAY, "08:00")
    before, after = at(MONDAY, "23:30"), at(MONDAY + ONE_DAY, "00:00")
    assert [why_not(calendar, visit(30), start, now=now) for start in (before, after)] == [HiddenBy.TAKEN] * 2


def night_visit():
    """23:45 to 00:15."""
    first = taken(MONDAY, "23:45", "23:50")
    return first._replace(end=first.start + 30 * 60)


def test_case_09_window_until_24_00_offers_up_to_midnight():
    assert starts(agenda(hours("23:00", "24:00")), visit(20), MONDAY) == ["23:00", "23:20", "23:40"]


def test_case_09_window_of_a_whole_day():
    calendar = agenda(hours("00:00", "24:00"))
    assert [len(starts(calendar, visit(60), day)) for day in (SPRING, MONDAY, AUTUMN)] == [23, 24, 24]


def test_case_10_half_open_ranges_touch_without_conflict():
    calendar = agenda(hours("09:00", "10:30"), busy=[taken(MONDAY, "09:30", "10:00")])
    assert starts(calendar, visit(30), MONDAY) == ["09:00", "10:00"]


def test_case_10_seconds_are_cut_off():
    calendar = agenda(hours("09:00:40", "10:00:59"))
    reason = replace(visit(30), duration=timedelta(minutes=30, seconds=20), step=timedelta(minutes=30, seconds=59))
    now = at(MONDAY, "07:00")
    slots = available_slots(calendar, reason, first_day=MONDAY, last_day=MONDAY, now=now)
    assert [(slot.start, slot.end) for slot in slots] == [
        (at(MONDAY, "09:00"), at(MONDAY, "09:30")),
        (at(MONDAY, "09:30"), at(MONDAY, "10:00")),
    ]
    asked = at(MONDAY, "09:30:59") + timedelta(microseconds=999_999)
    assert why_not(calendar, reason, asked, now=now) is None


def test_case_10_now_keeps_its_seconds():
    """At 08:00 and a fraction, 09:00 is no longer an hour away."""
    calendar, reason = agenda(hours("09:00", "10:00")), visit(30, notice=timedelta(hours=1))
    sharp = at(MONDAY, "08:00")
    assert starts(calendar, reason, MONDAY, now=sharp) == ["09:00", "09:30"]
    assert starts(calendar, reason, MONDAY, now=sharp + timedelta(microseconds=1)) == ["09:30"]


def test_case_11_miquelon_changes_with_north_america():
    zone = ZoneInfo("America/Miquelon")
    calendar, noon = agenda(hours("01:00", "04:00"), zone=zone), "12:00"
    american = date(2026, 3, 8)
    assert starts(calendar, visit(60), american, now=at(american - ONE_DAY, noon, zone)) == ["01:00", "03:00"]
    assert starts(calendar, visit(60), SPRING, now=at(SPRING - ONE_DAY, noon, zone)) == ["01:00", "02:00", "03:00"]


def test_case_12_the_day_is_that_of_the_practice():
    """23:30 in Paris is 01:30 the next day for someone in Réunion: it is still Monday's slot."""
    calendar = agenda(hours("23:30", "24:00", MONDAY))
    [slot] = available_slots(calendar, visit(30), first_day=MONDAY, last_day=MONDAY, now=at(MONDAY, "08:00"))
    assert clock.local_date(slot.start, REUNION) == MONDAY + ONE_DAY
    assert starts(calendar, visit(30), MONDAY + ONE_DAY) == []


def test_case_13_one_instant_has_one_answer_whatever_the_zone_it_is_told_in():
    calendar, now = agenda(hours("09:00", "12:00")), at(MONDAY, "07:00")
    start = at(MONDAY, "10:00")
    for name in ("Pacific/Marquesas", "Indian/Reunion", "Europe/Paris"):
        told = start.astimezone(ZoneInfo(name))
        assert why_not(calendar, visit(30), told, now=now.astimezone(ZoneInfo(name))) is None
    assert why_not(calendar, visit(30), start.replace(tzinfo=REUNION), now=now) == HiddenBy.PAST


def test_case_14_correcting_the_zone_moves_the_windows_and_not_the_bookings():
    booked = taken(MONDAY, "10:00", "10:30")
    wrong = agenda(hours("09:00", "13:00"), busy=[booked])
    right = replace(wrong, zone=REUNION)
    assert starts(wrong, visit(30), MONDAY) == ["09:00", "09:30", "10:30", "11:00", "11:30", "12:00", "12:30"]
    assert starts(right, visit(30), MONDAY) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:30"]


@pytest.mark.parametrize(
    ("zone", "now", "last"),
    [
        (PARIS, datetime(2026, 6, 1, 21, 59, tzinfo=UTC), date(2026, 6, 11)),
        (PARIS, datetime(2026, 6, 1, 22, 0, tzinfo=UTC), date(2026, 6, 12)),
        (ZoneInfo("Pacific/Tahiti"), datetime(2026, 6, 2, 9, 59, tzinfo=UTC), date(2026, 6, 11)),
        (ZoneInfo("Pacific/Wallis"), datetime(2026, 6, 1, 12, 0, tzinfo=UTC), date(2026, 6, 12)),
    ],
)
def test_case_15_horizon_counts_the_dates_of_the_place(zone, now, last):
    calendar, reason = agenda(hours("23:00", "24:00"), zone=zone), visit(60, horizon_days=10)
    slots = available_slots(calendar, reason, first_day=date(2026, 6, 5), last_day=date(2026, 7, 1), now=now)
    assert clock.local_date(slots[-1].start, zone) == last
    assert why_not(calendar, reason, at(last + ONE_DAY, "23:00", zone), now=now) == HiddenBy.HORIZON


def test_case_16_the_zone_of_the_process_changes_nothing(monkeypatch):
    calendar = agenda(hours("01:00", "04:00"), busy=[taken(SPRING, "03:00", "03:30")])
    here = starts(calendar, visit(30), SPRING)
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Marquesas")
    process_time.tzset()
    try:
        assert starts(calendar, visit(30), SPRING) == here == ["01:00", "01:30", "03:30"]
    finally:
        monkeypatch.undo()
        process_time.tzset()


def test_case_16_naive_datetimes_are_refused():
    calendar, naive = agenda(hours("09:00", "12:00")), datetime(2026, 6, 15, 9, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        available_slots(calendar, visit(30), first_day=MONDAY, last_day=MONDAY, now=naive)
    with pytest.raises(ValueError, match="naive"):
        why_not(calendar, visit(30), naive, now=EARLY)


def test_case_19_windows_follow_their_recurrence():
    fortnight = Recurrence(Frequency.WEEKLY, date(2026, 12, 21), interval=2, weekdays=frozenset({1}))
    calendar = agenda(hours("09:00", "09:30", fortnight))
    now = at(date(2026, 12, 20), "12:00")
    slots = available_slots(calendar, visit(30), first_day=date(2026, 12, 21), last_day=date(2027, 2, 1), now=now)
    assert [f"{slot.start:%m-%d}" for slot in slots] == ["12-21", "01-04", "01-18", "02-01"]


def test_case_24_an_absence_is_in_the_zone_of_its_agenda():
    """The same hours away from both places of one practitioner: eight o'clock in Paris is not eight in Réunion."""
    away = [absence("08:00", "12:00", MONDAY)]
    paris = agenda(hours("08:00", "14:00"), closings=away)
    reunion = replace(paris, zone=REUNION)
    assert starts(paris, visit(60), MONDAY) == starts(reunion, visit(60), MONDAY) == ["12:00", "13:00"]
    now = at(MONDAY, "00:00", REUNION)
    assert why_not(reunion, visit(60), at(MONDAY, "10:00"), now=now) is None
    assert why_not(paris, visit(60), at(MONDAY, "10:00"), now=now) == HiddenBy.ABSENCE
