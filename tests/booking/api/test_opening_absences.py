"""Absences through the API: shapes, refusals, rights, and the visits under them."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.models import Absence
from core import clock
from tests.desk import everything_written, problem, refreshed, statements
from tests.factories import AbsenceFactory, AppointmentFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MISSING = "00000000-0000-0000-0000-000000000000"


def body(desk, **more):
    return {
        "agenda": str(desk.agenda.uid),
        "frequency": "once",
        "starts_on": "2026-12-21",
        "start_time": "00:00",
        "end_time": "24:00",
        **more,
    }


def path_of(row):
    return f"/absences/{getattr(row, 'uid', row)}"


def test_a_leave_is_answered_as_it_is_kept(desk):
    response = desk.call("sophie", "post", "/absences", body(desk, span_days=13, label="Congés  d’hiver"))

    assert response.status_code == 201, response.content
    row = Absence.objects.get()
    expected = {
        "id": str(row.uid),
        "agenda": str(desk.agenda.uid),
        "frequency": "once",
        "starts_on": "2026-12-21",
        "ends_on": "2026-12-21",
        "interval": 1,
        "weekdays": [],
        "nth": None,
        "excluded_on": [],
        "start_time": "00:00",
        "end_time": "00:00",
        "span_days": 14,
        "label": "Congés d’hiver",
    }
    assert response.json() == {**expected, "affected_count": 0, "affected_appointments": []}
    assert desk.call("sophie", "get", path_of(row)).json() == expected
    assert [entry["id"] for entry in desk.call("sophie", "get", "/absences").json()["results"]] == [str(row.uid)]
    assert refreshed() == [desk.agenda.practitioner_id]


def test_a_repeated_request_notes_one_absence(desk):
    first = desk.call("sophie", "post", "/absences", body(desk), key="once")
    again = desk.call("sophie", "post", "/absences", body(desk), key="once")

    assert (first.status_code, first.content) == (201, again.content)
    assert Absence.objects.count() == 1


def test_case_22_visits_under_an_absence_are_listed_and_stay(desk):
    day = clock.today(PARIS) + timedelta(days=4)
    at = [clock.combine(day, time(hour), PARIS) for hour in (9, 10, 11)]
    visits = [AppointmentFactory(agenda=desk.agenda, start_at=start) for start in at]

    noted = desk.call(
        "sophie", "post", "/absences", body(desk, starts_on=day.isoformat(), start_time="09:00", end_time="10:10")
    ).json()
    shorter = desk.call("sophie", "patch", f"/absences/{noted['id']}", {"end_time": "10:00"}).json()
    back = desk.call("sophie", "delete", f"/absences/{noted['id']}").json()

    assert (noted["affected_count"], [row["id"] for row in noted["affected_appointments"]]) == (
        2,
        [str(visits[0].uid), str(visits[1].uid)],
    )
    assert [row["id"] for row in shorter["affected_appointments"]] == [str(visits[0].uid)]
    assert back == {"affected_count": 0, "affected_appointments": []}
    for visit in visits:
        visit.refresh_from_db()
        assert visit.status == "booked"


@pytest.mark.parametrize("name", ["alice", "ended", "pending", "later"])
def test_absences_are_not_there_for_others(desk, name):
    absence, before = AbsenceFactory(agenda=desk.agenda), everything_written()

    for method, path in (
        ("get", "/absences"),
        ("post", "/absences"),
        ("get", path_of(absence)),
        ("patch", path_of(absence)),
        ("delete", path_of(absence)),
    ):
        assert problem(desk.call(name, method, path, body(desk))) == (404, "not_found")
    assert (everything_written(), Absence.objects.count()) == (before, 1)


@pytest.mark.parametrize("name", ["sophie", "lea", "diallo"])
def test_absences_of_another_agenda_are_like_none(desk, name):
    absence = AbsenceFactory(agenda=desk.agenda if name == "diallo" else desk.second)
    before = everything_written()

    def answers(uid):
        return {
            desk.call(name, method, f"/absences/{uid}", sent).content
            for method, sent in (("get", None), ("patch", {"label": "x"}), ("delete", None))
        }

    assert answers(absence.uid) == answers(MISSING)
    assert desk.call(name, "get", "/absences").json()["results"] == []
    sent = body(desk, agenda=str(absence.agenda.uid))
    assert problem(desk.call(name, "post", "/absences", sent)) == (404, "not_found")
    assert (everything_written(), Absence.objects.count()) == (before, 1)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"end_time": "00:00"}, 422, "hours_empty"),
        ({"start_time": "10:00", "end_time": "09:00"}, 422, "hours_reversed"),
        ({"span_days": 1_100}, 422, "span_out_of_range"),
        ({"span_days": 10**18}, 422, "span_out_of_range"),
        ({"ends_on": "2026-12-31"}, 422, "once_is_one_day"),
        ({"starts_on": "9999-12-31"}, 422, "date_out_of_range"),
        ({"frequency": "weekly", "interval": 0}, 422, "interval_below_one"),
        ({"frequency": "weekly", "weekdays": [9]}, 422, "weekday_unknown"),
        ({"frequency": "monthly_nth", "nth": 7}, 422, "rank_unknown"),
        ({"label": "x" * 81}, 400, "invalid"),
        ({"label": "a\u0001"}, 400, "invalid"),
        ({"label": {}}, 400, "invalid"),
        ({"label": None}, 400, "invalid"),
        ({"frequency": None}, 400, "invalid"),
        ({"agenda": "mine"}, 400, "invalid"),
        ({"agenda": None}, 400, "invalid"),
        ({"starts_on": "0000-12-31"}, 400, "invalid"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_without_effect(desk, more, status, code):
    before = everything_written()

    assert problem(desk.call("sophie", "post", "/absences", body(desk, **more))) == (status, code)
    assert (everything_written(), Absence.objects.count()) == (before, 0)


def test_an_absence_says_how_it_repeats(desk):
    sent = body(desk)
    del sent["frequency"]

    assert problem(desk.call("sophie", "post", "/absences", sent)) == (400, "invalid")


def test_the_list_takes_as_many_statements_for_three_as_for_one(desk):
    AbsenceFactory(agenda=desk.agenda)
    desk.call("sophie", "get", "/absences")
    one, few = statements(lambda: desk.call("sophie", "get", "/absences"))
    AbsenceFactory.create_batch(2, agenda=desk.agenda)
    three, many = statements(lambda: desk.call("sophie", "get", "/absences"))

    assert (one.json()["count"], three.json()["count"]) == (1, 3)
    assert few == many
