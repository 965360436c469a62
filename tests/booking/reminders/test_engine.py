"""When reminders go: what always holds, and the cases of the product page."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.reminders import (
    DEFAULT,
    FRESH,
    Booked,
    Step,
    in_quiet_hours,
    plan_of,
    reminders,
    rows_of,
)
from core import clock

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Paris",
        "Indian/Reunion",
        "Indian/Mayotte",
        "America/Guadeloupe",
        "America/Cayenne",
        "America/Miquelon",
        "Pacific/Noumea",
        "Pacific/Tahiti",
        "Pacific/Wallis",
    )
]

channels = st.sampled_from(["email", "sms"])
booked = st.sampled_from(list(Booked))
day_steps = st.builds(
    Step,
    channel=channels,
    days=st.integers(1, 30),
    at=st.builds(time, st.integers(8, 20), st.sampled_from([0, 15, 30, 45])),
    booked=booked,
)
minute_steps = st.builds(Step, channel=channels, minutes=st.integers(30, 72 * 60), booked=booked)
plans = st.lists(st.one_of(day_steps, minute_steps), max_size=8).map(tuple)
ORDINARY = st.datetimes(datetime.combine(date(2026, 1, 1), time()), datetime.combine(date(2029, 1, 1), time()))
# Both nights on which the clocks of Paris, and of Miquelon, change.
CHANGES = st.one_of(
    *(
        st.datetimes(
            datetime.combine(day, time()) - timedelta(days=2), datetime.combine(day, time()) + timedelta(days=3)
        )
        for day in (date(2027, 3, 28), date(2026, 10, 25), date(2027, 3, 14), date(2026, 11, 1))
    )
)
starts = st.one_of(ORDINARY, CHANGES).map(lambda wall: wall.replace(second=0, microsecond=0, tzinfo=UTC))
leads = st.integers(1, 60 * 24 * 40).map(lambda minutes: timedelta(minutes=minutes))


def at(text, zone=PARIS):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def said(found, zone=PARIS):
    return [f"{due.channel} {due.due_at.astimezone(zone):%d/%m %H:%M}" for due in found]


@given(plan=plans, start=starts, lead=leads, zone=st.sampled_from(ZONES))
def test_a_reminder_is_never_early_late_or_in_quiet_hours(plan, start, lead, zone):
    for due in reminders(plan, booked_at=start - lead, start=start, zone=zone):
        assert start - lead + FRESH <= due.due_at < due.expires_at <= start
        last = due.expires_at - timedelta(seconds=1)
        for moment in (due.due_at, due.due_at + (last - due.due_at) / 2, last):
            assert not in_quiet_hours(moment, zone)


@given(plan=plans, start=starts, lead=leads, zone=st.sampled_from(ZONES))
def test_planning_again_gives_the_same_and_names_each_once(plan, start, lead, zone):
    found = reminders(plan, booked_at=start - lead, start=start, zone=zone)
    assert found == reminders(plan, booked_at=start - lead, start=start, zone=zone)
    assert found == reminders((*plan, *plan), booked_at=start - lead, start=start, zone=zone)
    assert len({(due.channel, due.due_at) for due in found}) == len(found)


@given(plan=plans, start=starts, lead=leads, less=leads, zone=st.sampled_from(ZONES))
def test_booking_later_never_adds_a_reminder_within_the_same_span(plan, start, lead, less, zone):
    """Of steps that do not ask how long ahead: who books later gets a part of what who books earlier gets."""
    plan = tuple(step for step in plan if step.booked is Booked.ANY)
    early = reminders(plan, booked_at=start - lead - less, start=start, zone=zone)
    late = reminders(plan, booked_at=start - lead, start=start, zone=zone)
    assert {(due.channel, due.due_at) for due in late} <= {(due.channel, due.due_at) for due in early}


@given(plan=plans, start=starts, lead=leads, zone=st.sampled_from(ZONES))
def test_a_step_of_days_keeps_its_wall_time_over_clock_changes(plan, start, lead, zone):
    found = reminders(plan, booked_at=start - lead, start=start, zone=zone)
    for due in found:
        if due.code.startswith("d"):
            assert f"{due.due_at.astimezone(zone):%H%M}" == due.code.partition("-")[2]
            days = clock.local_date(start, zone) - clock.local_date(due.due_at, zone)
            assert days.days == int(due.code[1:].partition("-")[0])


@given(plan=plans)
def test_a_plan_survives_being_stored(plan):
    assert plan_of(rows_of(dict.fromkeys(plan))) == tuple(dict.fromkeys(plan))


TUESDAY = at("2026-11-24T09:40")


@pytest.mark.parametrize(
    ("booked_at", "expected"),
    [
        ("2026-11-10T10:00", ["email 17/11 15:00", "sms 22/11 15:00", "email 23/11 15:00"]),
        ("2026-11-17T09:41", ["email 23/11 15:00", "sms 23/11 15:00"]),
        # Case 52: inside 48 hours, on the eve, the same day.
        ("2026-11-22T16:00", ["email 23/11 15:00", "sms 23/11 15:00"]),
        ("2026-11-23T12:59", ["email 23/11 15:00", "sms 23/11 15:00"]),
        ("2026-11-23T13:01", []),
        ("2026-11-24T08:00", []),
    ],
)
def test_default_plan_by_when_the_visit_was_booked(booked_at, expected):
    assert said(reminders(DEFAULT, booked_at=at(booked_at), start=TUESDAY, zone=PARIS)) == expected


@pytest.mark.parametrize(
    ("start", "booked_at", "expected"),
    [
        ("2026-11-24T15:00", "2026-11-23T10:00", ["sms 24/11 13:00"]),
        # Case 52: booked inside the two hours, or so near that the confirmation says it all.
        ("2026-11-24T15:00", "2026-11-24T13:30", []),
        ("2026-11-24T15:00", "2026-11-24T12:00", []),
        # Two hours before nine is still night: at eight, when that helps, or on the evening before.
        ("2026-11-24T09:00", "2026-11-20T10:00", ["sms 24/11 08:00"]),
        ("2026-11-24T08:15", "2026-11-20T10:00", ["sms 23/11 20:00"]),
        ("2026-11-24T08:15", "2026-11-23T19:00", []),
    ],
)
def test_two_hours_before_keeps_out_of_the_night(start, booked_at, expected):
    plan = (Step("sms", minutes=120),)
    assert said(reminders(plan, booked_at=at(booked_at), start=at(start), zone=PARIS)) == expected


def test_a_reminder_lives_until_the_evening_or_the_start():
    day_before, two_hours = reminders(
        (Step("sms", days=1, at=time(18)), Step("sms", minutes=120)),
        booked_at=at("2026-11-20T10:00"),
        start=at("2026-11-24T15:00"),
        zone=PARIS,
    )
    assert day_before.expires_at == at("2026-11-23T21:00")
    assert two_hours.expires_at == at("2026-11-24T15:00")


def test_quiet_hours_are_those_of_the_reader():
    """Three hours before 14:00 in Saint-Denis is 8:00 in Paris in winter, 9:00 in summer; four hours is the night."""
    start = at("2026-12-08T14:00", REUNION)
    plan = (Step("sms", minutes=240),)
    there = reminders(plan, booked_at=start - timedelta(days=3), start=start, zone=REUNION)
    here = reminders(plan, booked_at=start - timedelta(days=3), start=start, zone=PARIS)
    assert said(there, REUNION) == ["sms 08/12 10:00"]
    assert said(here, PARIS) == ["sms 08/12 08:00"]


@pytest.mark.parametrize(
    ("start", "due_utc"),
    [
        ("2027-03-28T10:00", "2027-03-27T14:00"),  # the day before the change: still winter time
        ("2027-03-29T10:00", "2027-03-28T13:00"),
        ("2026-10-25T10:00", "2026-10-24T13:00"),
        ("2026-10-26T10:00", "2026-10-25T14:00"),
    ],
)
def test_case_56_the_day_before_stays_at_three_over_both_clock_changes(start, due_utc):
    plan = (Step("sms", days=1, at=time(15)),)
    (due,) = reminders(plan, booked_at=at("2026-09-01T10:00"), start=at(start), zone=PARIS)
    assert due.due_at == datetime.fromisoformat(due_utc).replace(tzinfo=UTC)


def test_case_53_moved_twice_each_time_gives_its_own_reminders():
    plan, moved_at = (Step("sms", days=1, at=time(15)),), at("2026-11-20T10:00")
    days = [said(reminders(plan, booked_at=moved_at, start=at(f"2026-11-{day}T10:00"), zone=PARIS)) for day in (24, 26)]
    assert days == [["sms 23/11 15:00"], ["sms 25/11 15:00"]]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"channel": "pigeon", "minutes": 120}, "channel"),
        ({"channel": "sms", "minutes": 29}, "minutes"),
        ({"channel": "sms", "minutes": True}, "minutes"),
        ({"channel": "sms", "days": 0, "at": "15:00"}, "days"),
        ({"channel": "sms", "days": 1, "at": "22:00"}, "quiet"),
        ({"channel": "sms", "days": 1, "at": "25:00"}, "moment"),
        ({"channel": "sms", "days": 1}, "moment"),
        ({"channel": "sms", "days": 1, "at": "15:00", "minutes": 120}, "moment"),
        ({"channel": "sms", "minutes": 120, "booked": "once"}, "booked"),
        ({"channel": "sms", "minutes": 120, "text": "!"}, "field"),
    ],
)
def test_a_malformed_step_is_refused_by_name(row, code):
    with pytest.raises(ValueError, match=f"^{code}$"):
        plan_of([row])


def test_a_plan_has_eight_steps_at_most_and_none_twice():
    row = {"channel": "sms", "minutes": 120}
    with pytest.raises(ValueError, match=r"^twice$"):
        plan_of([row, dict(row)])
    with pytest.raises(ValueError, match=r"^steps$"):
        plan_of([{"channel": "sms", "minutes": 120 + n} for n in range(9)])
