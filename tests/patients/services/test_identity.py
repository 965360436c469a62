"""Civil identity: one per account, corrected by who may, and dates that cannot be."""

from datetime import date, timedelta

import pytest
import time_machine
from django.http import Http404

from core import clock
from core.access import ANONYMOUS, Actor, Space
from core.exceptions import DomainError
from core.idempotency import Claim
from core.models import AuditEvent
from patients.enums import Level, LinkOrigin
from patients.majority import majority_at
from patients.models import Guardianship, Patient
from patients.services.identity import create_own_identity, update_patient
from tests import factories as make
from tests.patients.conftest import acting

NADIA = {"first_name": "Nadia", "birth_name": "Benali", "birth_date": date(1990, 2, 28), "sex": "F"}


@pytest.fixture
def newcomer(db) -> Actor:
    return acting(make.UserFactory())


def refused(call, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value


def test_own_identity_is_kept_and_recorded(newcomer):
    patient = create_own_identity(actor=newcomer, used_name="  Dupont ", **NADIA)

    assert Patient.objects.get(user_id=newcomer.user_id) == patient
    assert (patient.first_name, patient.used_name, patient.sex) == ("Nadia", "Dupont", "F")
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id, event.facts) == ("patients.create_own_identity", patient.pk, {})


def test_own_identity_is_given_once(alice):
    error = refused(create_own_identity, actor=alice.actor, **NADIA)

    assert (error.code, error.status) == ("identity_exists", 409)
    assert Patient.objects.count() == 1


def test_own_identity_replayed_with_its_claim_is_the_same(newcomer):
    claim = Claim(key="k", operation="POST", body_hash="h")

    assert create_own_identity(actor=newcomer, claim=claim, **NADIA) == create_own_identity(
        actor=newcomer, claim=claim, **NADIA
    )


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor(user_id=1, space=Space.PRACTICE, practice_id=1)])
def test_own_identity_needs_the_patient_space(db, actor):
    with pytest.raises(Http404):
        create_own_identity(actor=actor, **NADIA)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"first_name": "  "}, {"first_name": "required"}),
        ({"birth_name": "\u202e"}, {"birth_name": "required"}),
        ({"birth_name": "1234"}, {"birth_name": "no_letter"}),
        ({"first_name": "a" * 81}, {"first_name": "too_long"}),
        ({"birth_date": date(1899, 12, 31)}, {"birth_date": "birth_date_too_early"}),
        ({"birth_date": date(2190, 1, 1)}, {"birth_date": "birth_date_in_future"}),
        ({"sex": "X"}, {"sex": "invalid_choice"}),
    ],
)
def test_impossible_identity_is_refused_by_field(newcomer, change, fields):
    error = refused(create_own_identity, actor=newcomer, **{**NADIA, **change})

    assert error.code == "invalid_identity"
    assert error.details["fields"] == fields
    assert not Patient.objects.exists()


@pytest.mark.parametrize("name", ["Ng", "d’Ô", "李", "محمد", "Ж", "X Æ A-12", "María José de la Vega y Ruiz"])
def test_no_name_is_refused_for_being_foreign(newcomer, name):
    assert create_own_identity(actor=newcomer, **{**NADIA, "birth_name": name}).birth_name == name


def test_child_born_this_night_at_wallis_can_be_entered(newcomer):
    with time_machine.travel("2026-11-22T13:00:00Z", tick=False):  # already the 23rd there
        patient = create_own_identity(actor=newcomer, **{**NADIA, "birth_date": date(2026, 11, 23)})

    assert patient.birth_date == date(2026, 11, 23)


def test_update_keeps_what_changed_and_names_the_fields_in_the_journal(alice):
    update_patient(actor=alice.actor, patient=alice.patient.uid, changes={"used_name": "Petit", "sex": "F"})

    alice.patient.refresh_from_db()
    assert alice.patient.used_name == "Petit"
    event = AuditEvent.objects.get(action="patients.update_patient")
    assert event.facts == {"fields": ["used_name"]}


def test_update_without_change_leaves_no_trace(alice):
    update_patient(actor=alice.actor, patient=alice.patient.uid, changes={"first_name": "Alice"})

    assert not AuditEvent.objects.exists()


def test_update_by_guardian_of_a_person_without_account(alice, leo):
    update_patient(actor=alice.actor, patient=leo.uid, changes={"first_name": "Léon"})

    leo.refresh_from_db()
    assert leo.first_name == "Léon"


def test_update_by_guardian_of_a_person_with_account_is_refused(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)

    error = refused(update_patient, actor=bob.actor, patient=alice.patient.uid, changes={"first_name": "Ada"})

    assert error.code == "identity_owned"


def test_update_by_stranger_is_not_found(charlie, leo):
    with pytest.raises(Http404):
        update_patient(actor=charlie.actor, patient=leo.uid, changes={"first_name": "X"})


def test_unknown_field_is_a_mistake_of_the_program(alice):
    with pytest.raises(TypeError):
        update_patient(actor=alice.actor, patient=alice.patient.uid, changes={"user_id": 1})


def test_right_that_ends_at_eighteen_follows_the_birth_date(alice, leo):
    born = leo.birth_date + timedelta(days=100)

    update_patient(actor=alice.actor, patient=leo.uid, changes={"birth_date": born})

    assert Guardianship.objects.get(patient=leo).ends_at == majority_at(born)


def test_adult_found_to_be_a_minor_detaches_at_eighteen(alice, father):
    born = clock.now().date() - timedelta(days=10 * 365)

    update_patient(actor=alice.actor, patient=father.uid, changes={"birth_date": born})

    assert Guardianship.objects.get(patient=father).ends_at == majority_at(born)


def test_child_does_not_become_an_adult_by_correction(alice, leo):
    error = refused(update_patient, actor=alice.actor, patient=leo.uid, changes={"birth_date": date(1990, 1, 1)})

    assert error.code == "adult_child"
    leo.refresh_from_db()
    assert leo.birth_date != date(1990, 1, 1)


def test_right_ended_by_somebody_stays_ended(alice, bob, leo, bob_granted):
    ended = clock.now()
    Guardianship.objects.filter(pk=bob_granted.pk).update(ends_at=ended)

    update_patient(actor=alice.actor, patient=leo.uid, changes={"birth_date": leo.birth_date + timedelta(days=1)})

    assert Guardianship.objects.get(pk=bob_granted.pk).ends_at == ended


@pytest.mark.parametrize(
    ("origin", "code"), [(LinkOrigin.CODE, "birth_date_confirmed"), (LinkOrigin.DESK, "birth_date_confirmed")]
)
def test_birth_date_matched_by_a_practice_is_not_moved(alice, leo, origin, code):
    make.RecordFactory(patient=leo, linked_by=origin)

    error = refused(update_patient, actor=alice.actor, patient=leo.uid, changes={"birth_date": date(2020, 1, 1)})

    assert error.code == code


def test_birth_date_copied_by_an_online_booking_may_be_corrected(alice, leo):
    make.RecordFactory(patient=leo, linked_by=LinkOrigin.BOOKING)

    update_patient(actor=alice.actor, patient=leo.uid, changes={"birth_date": date(2020, 1, 1)})

    leo.refresh_from_db()
    assert leo.birth_date == date(2020, 1, 1)
