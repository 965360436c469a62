"""Opening hours through the API: shapes, refusals, rights, and the visits each answer lists."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.models import OpeningHours
from core import clock
from tests.desk import events, everything_written, new_offer, on_the_wall, problem, refreshed, statements
from tests.factories import AppointmentFactory, OpeningHoursFactory

pytestmark = pytest.mark.django_db

MISSING = "00000000-0000-0000-0000-000000000000"
OTHERS = ("alice", "ended", "pending", "later")


@pytest.fixture
def window(desk):
    return desk.agenda.opening_hours.get()


def body(desk, **more):
    return {
        "agenda": str(desk.agenda.uid),
        "starts_on": "2026-11-02",
        "start_time": "09:00",
        "end_time": "12:00",
        **more,
    }


def path_of(row):
    return f"/opening-hours/{getattr(row, 'uid', row)}"


def listed(response):
    assert response.status_code == 200, response.content
    return {row["id"] for row in response.json()["results"]}


def test_a_window_is_answered_as_it_is_kept(desk):
    offer = new_offer(desk.agenda)

    response = desk.call(
        "sophie",
        "post",
        "/opening-hours",
        body(
            desk,
            frequency="monthly_nth",
            ends_on="2027-06-30",
            interval=2,
            weekdays=[4, 2],
            nth=-1,
            excluded_on=["2027-01-26"],
            start_time="20:30:59",
            end_time="24:00",
            reasons=[str(offer.visit_reason.uid)],
            released_minutes=90,
            open_on_holidays=True,
        ),
    )

    assert response.status_code == 201, response.content
    row = OpeningHours.objects.get(released_minutes=90)
    expected = {
        "id": str(row.uid),
        "agenda": str(desk.agenda.uid),
        "frequency": "monthly_nth",
        "starts_on": "2026-11-02",
        "ends_on": "2027-06-30",
        "interval": 2,
        "weekdays": [2, 4],
        "nth": -1,
        "excluded_on": ["2027-01-26"],
        "start_time": "20:30",
        "end_time": "00:00",
        "span_days": 1,
        "reasons": [str(offer.visit_reason.uid)],
        "released_minutes": 90,
        "open_on_holidays": True,
    }
    assert response.json() == {**expected, "affected_count": 0, "affected_appointments": []}
    assert desk.call("sophie", "get", path_of(row)).json() == expected
    assert refreshed() == [desk.agenda.practitioner_id]


def test_a_window_is_weekly_and_for_all_reasons_unless_said_otherwise(desk):
    answer = desk.call("martin", "post", "/opening-hours", body(desk)).json()

    assert (answer["frequency"], answer["weekdays"], answer["interval"], answer["ends_on"]) == ("weekly", [], 1, None)
    assert (answer["reasons"], answer["released_minutes"], answer["open_on_holidays"]) == (None, None, False)


def test_a_repeated_request_opens_one_window(desk):
    first = desk.call("sophie", "post", "/opening-hours", body(desk), key="once")
    again = desk.call("sophie", "post", "/opening-hours", body(desk), key="once")
    other = desk.call("sophie", "post", "/opening-hours", body(desk, end_time="13:00"), key="once")

    assert (first.status_code, first.content) == (201, again.content)
    assert problem(other) == (422, "idempotency_conflict")
    assert desk.agenda.opening_hours.count() == 2
    assert len(events("booking.add_opening")) == 1


def test_case_30_windows_may_overlap(desk):
    for _ in range(2):
        assert desk.call("sophie", "post", "/opening-hours", body(desk)).status_code == 201


def test_lists_hold_the_hours_of_the_agendas_one_arranges(desk, window):
    first, second = str(window.uid), str(desk.second.opening_hours.get().uid)

    assert listed(desk.call("martin", "get", "/opening-hours")) == {first, second}
    assert listed(desk.call("anna", "get", "/opening-hours")) == {first, second}
    assert listed(desk.call("sophie", "get", "/opening-hours")) == {first}
    assert listed(desk.call("paul", "get", "/opening-hours")) == {second}
    assert listed(desk.call("lea", "get", "/opening-hours")) == set()
    assert listed(desk.call("martin", "get", f"/opening-hours?agenda={desk.second.uid}")) == {second}


@pytest.mark.parametrize("path", ["/opening-hours", "/absences"])
def test_an_agenda_of_others_is_like_none(desk, path):
    missing = desk.call("sophie", "get", f"{path}?agenda={MISSING}")

    assert problem(missing) == (404, "not_found")
    for agenda in (desk.second, desk.elsewhere):
        assert desk.call("sophie", "get", f"{path}?agenda={agenda.uid}").content == missing.content
    assert problem(desk.call("sophie", "get", f"{path}?agenda=mine")) == (400, "invalid")


@pytest.mark.parametrize("name", OTHERS)
def test_hours_are_not_there_for_others(desk, window, name):
    before = everything_written()

    for method, path in (
        ("get", "/opening-hours"),
        ("post", "/opening-hours"),
        ("get", path_of(window)),
        ("patch", path_of(window)),
        ("delete", path_of(window)),
        ("post", f"{path_of(window)}/split"),
        ("post", f"{path_of(window)}/occurrences"),
        ("get", f"/agendas/{desk.agenda.uid}/hidden-starts"),
    ):
        assert problem(desk.call(name, method, path, body(desk))) == (404, "not_found")
    assert everything_written() == before


@pytest.mark.parametrize("name", ["sophie", "lea", "diallo"])
def test_hours_of_another_agenda_are_like_none(desk, name):
    window = (desk.agenda if name == "diallo" else desk.second).opening_hours.get()
    before = everything_written()
    split, edit = {"on": "2027-01-04"}, {"on": "2027-01-04", "end_time": "10:00"}

    def answers(uid):
        return [
            desk.call(name, method, f"/opening-hours/{uid}{rest}", sent).content
            for method, rest, sent in (
                ("get", "", None),
                ("patch", "", {"end_time": "18:00"}),
                ("delete", "", None),
                ("post", "/split", split),
                ("post", "/occurrences", edit),
            )
        ]

    assert answers(window.uid) == answers(MISSING)
    assert len(set(answers(MISSING))) == 1
    assert everything_written() == before
    window.refresh_from_db()
    assert window.ends_on is None


def test_ids_of_others_in_the_body_have_no_effect(desk, window):
    foreign = str(desk.elsewhere.reasons.get().visit_reason.uid)
    unoffered = str(desk.second.reasons.get().visit_reason.uid)
    before = everything_written()

    for agenda in (desk.second, desk.elsewhere):
        sent = body(desk, agenda=str(agenda.uid))
        assert problem(desk.call("sophie", "post", "/opening-hours", sent)) == (404, "not_found")
    answers = {
        desk.call("sophie", method, path, {**sent, "reasons": [uid]}).content
        for method, path, sent in (("post", "/opening-hours", body(desk)), ("patch", path_of(window), {}))
        for uid in (foreign, unoffered, MISSING)
    }
    assert len(answers) == 1
    assert everything_written() == before
    # The agenda of a window is not a thing to change: what the body says of it is not read.
    desk.call("martin", "patch", path_of(window), {"agenda": str(desk.elsewhere.uid), "end_time": "18:00"})
    window.refresh_from_db()
    assert window.agenda == desk.agenda


REFUSED = [
    ({"end_time": "09:00"}, 422, "hours_empty"),
    ({"start_time": "09:00:10", "end_time": "09:00:50"}, 422, "hours_empty"),
    ({"end_time": "08:00"}, 422, "hours_reversed"),
    ({"span_days": -1}, 422, "hours_reversed"),
    ({"end_time": "24:00", "span_days": 1}, 422, "span_out_of_range"),
    ({"span_days": 1_000_000}, 422, "span_out_of_range"),
    ({"ends_on": "2026-11-01"}, 422, "dates_reversed"),
    ({"starts_on": "0001-01-01"}, 422, "date_out_of_range"),
    ({"starts_on": "9999-12-31"}, 422, "date_out_of_range"),
    ({"ends_on": "9999-12-31"}, 422, "date_out_of_range"),
    ({"excluded_on": ["1999-12-31"]}, 422, "date_out_of_range"),
    ({"interval": 0}, 422, "interval_below_one"),
    ({"interval": 1_000_000}, 422, "interval_too_long"),
    ({"weekdays": [0]}, 422, "weekday_unknown"),
    ({"weekdays": [8]}, 422, "weekday_unknown"),
    ({"weekdays": [-1, 1_000_000]}, 422, "weekday_unknown"),
    ({"nth": 0}, 422, "rank_unknown"),
    ({"nth": 6, "frequency": "monthly_nth"}, 422, "rank_unknown"),
    ({"frequency": "once", "ends_on": "2026-11-03"}, 422, "once_is_one_day"),
    ({"weekdays": [7], "ends_on": "2026-11-05"}, 422, "never_occurs"),
    ({"released_minutes": 0}, 422, "released_out_of_range"),
    ({"released_minutes": 1_000_000}, 422, "released_out_of_range"),
    ({"reasons": []}, 422, "reasons_empty"),
    ({"starts_on": "0000-01-01"}, 400, "invalid"),
    ({"starts_on": "2026-02-30"}, 400, "invalid"),
    ({"starts_on": "demain"}, 400, "invalid"),
    ({"starts_on": 20261102}, 400, "invalid"),
    ({"starts_on": None}, 400, "invalid"),
    ({"start_time": "24:00"}, 400, "invalid"),
    ({"start_time": "9:00"}, 400, "invalid"),
    ({"start_time": "09:00+02:00"}, 400, "invalid"),
    ({"start_time": "٠٩:٠٠"}, 400, "invalid"),
    ({"start_time": 9}, 400, "invalid"),
    ({"end_time": "25:00"}, 400, "invalid"),
    ({"end_time": "24:01"}, 400, "invalid"),
    ({"end_time": None}, 400, "invalid"),
    ({"end_time": ["12:00"]}, 400, "invalid"),
    ({"frequency": "daily"}, 400, "invalid"),
    ({"interval": "two"}, 400, "invalid"),
    ({"interval": None}, 400, "invalid"),
    ({"weekdays": "monday"}, 400, "invalid"),
    ({"weekdays": [None]}, 400, "invalid"),
    ({"weekdays": [1] * 1_001}, 400, "invalid"),
    ({"excluded_on": ["2026-11-09"] * 1_001}, 400, "invalid"),
    ({"excluded_on": {"2026-11-09": 1}}, 400, "invalid"),
    ({"reasons": ["first"]}, 400, "invalid"),
    ({"reasons": "all"}, 400, "invalid"),
    ({"open_on_holidays": "perhaps"}, 400, "invalid"),
]


@pytest.mark.parametrize(("more", "status", "code"), REFUSED)
def test_hours_that_cannot_be_are_refused_without_effect(desk, more, status, code):
    before = everything_written()

    assert problem(desk.call("sophie", "post", "/opening-hours", body(desk, **more))) == (status, code)
    assert everything_written() == before


@pytest.mark.parametrize(("more", "status", "code"), REFUSED)
def test_a_change_is_refused_alike(desk, more, status, code):
    sent = body(desk)
    row = OpeningHours.objects.get(uid=desk.call("sophie", "post", "/opening-hours", sent).json()["id"])
    before = everything_written()

    assert problem(desk.call("sophie", "patch", path_of(row), more)) == (status, code)
    assert everything_written() == before


def test_nul_is_refused(desk):
    assert problem(desk.call("sophie", "post", "/opening-hours", '{"start_time": "09:00\\u0000"}')) == (
        400,
        "malformed_request",
    )


def test_the_end_and_its_day_go_together(desk, window):
    path = path_of(window)

    assert desk.call("sophie", "patch", path, {"end_time": "24:00"}).json()["span_days"] == 1
    assert desk.call("sophie", "patch", path, {"end_time": "24:00"}).json()["span_days"] == 1
    kept = desk.call("sophie", "patch", path, {"start_time": "22:00"}).json()
    assert (kept["start_time"], kept["end_time"], kept["span_days"]) == ("22:00", "00:00", 1)
    night = desk.call("sophie", "patch", path, {"end_time": "02:00", "span_days": 1}).json()
    assert (night["end_time"], night["span_days"]) == ("02:00", 1)
    assert problem(desk.call("sophie", "patch", path, {"end_time": "18:00"})) == (422, "hours_reversed")


def test_a_moved_window_lists_the_visits_that_fall_outside(desk, window):
    day = clock.today(ZoneInfo("Europe/Paris")) + timedelta(days=3)
    nine = clock.combine(day, window.start_time, ZoneInfo("Europe/Paris"))
    early = AppointmentFactory(agenda=desk.agenda, start_at=nine)

    moved = desk.call("sophie", "patch", path_of(window), {"start_time": "10:00"}).json()
    removed = desk.call("sophie", "delete", path_of(window))

    assert moved["affected_count"] == 1
    (told,) = moved["affected_appointments"]
    assert (told["id"], on_the_wall(told["start"])) == (str(early.uid), nine)
    assert told["start"].startswith(f"{day}T09:00:00+0")
    assert removed.status_code == 200
    assert removed.json() == {"affected_count": 1, "affected_appointments": [told]}
    early.refresh_from_db()
    assert early.status == "booked"


def test_one_occurrence_is_removed_or_edited(desk, window):
    removed = desk.call("sophie", "patch", path_of(window), {"excluded_on": ["2026-12-25", "2026-12-01"]}).json()
    sent = {"on": "2026-12-24", "end_time": "12:00", "open_on_holidays": False}
    edited = desk.call("sophie", "post", f"{path_of(window)}/occurrences", sent, key="once")
    again = desk.call("sophie", "post", f"{path_of(window)}/occurrences", sent, key="once")

    assert removed["excluded_on"] == ["2026-12-01", "2026-12-25"]
    assert (edited.status_code, edited.content) == (201, again.content)
    once = edited.json()
    assert (once["frequency"], once["starts_on"], once["ends_on"]) == ("once", "2026-12-24", "2026-12-24")
    assert (once["start_time"], once["end_time"], once["open_on_holidays"]) == ("09:00", "12:00", False)
    window.refresh_from_db()
    assert window.excluded_on == [date(2026, 12, 1), date(2026, 12, 24), date(2026, 12, 25)]
    refused = desk.call("sophie", "post", f"{path_of(window)}/occurrences", {"on": "2026-12-25"})
    assert problem(refused) == (422, "no_occurrence")
    alone = desk.call("sophie", "post", f"/opening-hours/{once['id']}/occurrences", {"on": "2026-12-24"})
    assert problem(alone) == (422, "not_a_series")


def test_a_series_is_split_from_a_date(desk, window):
    answer = desk.call("sophie", "post", f"{path_of(window)}/split", {"on": "2027-01-04"}, key="once")
    again = desk.call("sophie", "post", f"{path_of(window)}/split", {"on": "2027-01-04"}, key="once")

    assert (answer.status_code, answer.content) == (201, again.content)
    rest = answer.json()
    assert (rest["starts_on"], rest["ends_on"], rest["weekdays"]) == ("2027-01-04", None, [1, 2, 3, 4, 5, 6, 7])
    assert desk.call("sophie", "get", path_of(window)).json()["ends_on"] == "2027-01-03"
    for day in ("2019-01-01", "9999-12-31", "0001-01-01"):
        refused = desk.call("sophie", "post", f"{path_of(window)}/split", {"on": day})
        assert problem(refused) == (422, "split_outside_series")
    assert problem(desk.call("sophie", "post", f"{path_of(window)}/split", {})) == (400, "invalid")


def test_the_list_takes_as_many_statements_for_three_as_for_one(desk, window):
    window.reasons.set([desk.offer])
    window.accepts_all_reasons = False
    window.save()
    desk.call("sophie", "get", "/opening-hours")
    one, few = statements(lambda: desk.call("sophie", "get", "/opening-hours"))
    for _ in range(2):
        OpeningHoursFactory(agenda=desk.agenda, accepts_all_reasons=False).reasons.set([desk.offer])
    three, many = statements(lambda: desk.call("sophie", "get", "/opening-hours"))

    assert (one.json()["count"], three.json()["count"]) == (1, 3)
    assert few == many


def test_a_write_takes_as_many_statements_whatever_it_affects(desk, window):
    def move(end):
        return statements(lambda: desk.call("sophie", "patch", path_of(window), {"end_time": end}))

    day = clock.today(ZoneInfo("Europe/Paris")) + timedelta(days=3)
    nine = clock.combine(day, window.start_time, ZoneInfo("Europe/Paris"))
    AppointmentFactory(agenda=desk.agenda, start_at=nine + timedelta(hours=7))
    move("16:00")
    one, few = move("16:10")
    for minutes in (20, 40):
        AppointmentFactory(agenda=desk.agenda, start_at=nine + timedelta(hours=7, minutes=minutes))
    three, many = move("16:00")

    assert (one.json()["affected_count"], three.json()["affected_count"]) == (1, 3)
    assert few == many
