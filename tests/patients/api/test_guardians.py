"""The calls about rights to act and invitations."""

from uuid import uuid4

import pytest

from core import clock
from patients.enums import Level, Relation
from patients.models import GuardianInvitation, Guardianship
from tests import factories as make

BODY = {"email": "bob@prendsoin.example", "relation": "spouse", "level": "granted"}


def of(patient, rest: str) -> str:
    return f"/api/v1/patients/{patient.uid}/{rest}"


def send(client, method: str, address: str, body=None):
    kwargs = {"data": body, "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(address, **kwargs)


def test_invitation_travels_from_one_program_to_another(alice, bob):
    sent = send(alice.client, "post", of(alice.patient, "invitations"), BODY)
    assert sent.status_code == 201
    assert sent.json() == {
        "id": sent.json()["id"],
        "email": "bob@prendsoin.example",
        "relation": "spouse",
        "level": "granted",
        "expires_at": sent.json()["expires_at"],
    }
    address = f"/api/v1/invitations/{sent.json()['id']}"
    seen = bob.client.get(address).json()
    assert (seen["person"], seen["invited_by"], seen["relation"]) == ("Alice Moreau", "Alice Moreau", "spouse")

    accepted = bob.client.post(f"{address}/accept")

    assert accepted.status_code == 201
    assert (accepted.json()["id"], accepted.json()["level"]) == (str(alice.patient.uid), "granted")
    assert bob.client.post(f"{address}/accept").status_code == 404


def test_waiting_invitations_are_listed_and_withdrawn(alice, bob):
    send(alice.client, "post", of(alice.patient, "invitations"), BODY)
    waiting = alice.client.get(of(alice.patient, "invitations")).json()["results"]
    assert [row["email"] for row in waiting] == ["bob@prendsoin.example"]

    assert alice.client.delete(f"/api/v1/invitations/{waiting[0]['id']}").status_code == 204
    assert alice.client.get(of(alice.patient, "invitations")).json()["results"] == []
    assert bob.client.get(f"/api/v1/invitations/{waiting[0]['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"email": "alice@prendsoin.example"}, 422, "own_address"),
        ({"email": "nobody"}, 400, "invalid"),
        ({"relation": "self"}, 400, "invalid"),
        ({"level": "owner"}, 400, "invalid"),
    ],
)
def test_impossible_invitations(alice, change, status, code):
    answer = send(alice.client, "post", of(alice.patient, "invitations"), {**BODY, **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not GuardianInvitation.objects.exists()


def test_only_who_may_grant_invites(alice, charlie, leo, client):
    for someone in (alice, charlie):
        assert send(someone.client, "post", of(leo, "invitations"), BODY).status_code == 404
        assert send(someone.client, "post", of(leo, "invitations"), {}).status_code == 404
    assert send(client, "post", of(leo, "invitations"), BODY).status_code == 401


def test_invitation_of_others_and_missing_ones_answer_alike(alice, charlie):
    sent = make.InvitationFactory(patient=alice.patient, invited_by=alice.user)
    for method, rest in (("get", ""), ("delete", ""), ("post", "/accept")):
        foreign = getattr(charlie.client, method)(f"/api/v1/invitations/{sent.uid}{rest}")
        missing = getattr(charlie.client, method)(f"/api/v1/invitations/{uuid4()}{rest}")
        assert foreign.status_code == missing.status_code == 404
        assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}


def test_guardians_with_hidden_contact(alice, bob, leo, alice_granted, bob_granted):
    address = f"/api/v1/guardianships/{alice_granted.uid}"
    assert send(alice.client, "patch", address, {"contact_hidden": True}).status_code == 204

    rows = {row["is_me"]: row for row in bob.client.get(of(leo, "guardians")).json()["results"]}

    assert (rows[False]["name"], rows[False]["email"], rows[False]["phone"]) == ("Alice Moreau", "", "")
    assert rows[True]["email"] == "bob@prendsoin.example"
    assert send(bob.client, "patch", address, {"contact_hidden": False}).status_code == 404
    assert "alice@" not in bob.client.get(of(leo, "guardians")).content.decode()


def test_right_is_ended_by_person_or_guardian_only(alice, bob, charlie, client):
    right = make.GuardianshipFactory(user=bob.user, patient=alice.patient, relation=Relation.SPOUSE)
    address = f"/api/v1/guardianships/{right.uid}"
    assert charlie.client.delete(address).status_code == 404
    assert client.delete(address).status_code == 401

    assert alice.client.delete(address).status_code == 204

    assert bob.client.get(f"/api/v1/patients/{alice.patient.uid}").status_code == 404
    assert bob.client.delete(address).status_code == 404


def test_fellow_guardian_ends_nothing(alice, bob, leo, alice_granted, bob_granted):
    assert bob.client.delete(f"/api/v1/guardianships/{alice_granted.uid}").status_code == 404
    assert alice_granted in Guardianship.objects.active(clock.now())


def test_grantee_does_not_widen_their_own_right(alice, bob):
    right = make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.DECLARED)
    body = {"contact_hidden": False, "level": "granted", "ends_at": None}

    send(bob.client, "patch", f"/api/v1/guardianships/{right.uid}", body)

    right.refresh_from_db()
    assert right.level == Level.DECLARED
