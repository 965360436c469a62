"""A practice's file is made at the first booking, from what is proven, and makes nobody known."""

from core import clock
from patients.enums import LinkOrigin
from patients.models import PatientRecord
from patients.services.records import ensure_record
from tests import factories as make

PHONE = "+33612345678"


def test_file_copies_identity_and_contact(alice):
    alice.user.phone, alice.user.phone_verified_at = PHONE, clock.now()
    alice.user.save()
    practice = make.PracticeFactory()

    record = ensure_record(actor=alice.actor, practice_id=practice.pk, patient=alice.patient)

    record.refresh_from_db()
    assert (record.practice, record.patient, record.linked_by) == (practice, alice.patient, LinkOrigin.BOOKING)
    assert (record.first_name, record.birth_name, record.birth_date, record.sex) == (
        "Alice",
        "Moreau",
        alice.patient.birth_date,
        "F",
    )
    assert (record.email, str(record.phone), record.name_key) == ("alice@prendsoin.example", PHONE, "moreau alice")
    assert record.known_since is None


def test_file_of_a_child_has_the_contact_of_who_books(alice, leo):
    record = ensure_record(actor=alice.actor, practice_id=make.PracticeFactory().pk, patient=leo)

    assert record.email == "alice@prendsoin.example"


def test_file_of_a_person_with_an_account_has_their_own_contact(alice, bob):
    record = ensure_record(actor=bob.actor, practice_id=make.PracticeFactory().pk, patient=alice.patient)

    assert record.email == "alice@prendsoin.example"


def test_unproven_contact_is_not_copied(db):
    user = make.UserFactory(verified=False, phone=PHONE)
    patient = make.PatientFactory(user=user)

    from tests.patients.conftest import acting

    record = ensure_record(actor=acting(user), practice_id=make.PracticeFactory().pk, patient=patient)

    assert (record.email, record.phone) == ("", "")


def test_one_file_per_practice_and_person(alice):
    one, other = make.PracticeFactory(), make.PracticeFactory()
    first = ensure_record(actor=alice.actor, practice_id=one.pk, patient=alice.patient)

    assert ensure_record(actor=alice.actor, practice_id=one.pk, patient=alice.patient) == first
    assert ensure_record(actor=alice.actor, practice_id=other.pk, patient=alice.patient) != first


def test_merged_file_is_followed(alice):
    practice = make.PracticeFactory()
    kept = make.RecordFactory(practice=practice)
    make.RecordFactory(practice=practice, patient=alice.patient, merged_into=kept)
    PatientRecord.objects.filter(pk=kept.pk).update(patient=alice.patient)

    assert ensure_record(actor=alice.actor, practice_id=practice.pk, patient=alice.patient) == kept
