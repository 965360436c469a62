"""The calls of the contract about people, as owner, relative, stranger and visitor."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core import clock
from core.jobs import run
from core.models import Job
from notifications.models import Message
from patients.enums import Level, Relation
from patients.models import Guardianship, Patient
from tests import factories as make
from tests.patients.conftest import Someone, acting

NADIA = {"first_name": "Nadia", "birth_name": "Benali", "birth_date": "1990-02-28", "sex": "F"}
INES = {**NADIA, "first_name": "Inès", "birth_date": "2020-02-29", "relation": "child", "attested": True}
LIST = "/api/v1/patients"


def one(patient) -> str:
    return f"{LIST}/{patient.uid}"


def send(client, method: str, address: str, body=None, **headers):
    kwargs = {"data": body, "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(address, headers=headers, **kwargs)


def codes(answer) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


@pytest.fixture
def newcomer(db) -> Someone:
    user = make.UserFactory()
    return Someone(user, None, acting(user))


def test_list_shows_oneself_then_relatives(alice, leo, father):
    answer = alice.client.get(LIST)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert body["results"][0] == {
        "id": str(alice.patient.uid),
        "first_name": "Alice",
        "birth_name": "Moreau",
        "used_name": "",
        "birth_date": "1988-03-14",
        "sex": "F",
        "relation": "self",
        "level": None,
    }
    assert [(row["id"], row["relation"], row["level"]) for row in body["results"][1:]] == [
        (str(leo.uid), "child", "declared"),
        (str(father.uid), "parent", "declared"),
    ]


def test_list_of_a_visitor_is_401_and_of_a_stranger_their_own(charlie, leo, client):
    answer = client.get(LIST)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert [row["id"] for row in charlie.client.get(LIST).json()["results"]] == [str(charlie.patient.uid)]


def test_patients_are_not_for_the_practice_space(sophie):
    practice = make.Practice.objects.get(pk=sophie.actor.practice_id)

    answer = sophie.client.get(LIST, headers={"X-Space": f"practice:{practice.uid}"})

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_space")


@pytest.mark.parametrize("relation", [{}, {"relation": "self"}])
def test_first_post_gives_the_own_identity(newcomer, relation):
    answer = send(newcomer.client, "post", LIST, {**NADIA, **relation})

    assert answer.status_code == 201
    assert (answer.json()["relation"], answer.json()["level"]) == ("self", None)
    assert Patient.objects.get(user=newcomer.user).first_name == "Nadia"


def test_second_own_identity_is_a_conflict(alice):
    answer = send(alice.client, "post", LIST, {**NADIA, "relation": "self"})

    assert (answer.status_code, answer.json()["code"]) == (409, "identity_exists")


def test_relative_without_relation_is_invalid_once_the_identity_exists(alice):
    answer = send(alice.client, "post", LIST, NADIA)

    assert (answer.status_code, codes(answer)) == (400, {"/relation": "required"})


def test_relative_is_added(alice):
    answer = send(alice.client, "post", LIST, INES)

    assert answer.status_code == 201
    assert (answer.json()["relation"], answer.json()["level"]) == ("child", "declared")
    assert Guardianship.objects.get().patient.first_name == "Inès"


@pytest.mark.parametrize("attested", [None, False])
def test_relative_without_attestation_is_refused(alice, attested):
    body = {key: value for key, value in INES.items() if key != "attested"}
    answer = send(alice.client, "post", LIST, body if attested is None else {**body, "attested": attested})

    assert (answer.status_code, answer.json()["code"]) == (422, "attestation_required")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"first_name": ""}, {"/first_name": "blank"}),
        ({"first_name": "\u202e"}, {"/first_name": "blank"}),
        ({"first_name": "a\u0007b"}, {"/first_name": "control_character"}),
        ({"birth_name": "1" * 9}, {"/birth_name": "no_letter"}),
        ({"birth_name": "a" * 81}, {"/birth_name": "max_length"}),
        ({"birth_date": "1899-12-31"}, {"/birth_date": "birth_date_too_early"}),
        ({"birth_date": "9999-12-31"}, {"/birth_date": "birth_date_in_future"}),
        ({"birth_date": "29/02/2020"}, {"/birth_date": "invalid"}),
        ({"birth_date": None}, {"/birth_date": "null"}),
        ({"sex": "X"}, {"/sex": "invalid_choice"}),
        ({"relation": "boss"}, {"/relation": "invalid_choice"}),
        ({"first_name": {"a": 1}}, {"/first_name": "invalid"}),
    ],
)
def test_impossible_values_are_named_by_field(alice, change, expected):
    answer = send(alice.client, "post", LIST, {**INES, **change})

    assert (answer.status_code, answer.json()["code"], codes(answer)) == (400, "invalid", expected)
    assert not Guardianship.objects.exists()


def test_same_key_adds_once_and_another_body_is_a_conflict(alice):
    client = alice.client
    first = send(client, "post", LIST, INES, **{"Idempotency-Key": "abc"})
    again = send(client, "post", LIST, INES, **{"Idempotency-Key": "abc"})
    other = send(client, "post", LIST, {**INES, "first_name": "Lina"}, **{"Idempotency-Key": "abc"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    assert Guardianship.objects.count() == 1


def test_malformed_key_is_said(alice):
    answer = send(alice.client, "post", LIST, INES, **{"Idempotency-Key": "é" * 3})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_patch_changes_the_given_fields_only(alice, leo):
    answer = send(alice.client, "patch", one(leo), {"first_name": " Léon "})

    assert answer.status_code == 200
    assert (answer.json()["first_name"], answer.json()["birth_name"]) == ("Léon", "Moreau")
    leo.refresh_from_db()
    assert (leo.first_name, leo.sex) == ("Léon", "M")


def test_patch_of_a_person_with_an_account_is_refused(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)

    answer = send(bob.client, "patch", one(alice.patient), {"first_name": "Ada"})

    assert (answer.status_code, answer.json()["code"]) == (422, "identity_owned")


def test_forged_members_change_nothing(alice, charlie, leo):
    body = {"first_name": "Léon", "id": str(charlie.patient.uid), "user": charlie.user.pk, "level": "granted"}

    assert send(alice.client, "patch", one(leo), body).json()["id"] == str(leo.uid)
    assert Guardianship.objects.get(patient=leo).level == Level.DECLARED
    charlie.patient.refresh_from_db()
    assert charlie.patient.first_name == "Charlie"


def test_delete_removes_the_relative(alice, leo):
    assert alice.client.delete(one(leo)).status_code == 204
    assert alice.client.get(one(leo)).status_code == 404


def test_delete_of_oneself_and_of_a_person_with_a_visit_are_refused(alice, leo):
    make.AppointmentFactory(patient=leo, booked_by=alice.user)
    client = alice.client

    own, busy = client.delete(one(alice.patient)), client.delete(one(leo))

    assert (own.status_code, own.json()["code"]) == (422, "own_identity_kept")
    assert (busy.status_code, busy.json()["code"]) == (422, "has_upcoming_visits")


@pytest.mark.parametrize(("method", "body"), [("get", None), ("patch", {"first_name": "X"}), ("delete", None)])
def test_foreign_and_missing_people_answer_alike(alice, charlie, leo, client, method, body):
    stranger = charlie.client
    foreign, missing = (send(stranger, method, address, body) for address in (one(leo), f"{LIST}/{uuid4()}"))
    assert foreign.status_code == missing.status_code == 404
    assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
    assert send(client, method, one(leo), body).status_code == 401
    leo.refresh_from_db()
    assert (leo.first_name, leo.removed_at) == ("Léo", None)


@pytest.mark.parametrize("dead", ["pending", "expired", "revoked", "not_yet_started"])
@pytest.mark.parametrize("rest", ["", "/guardians", "/invitations"])
def test_dead_relations_are_not_found(bob, leo, dead, rest):
    hour, now = timedelta(hours=1), clock.now()
    times = {
        "pending": {"accepted_at": None},
        "expired": {"ends_at": now - hour},
        "revoked": {"ends_at": now},
        "not_yet_started": {"starts_at": now + hour},
    }[dead]
    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.GRANTED, **times)

    assert bob.client.get(one(leo) + rest).status_code == 404
    assert str(leo.uid) not in bob.client.get(LIST).content.decode()


def test_page_size_is_bounded(alice):
    make.GuardianshipFactory.create_batch(3, user=alice.user)

    body = alice.client.get(f"{LIST}?page_size=2").json()

    assert (body["count"], len(body["results"])) == (4, 2)
    assert body["next"]


def test_file_is_linked_by_a_code(alice):
    practice = make.AgendaFactory().practice
    record = make.RecordFactory(
        practice=practice,
        first_name="Alice",
        birth_name="Moreau",
        birth_date=alice.patient.birth_date,
        email="x@prendsoin.example",
    )
    client, codes_address = alice.client, one(alice.patient) + "/link-codes"
    asked = send(client, "post", codes_address, {"practice": str(practice.uid)})
    run(Job.objects.get().pk)
    code = Message.objects.get().secrets["code"]
    body = {"practice": str(practice.uid), "code": code}

    assert (asked.status_code, asked.content) == (202, b"")
    assert send(client, "post", f"{codes_address}/confirm", body).status_code == 204
    record.refresh_from_db()
    assert record.patient == alice.patient
    answer = send(client, "post", f"{codes_address}/confirm", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "code_wrong")


def test_answers_about_files_are_the_same_byte_for_byte(alice, charlie):
    practice = make.AgendaFactory().practice
    make.RecordFactory(
        practice=practice,
        first_name="Alice",
        birth_name="Moreau",
        birth_date=alice.patient.birth_date,
        email="x@prendsoin.example",
    )
    answers = []
    for someone in (alice, charlie):
        address, body = one(someone.patient) + "/link-codes", {"practice": str(practice.uid)}
        asked = send(someone.client, "post", address, body)
        for job in Job.objects.filter(state="pending"):
            run(job.pk)
        tried = send(someone.client, "post", f"{address}/confirm", {**body, "code": "000000"})
        answers.append((asked.status_code, asked.content, tried.status_code, {**tried.json(), "request_id": ""}))

    assert answers[0] == answers[1]


def test_code_calls_are_closed_to_strangers_and_visitors(charlie, leo, client):
    practice = make.AgendaFactory().practice
    body = {"practice": str(practice.uid), "code": "123456"}
    for address in (one(leo) + "/link-codes", one(leo) + "/link-codes/confirm"):
        assert send(charlie.client, "post", address, body).status_code == 404
        assert send(client, "post", address, body).status_code == 401


def test_relation_of_a_spouse_is_said(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, relation=Relation.SPOUSE, level=Level.GRANTED)

    row = bob.client.get(LIST).json()["results"][1]

    assert (row["relation"], row["level"]) == ("spouse", "granted")
