"""Two files made one: no visit is lost, two people are never made one."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from booking.enums import Status
from booking.models import Appointment, NoShowMark, Task
from core import clock
from core.exceptions import DomainError, NotForYou
from notifications.models import Message
from notifications.registry import composer
from patients.enums import LinkOrigin
from patients.models import PatientRecord
from patients.selectors.duplicates import likely_duplicates
from patients.selectors.files import find_records
from patients.services import file_links
from patients.services.file_links import accept_file_link, offered_file, send_file_link, send_imported_links, token_of
from patients.services.files import create_record
from patients.services.merging_files import merge_files
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, statements
from tests.factories import AppointmentFactory, PatientFactory
from tests.patients.conftest import acting

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

FIELDS = {"first_name": "Colette", "birth_name": "Lefèvre", "birth_date": date(1951, 3, 12), "phone": "06 12 34 56 78"}


@pytest.fixture
def pair(desk):
    actor = desk.actor("anna")
    one = create_record(actor=actor, fields=FIELDS)
    other = create_record(
        actor=actor,
        fields={
            **FIELDS,
            "first_name": "Colete",
            "phone": "06 99 99 99 99",
            "landline": "01 48 97 20 14",
            "notes": "sourde",
        },
        despite_duplicates=True,
    )
    return one, other


def visit_of(desk, record, days, **more):
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return AppointmentFactory(
        agenda=desk.agenda, record=record, start_at=start, end_at=start + timedelta(minutes=20), **more
    )


def test_merge_moves_everything_and_says_what_it_read_back(desk, pair):
    one, other = pair
    visit_of(desk, one, 1)
    coming = visit_of(desk, other, 2)
    missed = visit_of(desk, other, -2, status=Status.NO_SHOW)
    visit_of(desk, other, 3, status=Status.CANCELLED_BY_PATIENT)
    NoShowMark.objects.create(appointment=missed, record=other, expires_at=clock.now() + timedelta(days=9))
    Task.objects.create(practice=desk.practice, kind="sign", record=other)
    done = merge_files(actor=desk.actor("anna"), kept=one.uid, other=other.uid)
    assert (done.moved, done.visits) == (3, 4)
    assert Appointment.objects.filter(record=one).count() == 4
    assert NoShowMark.objects.get().record == one
    assert Task.objects.get().record == one
    kept = PatientRecord.objects.get(pk=one.pk)
    assert kept.notes == "+33699999999\nsourde"
    assert kept.phone_key == "0612345678 0148972014"
    assert find_records(desk.actor("anna"), "01 48") == [kept]
    assert find_records(desk.actor("anna"), "colete") == [kept]
    coming.refresh_from_db()
    assert coming.status == Status.BOOKED


def test_merge_page_compares_then_merges_and_warns_of_overlaps(desk, pair):
    one, other = pair
    visit_of(desk, one, 2)
    visit_of(desk, other, 2, agenda_id=desk.second.pk, performer=desk.second.practitioner)
    client, address = browser_of(desk, "anna"), reverse("desk:merge", args=[one.uid, other.uid])
    page = client.get(address).content.decode()
    assert "Colete" in page
    assert "Réunir les deux fiches" in page
    after = client.post(address, follow=True).content.decode()
    assert "2\N{NO-BREAK SPACE}rendez-vous" in after or "2 rendez-vous" in after
    assert "se chevauchent" in after
    assert client.get(address).status_code == 404


def test_merge_takes_the_only_identity_and_refuses_two(desk, pair):
    one, other = pair
    person = PatientFactory()
    PatientRecord.objects.filter(pk=other.pk).update(patient=person, linked_by=LinkOrigin.BOOKING)
    third = create_record(actor=desk.actor("anna"), fields=FIELDS, despite_duplicates=True)
    PatientRecord.objects.filter(pk=third.pk).update(patient=PatientFactory(), linked_by=LinkOrigin.CODE)
    done = merge_files(actor=desk.actor("anna"), kept=one.uid, other=other.uid)
    assert done.record.patient == person
    visit_of(desk, third, 1)
    with pytest.raises(DomainError) as refused:
        merge_files(actor=desk.actor("anna"), kept=one.uid, other=third.uid)
    assert refused.value.code == "not_one_person"
    assert Appointment.objects.filter(record=third).count() == 1
    answer = browser_of(desk, "anna").post(reverse("desk:merge", args=[one.uid, third.uid]))
    assert answer.status_code == 409


def test_merge_refuses_itself_a_death_on_one_side_and_other_practices(desk, pair):
    one, other = pair
    foreign = create_record(actor=desk.actor("diallo"), fields=FIELDS)
    with pytest.raises(DomainError) as refused:
        merge_files(actor=desk.actor("anna"), kept=one.uid, other=one.uid)
    assert refused.value.code == "same_file"
    with pytest.raises(NotForYou):
        merge_files(actor=desk.actor("anna"), kept=one.uid, other=foreign.uid)
    PatientRecord.objects.filter(pk=other.pk).update(deceased_on=date(2026, 1, 1))
    with pytest.raises(DomainError) as refused:
        merge_files(actor=desk.actor("anna"), kept=one.uid, other=other.uid)
    assert refused.value.code == "one_deceased"


def test_likely_duplicates_leave_families_and_strangers_alone(desk, pair):
    one, other = pair
    actor = desk.actor("anna")
    create_record(actor=actor, fields={**FIELDS, "first_name": "Robert"})
    create_record(actor=actor, fields={**FIELDS, "birth_date": date(1980, 1, 1)}, despite_duplicates=True)
    create_record(actor=desk.actor("diallo"), fields=FIELDS)
    found, count = statements(lambda: likely_duplicates(actor))
    assert ([(found_pair.first, found_pair.second) for found_pair in found], count) == ([(one, other)], 2)
    for n in range(3):
        create_record(actor=actor, fields={**FIELDS, "first_name": f"Colette{chr(97 + n)}"}, despite_duplicates=True)
    assert statements(lambda: likely_duplicates(actor))[1] == 2
    assert "Comparer" in browser_of(desk, "anna").get(reverse("desk:duplicates")).content.decode()


def test_a_link_joins_the_file_to_the_person_it_is_about_and_once(desk, pair):
    one, _other = pair
    assert send_file_link(actor=desk.actor("anna"), record=one.uid) == "sms"
    envelope = composer("patients.file_link")(Message.objects.get())
    token = token_of(one)
    assert token in envelope.text
    alice = desk.users["alice"]
    person = alice.patient
    with pytest.raises(DomainError) as refused:
        accept_file_link(actor=acting(alice), token=token, patient=person.uid)
    assert refused.value.code == "link_other_person"
    type(person).objects.filter(pk=person.pk).update(
        first_name="Colette", birth_name="Autre", used_name="LEFEVRE", birth_date=date(1951, 3, 12)
    )
    accept_file_link(actor=acting(alice), token=token, patient=person.uid)
    one.refresh_from_db()
    assert (one.patient, one.linked_by) == (person, LinkOrigin.CODE)
    with pytest.raises(DomainError) as refused:
        offered_file(token)
    assert refused.value.code == "link_over"


@pytest.mark.parametrize("token", ["", "x", "00000000000000000000000000000000:x:y", "a:b", "é" * 40])
def test_a_forged_link_opens_nothing(desk, pair, token):
    with pytest.raises(DomainError) as refused:
        offered_file(token)
    assert refused.value.code == "link_over"


def test_a_link_dies_with_the_contact_it_was_sent_to(desk, pair):
    one, _other = pair
    token = token_of(one)
    PatientRecord.objects.filter(pk=one.pk).update(phone="+33611111111")
    with pytest.raises(DomainError):
        offered_file(token)


def test_link_page_never_shows_whose_file_it_is(desk, pair):
    from tests.strict import CheckedClient

    one, _other = pair
    client = CheckedClient()
    client.force_login(desk.users["alice"])
    page = client.get(reverse("patients:join_file", args=[token_of(one)])).content.decode()
    assert desk.practice.name in page
    assert "Lefèvre" not in page
    assert client.get(reverse("patients:join_file", args=["x:y:z"])).status_code == 410


def test_imported_patients_get_one_link_each_in_one_act(desk, pair):
    one, other = pair
    PatientRecord.objects.filter(pk=one.pk).update(imported_ref="A1")
    PatientRecord.objects.filter(pk=other.pk).update(imported_ref="A2", phone="", email="")
    assert send_imported_links(actor=desk.actor("anna")) == 1
    file_links.send_links_of(practice_id=desk.practice.pk, after=0)
    file_links.send_links_of(practice_id=desk.practice.pk, after=0)
    assert list(Message.objects.values_list("kind", "channel")) == [("patients.file_link", "sms")]
