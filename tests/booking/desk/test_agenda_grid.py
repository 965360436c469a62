"""The grid's JSON: its events, its version, and the questions, acts and refusals of dragging."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.enums import Status
from booking.models import Appointment
from booking.services.desk_status_block import block_minutes
from core import clock
from practitioners.models import Membership
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.test_agenda_page import EVENTS, at, day, person
from tests.desk import statements
from tests.factories import AbsenceFactory, AgendaReasonFactory, AppointmentFactory, HoldFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def wall(offset: int, hour: str) -> str:
    return f"{day(offset).isoformat()}T{hour}"


def shared(desk, **more):
    """A visit whose reason both agendas offer, tomorrow at ten."""
    reason = desk.offer.visit_reason
    AgendaReasonFactory(agenda=desk.second, visit_reason=reason)
    patient = person("Chantal", "Moreau")
    return AppointmentFactory(agenda=desk.agenda, patient=patient, visit_reason=reason, **{**at(10), **more})


def test_events_are_visits_and_what_lies_behind_them(desk):
    visit = AppointmentFactory(agenda=desk.agenda, patient=person("Awa", "Diop"), **at(10, minutes=40))
    HoldFactory(agenda=desk.agenda, **at(12))
    AbsenceFactory(
        agenda=desk.agenda, starts_on=day(), start_time="15:00", end_time="16:00", span_days=0, label="Réunion"
    )

    found = browser_of(desk, "sophie").get(EVENTS, {"jour": day().isoformat()}).json()

    assert found["resources"] == [{"id": str(desk.agenda.uid), "title": desk.agenda.practitioner.last_name}]
    kinds = {(one["extendedProps"]["kind"], one["start"][11:], one["end"][11:]) for one in found["events"]}
    assert kinds == {
        ("visit", "10:00", "10:40"),
        ("held", "12:00", "12:20"),
        ("away", "15:00", "16:00"),
        ("closed", "00:00", "09:00"),
        ("closed", "17:00", "00:00"),
    }
    (event,) = [one for one in found["events"] if one["extendedProps"]["kind"] == "visit"]
    assert (event["id"], event["title"], event["resourceId"]) == (str(visit.uid), "Diop", str(desk.agenda.uid))
    assert event["extendedProps"]["spoken"] == f"10:00, Awa Diop, {visit.reason_name}, 40\u00a0min, Prévu"


def test_statuses_have_a_class_and_a_sign_of_their_own(desk):
    statuses = (Status.ARRIVED, Status.SEEN, Status.NO_SHOW, Status.EXCUSED, Status.CANCELLED_BY_PATIENT)
    for n, status in enumerate((*statuses, Status.CANCELLED_BY_PRACTICE, Status.BOOKED)):
        AppointmentFactory(agenda=desk.agenda, status=status, **at(9 + n))

    found = browser_of(desk, "sophie").get(EVENTS, {"jour": day().isoformat()}).json()["events"]
    visits = [one for one in found if one["extendedProps"]["kind"] == "visit"]
    looks = {one["classNames"][2]: one["extendedProps"]["sign"] for one in visits}

    assert looks == {
        "visit--arrived": "sign-square",
        "visit--seen": "sign-check",
        "visit--no-show": "sign-diamond",
        "visit--excused": "sign-dashed",
        "visit--cancelled-by-patient": "sign-barred",
        "visit--cancelled-by-practice": "sign-barred",
        "visit--booked": "",
    }
    assert len({one["extendedProps"]["spoken"].rpartition(", ")[2] for one in visits}) == 7


def test_a_visit_outside_the_hours_is_marked_and_said(desk):
    AppointmentFactory(agenda=desk.agenda, **at(7))
    AppointmentFactory(agenda=desk.agenda, **at(10))

    found = browser_of(desk, "sophie").get(EVENTS, {"jour": day().isoformat()}).json()["events"]
    early, usual = sorted((one for one in found if one["extendedProps"]["kind"] == "visit"), key=lambda e: e["start"])

    assert early["extendedProps"]["outside"] is True
    assert "visit--outside" in early["classNames"]
    assert early["extendedProps"]["spoken"].endswith(", Prévu, hors horaires")
    assert usual["extendedProps"]["outside"] is False
    assert "visit--outside" not in usual["classNames"]


def test_a_cancelled_visit_gives_its_place_to_the_next(desk):
    AppointmentFactory(agenda=desk.agenda, status=Status.CANCELLED_BY_PATIENT, **at(10))
    kept = AppointmentFactory(agenda=desk.agenda, **at(10))

    found = browser_of(desk, "sophie").get(EVENTS, {"jour": day().isoformat()}).json()["events"]

    assert [one["id"] for one in found if one["extendedProps"]["kind"] == "visit"] == [str(kept.uid)]


def test_events_say_not_modified_until_something_is_done(desk):
    client, query = browser_of(desk, "sophie"), {"jour": day().isoformat()}
    first = client.get(EVENTS, query)
    version = {"If-None-Match": first["ETag"]}

    again, asked = statements(lambda: client.get(EVENTS, query, headers=version))
    _, whole = statements(lambda: client.get(EVENTS, query))
    block_minutes(actor=desk.actor("sophie"), agenda=desk.agenda.uid)
    after = client.get(EVENTS, query, headers=version)

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    # Session, account, space and right are read each time; of the agenda, its version alone.
    assert whole - asked == 4
    assert after.status_code == 200
    assert after["ETag"] != first["ETag"]
    assert "no-store" in first["Cache-Control"]


def test_version_is_of_the_reader_and_of_what_is_shown(desk):
    query = {"jour": day().isoformat()}
    sophie, anna = browser_of(desk, "sophie"), browser_of(desk, "anna")
    versions = [
        sophie.get(EVENTS, query)["ETag"],
        anna.get(EVENTS, query)["ETag"],
        anna.get(EVENTS, {**query, "agendas": str(desk.agenda.uid)})["ETag"],
        anna.get(EVENTS, {**query, "vue": "semaine"})["ETag"],
    ]

    assert len(set(versions)) == 4


def test_a_right_that_ends_ends_the_polling(desk):
    client, query = browser_of(desk, "anna"), {"agendas": str(desk.second.uid)}
    version = {"If-None-Match": client.get(EVENTS, query)["ETag"]}
    membership = Membership.objects.get(user=desk.users["anna"])
    membership.all_agendas = False
    membership.save()
    membership.agendas.set([desk.agenda])

    assert client.get(EVENTS, query, headers=version).status_code == 404


def test_move_asks_then_moves_then_is_undone(desk):
    visit = shared(desk)
    client, address = browser_of(desk, "anna"), f"/cabinet/agenda/deplacer/{visit.uid}/"
    wish = {"agenda": str(desk.second.uid), "debut": wall(1, "14:20"), "revision": "0"}

    asked = client.post(address, wish).json()["question"]
    visit.refresh_from_db()
    unmoved = visit.agenda
    done = client.post(address, {**wish, "confirme": "1"}).json()
    visit.refresh_from_db()
    moved = (visit.agenda, f"{visit.start_at.astimezone(PARIS):%H:%M}")
    back = client.post(done["undo"]).json()
    visit.refresh_from_db()

    assert asked["title"].startswith("Déplacer Chantal Moreau au ")
    assert "doit l’appeler" in asked["text"]
    assert unmoved == desk.agenda
    assert moved == (desk.second, "14:20")
    assert done["done"] == "Rendez-vous déplacé."
    assert back["done"].startswith("C’est rétabli")
    assert (visit.agenda, f"{visit.start_at.astimezone(PARIS):%H:%M}") == (desk.agenda, "10:00")


def test_move_onto_somebody_is_refused_with_a_sentence(desk):
    visit = shared(desk)
    AppointmentFactory(agenda=desk.second, **at(14))
    wish = {"agenda": str(desk.second.uid), "debut": wall(1, "14:00"), "revision": "0", "confirme": "1"}

    refused = browser_of(desk, "anna").post(f"/cabinet/agenda/deplacer/{visit.uid}/", wish)

    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert "Prochaines heures libres" in refused.json()["message"]
    assert Appointment.objects.get(pk=visit.pk).agenda == desk.agenda


def test_stale_move_names_who_was_first(desk):
    visit = shared(desk)
    desk.users["martin"].display_name = "Claire"
    desk.users["martin"].save()
    address = f"/cabinet/agenda/deplacer/{visit.uid}/"
    wish = {"agenda": str(desk.agenda.uid), "revision": "0", "confirme": "1"}
    browser_of(desk, "martin").post(address, {**wish, "debut": wall(1, "11:00")})

    refused = browser_of(desk, "anna").post(address, {**wish, "debut": wall(1, "12:00")})

    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    assert "Claire" in refused.json()["message"]


def test_late_move_asks_whether_to_tell_at_once(desk):
    start = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=30)
    visit = shared(desk, start_at=start, end_at=start + timedelta(minutes=20))
    Appointment.objects.filter(pk=visit.pk).update(booked_by=desk.users["alice"])
    target = (start + timedelta(minutes=40)).astimezone(PARIS)
    wish = {"agenda": str(desk.agenda.uid), "debut": f"{target:%Y-%m-%dT%H:%M}", "revision": "0"}
    client, address = browser_of(desk, "anna"), f"/cabinet/agenda/deplacer/{visit.uid}/"

    asked = client.post(address, wish).json()["question"]
    silent = client.post(address, {**wish, "confirme": "1"})

    assert asked["soon"] is True
    assert (silent.status_code, silent.json()["code"]) == (409, "confirm_late_change")
    assert client.post(address, {**wish, "confirme": "1", "prevenir": "1"}).status_code == 200


def test_stretch_asks_then_changes_the_length(desk):
    visit = shared(desk)
    client, address = browser_of(desk, "sophie"), f"/cabinet/agenda/allonger/{visit.uid}/"

    asked = client.post(address, {"fin": wall(1, "10:45"), "revision": "0"}).json()["question"]
    done = client.post(address, {"fin": wall(1, "10:45"), "revision": "0", "confirme": "1"})
    backwards = client.post(address, {"fin": wall(1, "09:00"), "confirme": "1"})

    assert asked["title"] == "Donner 45\u00a0min au rendez-vous de Chantal Moreau\u00a0?"
    assert done.status_code == 200
    assert backwards.json()["code"] == "duration_invalid"
    assert Appointment.objects.get(pk=visit.pk).duration == timedelta(minutes=45)


def test_selecting_keeps_the_time_for_five_minutes(desk):
    client = browser_of(desk, "sophie")
    wish = {"agenda": str(desk.agenda.uid), "debut": wall(1, "10:00"), "fin": wall(1, "10:30")}

    kept = client.post("/cabinet/agenda/garder/", wish)
    rival = browser_of(desk, "martin").post("/cabinet/agenda/garder/", wish)

    held = Appointment.objects.get(status=Status.HELD)
    assert kept.json()["hold"] == str(held.uid)
    assert (held.duration, held.agenda) == (timedelta(minutes=30), desk.agenda)
    assert timedelta(minutes=4) < held.expires_at - clock.now() <= timedelta(minutes=5)
    assert (rival.status_code, rival.json()["code"]) == (409, "slot_taken")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"debut": "hier"}, 422),
        ({"debut": "2026-11-24"}, 422),
        ({"debut": "9999-99-99T10:00"}, 422),
        ({"debut": ""}, 422),
        ({"agenda": "nothing"}, 404),
        ({"agenda": "00000000-0000-0000-0000-000000000000"}, 404),
    ],
)
def test_forged_and_broken_wishes_are_refused(desk, fields, status):
    visit = shared(desk)
    wish = {"agenda": str(desk.agenda.uid), "debut": wall(1, "11:00"), "confirme": "1", **fields}

    answer = browser_of(desk, "sophie").post(f"/cabinet/agenda/deplacer/{visit.uid}/", wish)

    assert answer.status_code == status
    assert Appointment.objects.get(pk=visit.pk).start_at == visit.start_at


def test_acts_of_the_grid_are_for_who_runs_the_agenda(desk):
    visit = shared(desk)
    wish = {"agenda": str(desk.second.uid), "debut": wall(1, "11:00"), "fin": wall(1, "11:20"), "confirme": "1"}

    # Sophie answers for the first agenda alone: she moves nothing into the second.
    assert browser_of(desk, "sophie").post(f"/cabinet/agenda/deplacer/{visit.uid}/", wish).status_code == 404
    assert browser_of(desk, "sophie").post("/cabinet/agenda/garder/", wish).status_code == 404
    for name in ("paul", "lea", "diallo"):
        for act in ("deplacer", "allonger"):
            assert browser_of(desk, name).post(f"/cabinet/agenda/{act}/{visit.uid}/", wish).status_code == 404
