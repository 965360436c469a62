"""Writing hours and absences: what is kept, what the journal says, what is read afterwards, and the visits that stay."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.calendar import in_force, load_openings
from booking.hours import HoursRefused
from booking.models import Absence, OpeningHours
from booking.recurrence import Frequency
from booking.selectors.affected import visits_outside_hours, visits_under
from booking.selectors.availability import hidden_by
from booking.selectors.hours import agenda_arranged
from booking.selectors.offers import find_offers
from booking.services import _agenda_rules
from booking.services.absences import add_absence, change_absence, remove_absence
from booking.services.opening import (
    add_opening,
    change_occurrence,
    change_opening,
    remove_opening,
    split_opening,
)
from booking.slots import HiddenBy
from core import clock
from core.exceptions import NotForYou
from tests.booking.conftest import free_starts
from tests.desk import events, everything_written, new_offer, refreshed
from tests.factories import AbsenceFactory, AppointmentFactory, HoldFactory, LocationFactory, PlaceFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MORNING = {"start_time": time(9), "end_time": time(12)}


@pytest.fixture
def window(desk):
    """The one window of the agenda: every day from 9 to 17."""
    return desk.agenda.opening_hours.get()


def in_days(days, hour=10, minute=0):
    """So many local days from today, at this time on the wall in Paris."""
    return clock.combine(clock.today(PARIS) + timedelta(days=days), time(hour, minute), PARIS)


def visit(desk, start, minutes=20, **more):
    return AppointmentFactory(agenda=desk.agenda, start_at=start, end_at=start + timedelta(minutes=minutes), **more)


def code(work):
    with pytest.raises(HoursRefused) as refused:
        work()
    return refused.value.code


def affected(desk, name="sophie"):
    actor = desk.actor(name)
    return visits_outside_hours(actor, agenda_arranged(actor, desk.agenda.uid))


def test_a_window_is_kept_and_told(desk):
    offer = new_offer(desk.agenda)

    row = add_opening(
        actor=desk.actor("sophie"),
        agenda=desk.agenda.uid,
        fields={
            **MORNING,
            "starts_on": date(2026, 11, 2),
            "weekdays": [3, 1],
            "interval": 2,
            "reasons": [offer.visit_reason.uid],
            "released_minutes": 120,
        },
    )

    row.refresh_from_db()
    assert (row.frequency, row.weekdays, row.interval, row.accepts_all_reasons) == ("weekly", [1, 3], 2, False)
    assert (list(row.reasons.all()), row.released_minutes, row.open_on_holidays) == ([offer], 120, False)
    (event,) = events("booking.add_opening")
    assert (event.target_id, event.practice_id, event.user_id) == (
        row.pk,
        desk.practice.pk,
        desk.users["sophie"].pk,
    )
    assert event.facts["agenda"] == desk.agenda.pk
    assert (event.facts["start_time"], event.facts["weekdays"], event.facts["reasons"]) == (
        "09:00:00",
        [1, 3],
        [offer.pk],
    )
    assert refreshed() == [desk.agenda.practitioner_id]


def test_every_write_takes_the_lock_of_the_performer_first(desk, window):
    absence = AbsenceFactory(agenda=desk.agenda)
    actor, key = desk.actor("sophie"), (1 << 56) | desk.agenda.practitioner_id
    fields = {**MORNING, "starts_on": date(2026, 11, 2)}
    acts = [
        lambda: add_opening(actor=actor, agenda=desk.agenda.uid, fields=fields),
        lambda: change_opening(actor=actor, opening=window.uid, changes={"end_time": time(18)}),
        lambda: split_opening(actor=actor, opening=window.uid, day=date(2027, 1, 4)),
        lambda: change_occurrence(actor=actor, opening=window.uid, day=date(2026, 12, 1), changes=MORNING),
        lambda: remove_opening(actor=actor, opening=window.uid),
        lambda: add_absence(actor=actor, agenda=desk.agenda.uid, fields={**fields, "frequency": Frequency.ONCE}),
        lambda: change_absence(actor=actor, absence=absence.uid, changes={"label": "Congrès"}),
        lambda: remove_absence(actor=actor, absence=absence.uid),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as captured:
            act()
        said = [query["sql"] for query in captured]
        locked = next(n for n, sql in enumerate(said) if "pg_advisory_xact_lock" in sql)
        written = [
            n for n, sql in enumerate(said) if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "booking_" in sql
        ]
        assert str(key) in said[locked]
        assert written
        assert locked < min(written)


def test_a_refused_window_leaves_no_trace(desk):
    foreign, unoffered = desk.elsewhere.reasons.get(), desk.second.reasons.get()
    before = everything_written()

    def add(**more):
        fields = {**MORNING, "starts_on": date(2026, 11, 2), **more}
        return code(lambda: add_opening(actor=desk.actor("martin"), agenda=desk.agenda.uid, fields=fields))

    assert add(end_time=time(9)) == "hours_empty"
    assert add(reasons=[]) == "reasons_empty"
    assert add(reasons=[foreign.visit_reason.uid]) == "reason_not_offered"
    assert add(reasons=[unoffered.visit_reason.uid]) == "reason_not_offered"
    assert add(reasons=[desk.offer.visit_reason.uid, desk.agenda.uid]) == "reason_not_offered"
    assert add(released_minutes=0) == "released_out_of_range"
    assert (everything_written(), desk.agenda.opening_hours.count()) == (before, 1)


def test_one_agenda_holds_so_many_windows(desk, monkeypatch):
    monkeypatch.setattr(_agenda_rules, "RULES_AT_MOST", 2)

    def add(**more):
        fields = {**MORNING, "starts_on": date(2026, 11, 2), **more}
        return add_opening(actor=desk.actor("martin"), agenda=desk.agenda.uid, fields=fields)

    for year in (2020, 2021):
        add(starts_on=date(year, 1, 6), ends_on=date(year, 2, 6))
    add()
    assert code(add) == "too_many_rules"


def test_a_change_tells_before_and_after(desk, window):
    offer = desk.offer
    actor = desk.actor("sophie")

    change_opening(
        actor=actor,
        opening=window.uid,
        changes={"end_time": time(18), "weekdays": [1, 2], "reasons": [offer.visit_reason.uid]},
    )
    change_opening(actor=actor, opening=window.uid, changes={"reasons": None})

    window.refresh_from_db()
    assert (window.end_time, window.weekdays, window.accepts_all_reasons) == (time(18), [1, 2], True)
    assert window.reasons.count() == 0
    first, second = (event.facts for event in events("booking.change_opening"))
    assert first["end_time"] == ["17:00:00", "18:00:00"]
    assert (first["weekdays_added"], first["weekdays_removed"]) == ([], [3, 4, 5, 6, 7])
    assert (first["reasons_before"], first["reasons_after"]) == ([], [offer.pk])
    assert (second["reasons_after"], second["accepts_all_reasons"]) == ([], [False, True])


def test_nothing_changed_is_nothing_told(desk, window):
    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"start_time": time(9), "reasons": None})

    assert events("booking.change_opening") == []


def test_case_20_one_occurrence_is_removed(desk, window):
    day = in_days(3).date()

    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"excluded_on": [day]})

    starts = free_starts(desk_offer(desk))
    assert day not in {clock.local_date(start, PARIS) for start in starts}
    assert len({clock.local_date(start, PARIS) for start in starts}) == 6


def desk_offer(desk):
    return find_offers(desk.offer.visit_reason.uid, [desk.agenda.uid])[0]


def test_case_20_one_occurrence_is_edited(desk, window):
    offer, day = desk.offer, in_days(3).date()
    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"reasons": [offer.visit_reason.uid]})

    once = change_occurrence(actor=desk.actor("sophie"), opening=window.uid, day=day, changes={"end_time": time(10)})

    assert (once.frequency, once.starts_on, once.ends_on) == (Frequency.ONCE, day, day)
    assert (once.start_time, once.end_time, list(once.reasons.all())) == (time(9), time(10), [offer])
    assert once.open_on_holidays
    window.refresh_from_db()
    assert window.excluded_on == [day]
    that_day = [s for s in free_starts(desk_offer(desk)) if clock.local_date(s, PARIS) == day]
    assert len(that_day) == 3
    (event,) = events("booking.change_occurrence")
    assert (event.target_id, event.facts["once"], event.facts["day"]) == (window.pk, once.pk, day.isoformat())


def test_case_20_what_is_no_occurrence_is_not_edited(desk, window):
    day = in_days(3).date()
    once = change_occurrence(actor=desk.actor("sophie"), opening=window.uid, day=day, changes=MORNING)
    before = everything_written()

    def edit(opening, on, **changes):
        return code(lambda: change_occurrence(actor=desk.actor("sophie"), opening=opening.uid, day=on, changes=changes))

    assert edit(window, day) == "no_occurrence"
    assert edit(window, date(2019, 1, 1)) == "no_occurrence"
    assert edit(once, day) == "not_a_series"
    assert edit(window, day + timedelta(days=1), end_time=time(8)) == "hours_reversed"
    assert everything_written() == before


def test_case_20_a_series_is_split(desk, window):
    day = in_days(3).date()
    offer = desk.offer
    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"reasons": [offer.visit_reason.uid]})
    before = free_starts(desk_offer(desk))

    rest = split_opening(actor=desk.actor("sophie"), opening=window.uid, day=day)

    window.refresh_from_db()
    assert (window.ends_on, rest.starts_on, rest.ends_on) == (day - timedelta(days=1), day, None)
    assert (list(rest.reasons.all()), rest.accepts_all_reasons) == ([offer], False)
    assert free_starts(desk_offer(desk)) == before
    (event,) = events("booking.split_opening")
    assert (event.target_id, event.facts["rest"], event.facts["day"]) == (window.pk, rest.pk, day.isoformat())


def test_a_window_is_removed(desk, window):
    remove_opening(actor=desk.actor("sophie"), opening=window.uid)

    assert not OpeningHours.objects.filter(pk=window.pk).exists()
    (event,) = events("booking.remove_opening")
    assert (event.target_id, event.facts["start_time"]) == (window.pk, "09:00:00")
    with pytest.raises(NotForYou):
        remove_opening(actor=desk.actor("sophie"), opening=window.uid)


@pytest.mark.parametrize("name", ["lea", "ended", "pending", "later", "diallo"])
def test_hours_of_an_agenda_are_its_team_s(desk, name):
    absence, window = AbsenceFactory(agenda=desk.second), desk.second.opening_hours.get()
    actor, before = desk.actor(name), everything_written()
    fields = {**MORNING, "starts_on": date(2026, 11, 2), "frequency": Frequency.ONCE}
    for act in (
        lambda: add_opening(actor=actor, agenda=desk.second.uid, fields=fields),
        lambda: change_opening(actor=actor, opening=window.uid, changes=MORNING),
        lambda: split_opening(actor=actor, opening=window.uid, day=date(2027, 1, 4)),
        lambda: change_occurrence(actor=actor, opening=window.uid, day=date(2027, 1, 4), changes={}),
        lambda: remove_opening(actor=actor, opening=window.uid),
        lambda: add_absence(actor=actor, agenda=desk.second.uid, fields=fields),
        lambda: change_absence(actor=actor, absence=absence.uid, changes={"label": "x"}),
        lambda: remove_absence(actor=actor, absence=absence.uid),
    ):
        with pytest.raises(NotForYou):
            act()
    assert everything_written() == before


def test_case_21_a_moved_window_keeps_its_visits_and_says_which_fall_outside(desk, window):
    early, late = visit(desk, in_days(2, 9)), visit(desk, in_days(2, 16, 40))
    visit(desk, in_days(2, 10), status="cancelled_by_patient")
    HoldFactory(agenda=desk.agenda, start_at=in_days(2, 16), end_at=in_days(2, 16, 20))
    assert affected(desk).count == 0

    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"start_time": time(10)})
    assert affected(desk).first == [(early.uid, early.start_at)]
    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"end_time": time(16, 50)})
    assert affected(desk).first == [(early.uid, early.start_at), (late.uid, late.start_at)]
    remove_opening(actor=desk.actor("sophie"), opening=window.uid)

    assert affected(desk).count == 2
    early.refresh_from_db()
    assert early.status == "booked"


def test_case_21_two_windows_that_touch_are_not_one(desk, window):
    across = visit(desk, in_days(2, 11, 50))
    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"end_time": time(12)})
    fields = {"starts_on": date(2020, 1, 6), "start_time": time(12), "end_time": time(17)}
    fields |= {"weekdays": [1, 2, 3, 4, 5, 6, 7], "open_on_holidays": True}

    add_opening(actor=desk.actor("sophie"), agenda=desk.agenda.uid, fields=fields)

    assert affected(desk).first == [(across.uid, across.start_at)]


def test_case_23_a_window_closed_on_holidays_leaves_their_visits_outside(desk, window):
    # 11 November is a holiday in Les Lilas.
    year = clock.today(PARIS).year
    holiday = date(year, 11, 11) if date(year, 11, 11) > clock.today(PARIS) else date(year + 1, 11, 11)
    on_holiday = visit(desk, clock.combine(holiday, time(10), PARIS))
    visit(desk, clock.combine(holiday + timedelta(days=1), time(10), PARIS))
    assert affected(desk).count == 0

    change_opening(actor=desk.actor("sophie"), opening=window.uid, changes={"open_on_holidays": False})

    assert affected(desk).first == [(on_holiday.uid, on_holiday.start_at)]


def test_only_visits_of_that_agenda_are_told(desk, window):
    start = in_days(2, 10)
    AppointmentFactory(agenda=desk.second, start_at=start, end_at=start + timedelta(minutes=20))
    desk.second.opening_hours.all().delete()

    assert affected(desk).count == 0


def test_case_22_an_absence_cuts_a_window_and_lists_the_visits_under_it(desk):
    spilling, under = visit(desk, in_days(2, 9, 45)), visit(desk, in_days(2, 10, 5), minutes=10)
    visit(desk, in_days(2, 10, 15))
    visit(desk, in_days(2, 9, 20), minutes=20)
    visit(desk, in_days(3, 10))

    absence = add_absence(
        actor=desk.actor("sophie"),
        agenda=desk.agenda.uid,
        fields={
            "frequency": Frequency.ONCE,
            "starts_on": in_days(2).date(),
            "start_time": time(10),
            "end_time": time(10, 15),
        },
    )

    found = visits_under(desk.actor("sophie"), absence)
    assert [uid for uid, _ in found.first] == [spilling.uid, under.uid]
    assert found.count == 2
    offer, now = desk_offer(desk), clock.now()
    assert hidden_by(offer, in_days(2, 10), now=now) == HiddenBy.ABSENCE
    assert hidden_by(offer, in_days(2, 11), now=now) is None
    under.refresh_from_db()
    assert under.status == "booked"
    (event,) = events("booking.add_absence")
    assert (event.target_id, event.facts["start_time"]) == (absence.pk, "10:00:00")
    assert refreshed() == [desk.agenda.practitioner_id]


def test_case_24_an_absence_is_told_in_the_zone_of_its_agenda(desk):
    reunion = PlaceFactory(insee="97411", name="Saint-Denis", department="974", timezone="Indian/Reunion")
    desk.agenda.location = LocationFactory(practice=desk.practice, place=reunion)
    desk.agenda.save()
    zone = ZoneInfo("Indian/Reunion")
    day = clock.today(zone) + timedelta(days=2)
    there = visit(desk, clock.combine(day, time(9), zone))
    visit(desk, clock.combine(day, time(12), zone))

    absence = add_absence(
        actor=desk.actor("martin"),
        agenda=desk.agenda.uid,
        fields={"frequency": Frequency.ONCE, "starts_on": day, "start_time": time(8), "end_time": time(10)},
    )

    assert [uid for uid, _ in visits_under(desk.actor("martin"), absence).first] == [there.uid]


def test_an_absence_is_changed_and_taken_back(desk):
    day = in_days(2).date()
    actor = desk.actor("sophie")
    fields = {"frequency": Frequency.ONCE, "starts_on": day, "start_time": time(0), "end_time": time(0), "span_days": 1}
    absence = add_absence(actor=actor, agenda=desk.agenda.uid, fields={**fields, "label": "Congé"})

    change_absence(actor=actor, absence=absence.uid, changes={"starts_on": day + timedelta(days=1), "label": "École"})
    absence.refresh_from_db()
    assert (absence.starts_on, absence.ends_on, absence.label) == (*[day + timedelta(days=1)] * 2, "École")
    remove_absence(actor=actor, absence=absence.uid)

    assert not Absence.objects.exists()
    (event,) = events("booking.change_absence")
    assert event.facts["changed"] == ["ends_on", "label", "starts_on"]
    assert "label" not in event.facts
    assert len(events("booking.remove_absence")) == 1


def test_a_single_day_made_weekly_has_no_end(desk):
    absence = add_absence(
        actor=desk.actor("sophie"),
        agenda=desk.agenda.uid,
        fields={"frequency": Frequency.ONCE, "starts_on": date(2026, 11, 2), **MORNING},
    )

    change_absence(actor=desk.actor("sophie"), absence=absence.uid, changes={"frequency": Frequency.WEEKLY})

    absence.refresh_from_db()
    assert (absence.frequency, absence.ends_on) == ("weekly", None)


def test_past_absences_are_not_read_and_a_long_leave_still_is(desk):
    """However many are over, reading a day takes the rules that can touch it."""
    actor, today = desk.actor("sophie"), date(2026, 11, 20)

    def away(starts_on, days=0, **more):
        fields = {"frequency": Frequency.ONCE, "starts_on": starts_on, "span_days": days, **MORNING, **more}
        return add_absence(actor=actor, agenda=desk.agenda.uid, fields=fields)

    for month in range(1, 11):
        away(date(2026, month, 3))
        away(date(2026, month, 5), days=14)
    night = away(today - timedelta(days=1), days=1, end_time=time(0))
    leave = away(date(2026, 11, 1), days=30)
    to_come = away(date(2026, 12, 25))
    weekly = away(date(2025, 1, 1), frequency=Frequency.WEEKLY)
    away(today - timedelta(days=1))

    read = Absence.objects.filter(in_force(today, today), agenda=desk.agenda).order_by("pk")
    coming = Absence.objects.filter(in_force(today), agenda=desk.agenda).order_by("pk")

    assert list(read) == [night, leave, weekly]
    assert list(coming) == [night, leave, to_come, weekly]


def test_past_windows_are_not_read(desk):
    actor = desk.actor("sophie")
    for month in range(1, 6):
        fields = {"frequency": Frequency.ONCE, "starts_on": date(2026, month, 3), **MORNING}
        add_opening(actor=actor, agenda=desk.agenda.uid, fields=fields)

    found = load_openings([desk.agenda.pk], date(2026, 11, 20), date(2026, 11, 20))

    assert [opening.start for opening in found[desk.agenda.pk]] == [time(9)]
    assert [opening.recurrence.frequency for opening in found[desk.agenda.pk]] == [Frequency.WEEKLY]


def test_visits_outside_hours_take_two_statements_whatever_their_number(desk, window):
    def count():
        actor = desk.actor("sophie")
        agenda = agenda_arranged(actor, desk.agenda.uid)
        with CaptureQueriesContext(connection) as captured:
            found = visits_outside_hours(actor, agenda)
        return found.count, len(captured)

    assert count() == (0, 1)
    visit(desk, in_days(2, 18))
    assert count() == (1, 2)
    visit(desk, in_days(3, 18))
    visit(desk, in_days(90, 18))
    assert count() == (3, 2)


def test_a_visit_at_the_change_of_clock_is_inside_its_window(desk, window):
    """A local day of 23 or 25 hours: the window follows the wall."""
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        visit(desk, datetime.combine(day, time(9), PARIS))
        visit(desk, datetime.combine(day, time(16, 40), PARIS))

    assert affected(desk).count == 0
