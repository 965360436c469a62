"""The agenda page: who sees what, in how many statements, and what its list says without any script."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from booking.enums import Status
from core import clock
from tests.booking.desk.browsing import browser_of
from tests.desk import statements
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    HoldFactory,
    MembershipFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
PAGE, EVENTS = "/cabinet/", "/cabinet/agenda/evenements/"


def day(offset: int = 1) -> date:
    return clock.today(PARIS) + timedelta(days=offset)


def at(hour: float, offset: int = 1, minutes: int = 20) -> dict[str, Any]:
    start = clock.instant(clock.day_start(day(offset), PARIS)) + timedelta(hours=hour)
    return {"start_at": start, "end_at": start + timedelta(minutes=minutes)}


def person(first: str, last: str) -> Any:
    return PatientFactory(first_name=first, birth_name=last)


def words(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_agenda_shows_the_day_in_order_with_free_time_between(desk):
    AppointmentFactory(agenda=desk.agenda, patient=person("Awa", "Diop"), **at(10))
    AppointmentFactory(agenda=desk.agenda, patient=person("Paul", "Petit"), **at(11))

    page = browser_of(desk, "sophie").get(PAGE, {"jour": day().isoformat(), "vue": "liste"})

    (column,) = page.context["days"][0].columns
    assert [(line.kind, line.label, line.length) for line in column.lines] == [
        ("free", "", "1\u00a0h"),
        ("visit", "Awa Diop", "20\u00a0min"),
        ("free", "", "40\u00a0min"),
        ("visit", "Paul Petit", "20\u00a0min"),
        ("free", "", "5\u00a0h\u00a040"),
    ]
    assert "Awa Diop" in words(page)


def test_agenda_shows_holds_absences_and_closed_days(desk):
    HoldFactory(agenda=desk.agenda, **at(9))
    AbsenceFactory(agenda=desk.agenda, starts_on=day(2), label="Formation")

    client = browser_of(desk, "sophie")
    held = client.get(PAGE, {"jour": day().isoformat()}).context["days"][0].columns[0].lines
    away = client.get(PAGE, {"jour": day(2).isoformat()}).context["days"][0].columns[0].lines

    assert held[0].kind == "held"
    assert held[0].label.startswith("Créneau gardé jusqu’à")
    assert [(line.kind, line.label) for line in away] == [("away", "Formation")]


def test_a_time_kept_at_the_desk_says_by_whom(desk):
    desk.users["martin"].display_name = "Claire"
    desk.users["martin"].save()
    until = clock.now() + timedelta(minutes=5)
    HoldFactory(agenda=desk.agenda, channel="desk", booked_by=desk.users["martin"], expires_at=until, **at(9))

    held = browser_of(desk, "sophie").get(PAGE, {"jour": day().isoformat()}).context["days"][0].columns[0].lines[0]

    assert held.label == f"Gardé par Claire jusqu’à {until.astimezone(PARIS):%H:%M}"


def test_a_hold_that_is_over_is_free_time_again(desk):
    HoldFactory(agenda=desk.agenda, expires_at=clock.now() - timedelta(seconds=1), **at(9))

    page = browser_of(desk, "sophie").get(PAGE, {"jour": day().isoformat()})

    assert [line.kind for line in page.context["days"][0].columns[0].lines] == ["free"]


def test_a_secretary_of_one_agenda_sees_hers_alone(desk):
    AppointmentFactory(agenda=desk.agenda, patient=person("Awa", "Diop"), **at(10))
    AppointmentFactory(agenda=desk.second, patient=person("Paul", "Petit"), **at(10))

    hers = browser_of(desk, "sophie").get(PAGE, {"jour": day().isoformat()})
    all_of_them = browser_of(desk, "anna").get(PAGE, {"jour": day().isoformat()})

    assert "Awa Diop" in words(hers)
    assert "Paul Petit" not in words(hers)
    assert "Awa Diop" in words(all_of_them)
    assert "Paul Petit" in words(all_of_them)


def test_a_locum_sees_the_agenda_they_replace(desk):
    AppointmentFactory(agenda=desk.second, patient=person("Paul", "Petit"), **at(10))
    AppointmentFactory(agenda=desk.agenda, patient=person("Awa", "Diop"), **at(10))

    page = browser_of(desk, "lea").get(PAGE, {"jour": day().isoformat()})

    assert "Paul Petit" in words(page)
    assert "Awa Diop" not in words(page)


@pytest.mark.parametrize("path", [PAGE, EVENTS, "/cabinet/agenda/cloturer/", "/cabinet/agenda/imprimer/"])
def test_an_agenda_of_another_practice_is_not_there(desk, path):
    client = browser_of(desk, "sophie")

    for agenda in (desk.elsewhere.uid, desk.second.uid, uuid4(), "nothing"):
        assert client.get(path, {"agendas": str(agenda)}).status_code == 404
    assert client.get(path, {"agendas": str(desk.agenda.uid)}).status_code == 200


@pytest.mark.parametrize("name", ["ended", "pending", "later", "alice"])
def test_who_works_there_no_more_or_not_yet_is_not_let_in(desk, name):
    assert browser_of(desk, name).get(PAGE).status_code in {403, 404}


@pytest.mark.parametrize(
    "query", ["jour=9999-12-31", "jour=demain", "vue=rien", "densite=x", "jour=0001-01-01&vue=semaine"]
)
def test_words_that_mean_nothing_are_ignored(desk, query):
    page = browser_of(desk, "sophie").get(f"{PAGE}?{query}")

    assert page.status_code == 200
    assert page.context["query"].day == clock.today(PARIS)


def test_week_leaves_out_an_empty_weekend(desk):
    desk.agenda.opening_hours.update(weekdays=[1, 2, 3, 4, 5])

    page = browser_of(desk, "sophie").get(PAGE, {"jour": "2026-11-24", "vue": "semaine"})

    assert [one.date.isoformat() for one in page.context["days"]] == [f"2026-11-{n}" for n in range(23, 28)]


def test_view_and_density_are_remembered(desk):
    client = browser_of(desk, "sophie")

    client.get(PAGE, {"vue": "semaine", "densite": "confort"})
    page = client.get(PAGE)

    assert (page.context["query"].view, page.context["query"].density) == ("semaine", "confort")


def test_waiting_room_says_how_long_and_turns_red_after_twenty_minutes(desk):
    now = clock.now()
    for agenda, name, waited in ((desk.agenda, "Petit", 14), (desk.second, "Kaci", 26)):
        AppointmentFactory(
            agenda=agenda, patient=person("X", name), status=Status.ARRIVED, start_at=now,
            end_at=now + timedelta(minutes=20), arrived_at=now - timedelta(minutes=waited),
        )  # fmt: skip

    waiting = browser_of(desk, "anna").get(PAGE).context["waiting"]

    assert [(one.visit.record.birth_name, one.minutes, one.late) for one in waiting] == [
        ("Kaci", 26, True),
        ("Petit", 14, False),
    ]


def test_statements_do_not_depend_on_agendas_nor_visits(desk):
    practice, query = desk.practice, {"jour": day().isoformat(), "vue": "semaine"}
    AppointmentFactory(agenda=desk.agenda, **at(8))
    client = browser_of(desk, "anna")
    only = {**query, "agendas": str(desk.agenda.uid)}
    client.get(PAGE, only)
    few, few_events = (statements(lambda path=path: client.get(path, only))[1] for path in (PAGE, EVENTS))
    agendas = [desk.agenda, desk.second, *(BookableAgendaFactory(practice=practice) for _ in range(3))]
    for agenda in agendas:
        AbsenceFactory(agenda=agenda, starts_on=day(3))
        HoldFactory(agenda=agenda, **at(16))
        for n in range(12):
            AppointmentFactory(agenda=agenda, **at(9 + n / 2))
    everything = {**query, "agendas": ",".join(str(agenda.uid) for agenda in agendas)}

    page, many = statements(lambda: client.get(PAGE, everything))
    _, many_events = statements(lambda: client.get(EVENTS, everything))

    assert sum(column.count for one in page.context["days"] for column in one.columns) == 61
    assert (many, many_events) == (few, few_events)


def test_printed_day_has_each_agenda_and_no_concealed_reason(desk):
    visit = AppointmentFactory(agenda=desk.agenda, patient=person("Awa", "Diop"), **at(10))
    visit.visit_reason.discretion = "concealed"
    visit.visit_reason.save()

    page = browser_of(desk, "anna").get("/cabinet/agenda/imprimer/", {"jour": day().isoformat(), "vue": "semaine"})

    assert words(page).count("<table") == 2
    assert "Awa Diop" in words(page)
    assert visit.reason_name not in words(page)


def test_several_practices_do_not_meet_in_one_page(desk):
    MembershipFactory(user=desk.users["sophie"], practice=desk.elsewhere.practice)
    AppointmentFactory(agenda=desk.elsewhere, patient=person("Paul", "Petit"), **at(10))

    page = browser_of(desk, "sophie").get(PAGE, {"jour": day().isoformat()})

    assert "Paul Petit" not in words(page)
    assert reverse("desk:agenda") == PAGE
