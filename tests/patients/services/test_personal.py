"""What is handed over on request, and what is left when an account is closed."""

import json

import pytest

from accounts.registry import erasers, exporters
from core import clock
from core.exceptions import DomainError
from patients.enums import Level
from patients.models import GuardianInvitation, Guardianship, Patient
from patients.selectors import people_of
from tests import factories as make


def erase(someone) -> None:
    erasers()["patients"](someone.actor, someone.user.pk)


def test_export_holds_people_rights_invitations_and_practices(alice, bob, leo):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)
    make.InvitationFactory(patient=alice.patient, invited_by=alice.user, email="x@prendsoin.example")
    record = make.RecordFactory(patient=alice.patient)

    content = exporters()["patients"](alice.user.pk)

    assert json.loads(json.dumps(content)) == content
    assert [(one["first_name"], one["relation"]) for one in content["people"]] == [("Alice", "self"), ("Léo", "child")]
    assert [right["level"] for right in content["guardians"]] == ["granted"]
    assert [sent["email"] for sent in content["invitations"]] == ["x@prendsoin.example"]
    assert [practice["name"] for practice in content["practices"]] == [record.practice.name]


def test_export_holds_nothing_of_others(alice, charlie, leo):
    content = exporters()["patients"](charlie.user.pk)

    assert [one["first_name"] for one in content["people"]] == ["Charlie"]
    assert "Moreau" not in json.dumps(content)


def test_closing_forgets_the_identity_and_leaves_the_practice_its_file(alice, bob, leo):
    record = make.RecordFactory(patient=alice.patient)
    right = make.GuardianshipFactory(user=bob.user, patient=alice.patient)
    sent = make.InvitationFactory(patient=alice.patient, invited_by=alice.user)

    erase(alice)

    alice.patient.refresh_from_db()
    leo.refresh_from_db()
    record.refresh_from_db()
    assert (alice.patient.user, alice.patient.first_name, alice.patient.birth_name) == (None, "", "")
    assert alice.patient.birth_date.year == 1900
    assert None not in (alice.patient.removed_at, leo.removed_at)
    assert (record.patient, record.first_name, record.linked_by) == (None, "Alice", "")
    assert people_of(alice.actor) == []
    assert right not in Guardianship.objects.active(clock.now())
    assert not GuardianInvitation.objects.filter(pk=sent.pk, expires_at__gt=clock.now()).exists()


def test_closing_keeps_a_child_whom_somebody_else_acts_for(alice, bob, leo, bob_granted):
    erase(alice)

    leo.refresh_from_db()
    assert leo.removed_at is None
    assert [one.first_name for one in people_of(bob.actor)] == ["Bob", "Léo"]


@pytest.mark.parametrize("whose", ["own", "child"])
def test_closing_with_a_visit_to_come_is_refused(alice, leo, whose):
    make.AppointmentFactory(patient=alice.patient if whose == "own" else leo, booked_by=alice.user)

    with pytest.raises(DomainError) as caught:
        erase(alice)

    assert caught.value.code == "has_upcoming_visits"


def test_closing_from_a_practice_space_forgets_the_same(alice, leo, sophie):
    erasers()["patients"](sophie.actor, alice.user.pk)

    assert not Patient.objects.filter(user=alice.user).exists()
