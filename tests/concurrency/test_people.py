"""Identities, relatives and files of one person, asked for several times at the same moment."""

from datetime import date
from threading import Barrier

import pytest
from django.db import transaction

from accounts.models import User
from core.access import Actor, Space
from core.jobs import run
from core.models import Job
from notifications.models import Message
from patients.models import Guardianship, Patient, PatientRecord
from patients.services import identity, linking, records, relatives
from patients.services.invitations import accept_invitation
from tests import factories as make
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race

pytestmark = pytest.mark.django_db(transaction=True)

NADIA = {"first_name": "Nadia", "birth_name": "Benali", "birth_date": date(1990, 2, 28)}


@pytest.fixture
def actor() -> Actor:
    return Actor(user_id=make.UserFactory().pk, space=Space.PATIENT)


def unlocked(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def add(actor: Actor, number: int):
    values = {**NADIA, "first_name": f"Proche {number}"}
    return relatives.add_relative(actor=actor, relation="other", attested=True, **values)


def test_identity_asked_for_at_once_is_given_once(actor):
    results = race([lambda: identity.create_own_identity(actor=actor, **NADIA) for _ in range(8)])

    assert outcomes(results) == {"ok": 1, "identity_exists": 7}


def test_ceiling_of_relatives_holds_at_once_and_not_without_its_lock(actor, monkeypatch):
    user = User.objects.get(pk=actor.user_id)
    make.GuardianshipFactory.create_batch(relatives.MOST_RELATIVES - 1, user=user)
    room, together = relatives._check_room, Barrier(2)

    def check_together(*args):
        room(*args)
        together.wait(20)

    with monkeypatch.context() as patch:
        patch.setattr(relatives, "lock_account", unlocked)
        patch.setattr(relatives, "_check_room", check_together)
        assert outcomes(race([lambda: add(actor, 1), lambda: add(actor, 2)])) == {"ok": 2}
    Guardianship.objects.filter(patient__first_name__startswith="Proche").delete()

    results = race([lambda number=number: add(actor, number) for number in range(6)])
    assert outcomes(results) == {"ok": 1, "too_many_relatives": 5}


def test_invitation_accepted_twice_at_once_gives_one_right():
    sent = make.InvitationFactory()
    invited = Actor(user_id=make.UserFactory(email=sent.email).pk, space=Space.PATIENT)

    results = race([lambda: accept_invitation(actor=invited, invitation=sent.uid) for _ in range(4)])

    assert outcomes(results) == {"ok": 1, "NotForYou": 3}
    assert Guardianship.objects.count() == 1


def test_code_tried_at_once_counts_every_try(actor):
    practice = make.AgendaFactory().practice
    person = make.PatientFactory(user_id=actor.user_id)
    linking.request_link_code(actor=actor, practice=practice.uid, patient=person.uid)

    results = race(
        [
            lambda: linking.confirm_link_code(actor=actor, practice=practice.uid, patient=person.uid, code="1")
            for _ in range(4)
        ]
    )

    assert outcomes(results) == {"code_wrong": 4}
    assert linking.RecordLinkCode.objects.get().tries_left == 1


@pytest.fixture
def own_file(offer, people) -> tuple[Actor, Patient, PatientRecord, str]:
    """Somebody, the practice's own file on them, and the code that links the two."""
    (actor,) = people(1)
    person = Patient.objects.get(user_id=actor.user_id)
    file = make.RecordFactory(
        practice=offer.agenda.practice,
        first_name=person.first_name,
        birth_name=person.birth_name,
        birth_date=person.birth_date,
        email="x@prendsoin.example",
    )
    linking.request_link_code(actor=actor, practice=file.practice.uid, patient=person.uid)
    run(Job.objects.get(kind=linking.SEND).pk)
    return actor, person, file, Message.objects.get().secrets["code"]


def confirm(actor: Actor, person: Patient, file: PatientRecord, code: str):
    return linking.confirm_link_code(actor=actor, practice=file.practice.uid, patient=person.uid, code=code)


def test_file_linked_while_the_person_books_leaves_one_file_with_every_visit(offer, own_file):
    """Whichever comes first, the visits end on the practice's own file."""
    actor, person, file, code = own_file
    starts = free_starts(offer)[:3]

    results = race(
        [
            *(lambda start=start: book(actor, offer, start) for start in starts),
            lambda: confirm(actor, person, file, code),
        ]
    )

    assert outcomes(results) == {"ok": 4}
    kept = PatientRecord.objects.get(patient=person, merged_into=None)
    assert kept == file
    assert kept.appointments.count() == 3


def test_file_linked_while_the_person_books_breaks_without_the_lock_of_the_person(offer, own_file, monkeypatch):
    """The guard is needed: both look, see no other file, and meet at the unique constraint."""
    actor, person, file, code = own_file
    together, save, contact_of = Barrier(2), PatientRecord.save, records.contact_of

    def save_together(self, *args, **kwargs):
        if self.pk == file.pk:
            together.wait(20)
        return save(self, *args, **kwargs)

    def contact_together(user_id):
        together.wait(20)
        return contact_of(user_id)

    def open_file():
        with transaction.atomic():
            return records.ensure_record(actor=actor, practice_id=file.practice_id, patient=person)

    monkeypatch.setattr(linking, "lock_patients", lambda *ids: None)
    monkeypatch.setattr(PatientRecord, "save", save_together)
    monkeypatch.setattr(records, "contact_of", contact_together)
    results = race([open_file, lambda: confirm(actor, person, file, code)])

    assert outcomes(results) == {"ok": 1, "IntegrityError": 1}
