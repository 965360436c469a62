"""Ending a right to act, hiding one's contact details, and what a practice records."""

import pytest
from django.http import Http404

from core import clock
from core.exceptions import DomainError
from core.models import AuditEvent
from patients.enums import Level, Relation
from patients.models import Guardianship
from patients.selectors import guardians_of, people_of
from patients.services.guardians import hide_contact, record_guardianship_by_practice, revoke_guardianship
from tests import factories as make


def live(user, patient):
    return Guardianship.objects.active(clock.now()).filter(user=user, patient=patient)


@pytest.fixture
def bob_over_alice(alice, bob):
    return make.GuardianshipFactory(user=bob.user, patient=alice.patient, relation=Relation.SPOUSE, level=Level.GRANTED)


def test_person_takes_a_right_back_at_once(alice, bob, bob_over_alice):
    revoke_guardianship(actor=alice.actor, guardianship=bob_over_alice.uid)

    assert [person.uid for person in people_of(bob.actor)] == [bob.patient.uid]
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id, event.target_id) == (
        "patients.revoke_guardianship",
        alice.patient.pk,
        bob_over_alice.pk,
    )


def test_person_takes_a_right_back_though_visits_are_to_come(alice, bob, bob_over_alice):
    make.AppointmentFactory(patient=alice.patient, booked_by=bob.user)

    revoke_guardianship(actor=alice.actor, guardianship=bob_over_alice.uid)

    assert not live(bob.user, alice.patient).exists()


def test_guardian_gives_a_right_up(alice, bob, bob_over_alice):
    revoke_guardianship(actor=bob.actor, guardianship=bob_over_alice.uid)

    assert not live(bob.user, alice.patient).exists()
    alice.patient.refresh_from_db()
    assert alice.patient.removed_at is None


def test_every_live_right_of_the_pair_ends_together(alice, bob, bob_over_alice, leo):
    second = make.GuardianshipFactory(
        user=bob.user, patient=alice.patient, ends_at=clock.now().replace(year=clock.now().year + 1)
    )

    revoke_guardianship(actor=alice.actor, guardianship=second.uid)

    assert not live(bob.user, alice.patient).exists()


def test_another_guardian_ends_nothing(alice, bob, leo, alice_granted, bob_granted):
    with pytest.raises(Http404):
        revoke_guardianship(actor=bob.actor, guardianship=alice_granted.uid)
    with pytest.raises(Http404):
        revoke_guardianship(actor=alice.actor, guardianship=bob_granted.uid)


def test_stranger_ends_nothing(charlie, bob_over_alice):
    with pytest.raises(Http404):
        revoke_guardianship(actor=charlie.actor, guardianship=bob_over_alice.uid)


def test_right_already_ended_is_not_found(alice, bob, bob_over_alice):
    revoke_guardianship(actor=alice.actor, guardianship=bob_over_alice.uid)

    with pytest.raises(Http404):
        revoke_guardianship(actor=bob.actor, guardianship=bob_over_alice.uid)


def test_last_guardian_leaving_visits_behind_is_refused(alice, leo):
    make.AppointmentFactory(patient=leo, booked_by=alice.user)

    with pytest.raises(DomainError) as caught:
        revoke_guardianship(actor=alice.actor, guardianship=live(alice.user, leo).get().uid)

    assert caught.value.code == "has_upcoming_visits"


def test_hidden_contact_is_empty_for_the_other_guardian(alice, bob, leo, alice_granted, bob_granted):
    hide_contact(actor=alice.actor, guardianship=alice_granted.uid, hidden=True)

    seen = {guardian.is_me: guardian for guardian in guardians_of(bob.actor, leo)}
    assert (seen[False].name, seen[False].email, seen[False].phone) == ("Alice Moreau", "", "")
    assert seen[True].email == "bob@prendsoin.example"

    hide_contact(actor=alice.actor, guardianship=alice_granted.uid, hidden=False)
    assert {guardian.email for guardian in guardians_of(bob.actor, leo)} == {
        "alice@prendsoin.example",
        "bob@prendsoin.example",
    }


def test_contact_is_hidden_by_its_owner_only(alice, bob, charlie, leo, alice_granted, bob_granted):
    for other in (bob, charlie):
        with pytest.raises(Http404):
            hide_contact(actor=other.actor, guardianship=alice_granted.uid, hidden=True)


def test_practice_records_a_declared_right_as_granted(alice, leo, sophie):
    make.RecordFactory(practice_id=sophie.actor.practice_id, practice=None, patient=leo)
    right = live(alice.user, leo).get()

    record_guardianship_by_practice(actor=sophie.actor, guardianship=right.uid)

    right.refresh_from_db()
    assert right.level == Level.GRANTED
    event = AuditEvent.objects.get()
    assert (event.action, event.practice_id) == ("patients.record_guardianship", sophie.actor.practice_id)


def test_practice_without_a_file_on_the_person_records_nothing(alice, leo, sophie):
    make.RecordFactory(patient=leo)  # at another practice

    with pytest.raises(Http404):
        record_guardianship_by_practice(actor=sophie.actor, guardianship=live(alice.user, leo).get().uid)


def test_practice_does_not_speak_for_a_person_with_an_account(alice, bob, bob_over_alice, sophie):
    make.RecordFactory(practice_id=sophie.actor.practice_id, practice=None, patient=alice.patient)

    with pytest.raises(Http404):
        record_guardianship_by_practice(actor=sophie.actor, guardianship=bob_over_alice.uid)


def test_patient_space_records_nothing(alice, leo):
    make.RecordFactory(patient=leo)

    with pytest.raises(Http404):
        record_guardianship_by_practice(actor=alice.actor, guardianship=live(alice.user, leo).get().uid)
