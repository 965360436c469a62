"""Becoming known to a practice by a code: nothing to learn for whoever has no file there (hard cases 32 and 62)."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment
from core import clock
from core.exceptions import DomainError
from core.jobs import run
from core.models import AuditEvent, Job
from notifications import registry
from notifications.models import Message
from patients.enums import LinkOrigin
from patients.models import PatientRecord, RecordLinkCode
from patients.services.linking import confirm_link_code, request_link_code
from patients.services.records import desk_link
from tests import factories as make


@pytest.fixture
def practice(db):
    return make.AgendaFactory().practice


@pytest.fixture
def file(alice, practice) -> PatientRecord:
    """The practice's own file on Alice, known for years, linked to nobody."""
    return make.RecordFactory(
        practice=practice,
        first_name="ALICE",
        birth_name="MOREAU",
        birth_date=alice.patient.birth_date,
        email="ancienne.adresse@prendsoin.example",
    )


def ask(someone, practice, patient=None):
    request_link_code(actor=someone.actor, practice=practice.uid, patient=(patient or someone.patient).uid)
    job = Job.objects.order_by("-pk").first()
    outcome = run(job.pk)
    assert outcome.error is None


def code_sent() -> str:
    return Message.objects.order_by("-pk").first().secrets["code"]


def confirm(someone, practice, code, patient=None):
    return confirm_link_code(
        actor=someone.actor, practice=practice.uid, patient=(patient or someone.patient).uid, code=code
    )


def refused(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value


def shapes(captured) -> list[str]:
    """The statements without their values."""
    return [re.sub(r"'[^']*'|\"s\d+_x\d+\"|\b\d+\b|NULL", "?", query["sql"]) for query in captured]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_code_goes_to_the_contact_in_the_file_and_links_it(alice, practice, file):
    ask(alice, practice)
    message = Message.objects.get()
    envelope = registry.composer(message.kind)(message)
    assert envelope.to == "ancienne.adresse@prendsoin.example"
    assert code_sent() in envelope.text
    assert practice.name not in envelope.subject + envelope.text + envelope.html
    assert code_sent() not in envelope.subject

    record = confirm(alice, practice, f" {code_sent()[:3]} {code_sent()[3:]}")

    file.refresh_from_db()
    assert record == file
    assert (file.patient, file.linked_by) == (alice.patient, LinkOrigin.CODE)
    assert file.known_since is not None
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "practice_id")) == [
        ("patients.request_link_code", practice.pk),
        ("patients.confirm_link_code", practice.pk),
    ]


def test_code_goes_by_sms_when_the_file_has_a_phone_only(alice, practice, file):
    PatientRecord.objects.filter(pk=file.pk).update(email="", phone="+33612345678")

    ask(alice, practice)

    message = Message.objects.get()
    envelope = registry.composer(message.kind)(message)
    assert (message.channel, envelope.to) == ("sms", "+33612345678")
    assert code_sent() in envelope.text


def test_code_is_never_kept_in_clear(alice, practice, file):
    ask(alice, practice)

    code = code_sent()
    row = RecordLinkCode.objects.values().get()
    assert code not in str(row)
    assert code not in str(Job.objects.values().get())


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": date(1988, 3, 15)},
        {"birth_date": None},
        {"first_name": "Alix"},
        {"birth_name": "Moreaux"},
        {"email": "", "phone": ""},
        {"deceased_on": date(2020, 1, 1)},
    ],
)
def test_file_of_somebody_else_or_without_contact_sends_nothing(alice, practice, file, change):
    PatientRecord.objects.filter(pk=file.pk).update(**change)

    ask(alice, practice)

    assert not Message.objects.exists()


def test_file_found_by_the_name_in_use(alice, practice, file):
    PatientRecord.objects.filter(pk=file.pk).update(birth_name="Autre", used_name="Moreau")

    ask(alice, practice)

    assert Message.objects.exists()


def test_two_files_that_match_send_nothing(alice, practice, file):
    make.RecordFactory(
        practice=practice, birth_date=file.birth_date, first_name="Alice", birth_name="Moreau", email="x@x.example"
    )

    ask(alice, practice)

    assert not Message.objects.exists()


def test_file_already_linked_or_merged_sends_nothing(alice, bob, practice, file):
    PatientRecord.objects.filter(pk=file.pk).update(patient=bob.patient)
    ask(alice, practice)
    PatientRecord.objects.filter(pk=file.pk).update(
        patient=None, merged_into=make.RecordFactory(practice=practice, birth_date=None)
    )
    ask(alice, practice)

    assert not Message.objects.exists()


def test_file_of_another_practice_sends_nothing(alice, practice, file):
    ask(alice, make.AgendaFactory().practice)

    assert not Message.objects.exists()


def test_request_does_the_same_work_with_and_without_a_file(alice, charlie, practice, file):
    """Same statements, same answer: only the job, later, tells a file from none."""
    statements = []
    for someone in (alice, charlie):
        with CaptureQueriesContext(connection) as captured:
            answer = request_link_code(actor=someone.actor, practice=practice.uid, patient=someone.patient.uid)
        assert answer is None
        statements.append(shapes(captured))

    assert statements[0] == statements[1]
    assert RecordLinkCode.objects.count() == Job.objects.count() == 2


def test_confirming_does_the_same_work_with_and_without_a_file(alice, charlie, practice, file):
    statements, errors = [], []
    for someone in (alice, charlie):
        ask(someone, practice)
        guess = wrong(code_sent()) if someone is alice else "123456"
        with CaptureQueriesContext(connection) as captured:
            errors.append(refused(confirm, someone, practice, guess))
        statements.append(shapes(captured))

    assert statements[0] == statements[1]
    assert [(error.code, str(error.message), error.status, dict(error.details)) for error in errors[:1]] * 2 == [
        (error.code, str(error.message), error.status, dict(error.details)) for error in errors
    ]


def test_wrong_code_links_nothing_and_costs_a_try(alice, practice, file):
    ask(alice, practice)

    assert refused(confirm, alice, practice, wrong(code_sent())).code == "code_wrong"

    file.refresh_from_db()
    assert file.patient is None
    assert RecordLinkCode.objects.get().tries_left == 4
    assert confirm(alice, practice, code_sent()) == file


def test_sixth_try_fails_even_with_the_right_code(alice, practice, file):
    ask(alice, practice)
    code = code_sent()
    for _ in range(5):
        refused(confirm, alice, practice, wrong(code))

    assert refused(confirm, alice, practice, code).code == "code_wrong"
    file.refresh_from_db()
    assert file.patient is None


def test_code_lives_ten_minutes(alice, practice, file):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        ask(alice, practice)
        code = code_sent()
    with time_machine.travel("2026-11-22T10:10:00Z", tick=False):
        assert refused(confirm, alice, practice, code).code == "code_wrong"
    with time_machine.travel("2026-11-22T10:09:59Z", tick=False):
        assert confirm(alice, practice, code) == file


def test_code_serves_once(alice, practice, file):
    ask(alice, practice)
    code = code_sent()
    confirm(alice, practice, code)

    assert refused(confirm, alice, practice, code).code == "code_wrong"


def test_new_request_ends_the_former_code(alice, practice, file):
    ask(alice, practice)
    former, letter = code_sent(), Message.objects.get()
    ask(alice, practice)
    assert registry.composer(letter.kind)(letter) is None
    if former != code_sent():
        assert refused(confirm, alice, practice, former).code == "code_wrong"

    assert confirm(alice, practice, code_sent()) == file


def test_code_asked_by_another_account_is_of_no_use(alice, bob, practice, file):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient)
    ask(alice, practice)

    error = refused(confirm, bob, practice, code_sent(), patient=alice.patient)

    assert error.code == "code_wrong"


def test_empty_code_does_not_match_an_empty_digest(charlie, practice):
    ask(charlie, practice)

    assert refused(confirm, charlie, practice, "").code == "code_wrong"


def test_guardian_links_the_file_of_a_child(alice, leo, practice):
    record = make.RecordFactory(
        practice=practice, first_name="Leo", birth_name="Moreau", birth_date=leo.birth_date, email="a@x.example"
    )

    ask(alice, practice, patient=leo)

    assert confirm(alice, practice, code_sent(), patient=leo) == record
    record.refresh_from_db()
    assert record.patient == leo


def test_stranger_asks_nothing_for_others(charlie, leo, practice):
    with pytest.raises(Http404):
        request_link_code(actor=charlie.actor, practice=practice.uid, patient=leo.uid)
    with pytest.raises(Http404):
        confirm(charlie, practice, "123456", patient=leo)
    assert not RecordLinkCode.objects.exists()


def test_unknown_practice_is_not_found(alice):
    with pytest.raises(Http404):
        request_link_code(actor=alice.actor, practice=alice.patient.uid, patient=alice.patient.uid)


def test_requests_are_limited_alike_with_and_without_a_file(alice, charlie, practice, file):
    for someone in (alice, charlie):
        for _ in range(3):
            ask(someone, practice)
        error = refused(request_link_code, actor=someone.actor, practice=practice.uid, patient=someone.patient.uid)
        assert (error.code, error.status) == ("too_many_requests", 429)


def test_one_file_receives_five_codes_a_day(alice, practice, file):
    others = [
        make.PatientFactory(first_name="Alice", birth_name="Moreau", birth_date=file.birth_date) for _ in "123456"
    ]
    for person in others:
        make.GuardianshipFactory(user=alice.user, patient=person)
        ask(alice, practice, patient=person)

    assert Message.objects.count() == 5


def test_online_file_of_the_same_person_is_merged(alice, practice, file):
    online = make.RecordFactory(practice=practice, patient=alice.patient, notes="allergie notée", phone="+33612345678")
    visit = make.AppointmentFactory(record=online, agenda=practice.agendas.get())
    older = make.RecordFactory(practice=practice, merged_into=online, birth_date=None)
    ask(alice, practice)

    confirm(alice, practice, code_sent())

    visit.refresh_from_db()
    online.refresh_from_db()
    file.refresh_from_db()
    older.refresh_from_db()
    assert visit.record == file
    assert online.merged_into == older.merged_into == file
    assert (file.patient, file.notes, str(file.phone)) == (alice.patient, "allergie notée", "+33612345678")
    assert file.email == "ancienne.adresse@prendsoin.example"
    assert Appointment.objects.filter(record__patient=alice.patient).get() == visit


def test_merge_keeps_overlapping_visits_of_both_files(alice, practice, file):
    """Case 62: two bookings at one hour with two practitioners stay two bookings."""
    online = make.RecordFactory(practice=practice, patient=alice.patient)
    first = make.AppointmentFactory(record=online, agenda=practice.agendas.get())
    second = make.AppointmentFactory(record=file, agenda=make.AgendaFactory(practice=practice))
    ask(alice, practice)

    confirm(alice, practice, code_sent())

    assert set(file.appointments.all()) == {first, second}


def test_block_on_either_file_holds_for_both(alice, practice, file, sophie):
    blocked = clock.now() - timedelta(days=3)
    make.RecordFactory(practice=practice, patient=alice.patient, blocked_at=blocked, blocked_by=sophie.user)
    ask(alice, practice)

    confirm(alice, practice, code_sent())

    file.refresh_from_db()
    assert (file.blocked_at, file.blocked_by) == (blocked, sophie.user)


def test_file_linked_meanwhile_is_not_taken_over(alice, bob, practice, file):
    ask(alice, practice)
    code = code_sent()
    PatientRecord.objects.filter(pk=file.pk).update(patient=bob.patient)

    assert refused(confirm, alice, practice, code).code == "code_wrong"
    file.refresh_from_db()
    assert file.patient == bob.patient


def test_letter_is_not_written_once_the_code_is_over(alice, practice, file):
    ask(alice, practice)
    RecordLinkCode.objects.update(expires_at=clock.now())
    message = Message.objects.get()

    assert registry.composer(message.kind)(message) is None


def test_job_run_twice_writes_once(alice, practice, file):
    from patients.tasks import send_link_code

    ask(alice, practice)
    send_link_code(request_id=RecordLinkCode.objects.get().pk)

    assert Message.objects.count() == 1


def test_desk_makes_two_files_one(alice, sophie):
    practice_id = sophie.actor.practice_id
    own = make.RecordFactory(practice=None, practice_id=practice_id)
    online = make.RecordFactory(practice=None, practice_id=practice_id, patient=alice.patient)

    desk_link(actor=sophie.actor, record=own.uid, same_as=online.uid)

    own.refresh_from_db()
    online.refresh_from_db()
    assert (own.patient, own.linked_by, online.merged_into) == (alice.patient, LinkOrigin.DESK, own)
    assert own.known_since is not None


def test_desk_confirms_the_online_file_alone(alice, sophie):
    online = make.RecordFactory(practice=None, practice_id=sophie.actor.practice_id, patient=alice.patient)

    desk_link(actor=sophie.actor, record=online.uid, same_as=online.uid)

    online.refresh_from_db()
    assert (online.merged_into, online.linked_by) == (None, LinkOrigin.DESK)
    assert online.known_since is not None


def test_desk_does_not_join_two_people(alice, bob, sophie):
    practice_id = sophie.actor.practice_id
    one = make.RecordFactory(practice=None, practice_id=practice_id, patient=alice.patient)
    other = make.RecordFactory(practice=None, practice_id=practice_id, patient=bob.patient)

    assert refused(desk_link, actor=sophie.actor, record=one.uid, same_as=other.uid).code == "not_one_person"


def test_desk_reaches_files_of_its_practice_only(alice, sophie):
    own = make.RecordFactory(practice=None, practice_id=sophie.actor.practice_id)
    foreign = make.RecordFactory(patient=alice.patient)

    for record, same_as in ((own, foreign), (foreign, foreign)):
        with pytest.raises(Http404):
            desk_link(actor=sophie.actor, record=record.uid, same_as=same_as.uid)
    with pytest.raises(Http404):
        desk_link(actor=alice.actor, record=own.uid, same_as=foreign.uid)
