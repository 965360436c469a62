"""The practice's side and the journal: what was opened is told, what is sent stays readable, what stands out is noted."""

import pytest
from django.urls import reverse

from carnet.enums import AlertKind
from carnet.models import AccessAlert, Document
from carnet.selectors.journal import journal_of
from carnet.services import sharing
from carnet.services.reading import open_record
from core.audit import seal_audit, verify_audit
from core.models import AuditEvent
from notifications.models import Message
from practitioners.enums import Role
from tests import factories as make
from tests.carnet.documents.conftest import lay, member, put, sent_file
from tests.carnet.documents.files import pdf

pytestmark = pytest.mark.django_db


def share(alice, carer, **more):
    return sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=carer.practitioner.uid, **more
    )


def test_a_shared_record_is_listed_opened_and_told_to_the_person(alice, martin, visit):
    document = put(alice)
    share(alice, martin)
    client = martin.client

    assert alice.patient.display_name in client.get(reverse("records:records")).content.decode()
    shown = client.get(reverse("records:record", args=[alice.patient.uid])).text
    assert "Prise de sang" in shown
    assert reverse("health:shared", args=[alice.patient.uid]) in shown
    assert client.get(reverse("records:document", args=[document.uid])).status_code == 200
    assert client.get(reverse("records:file", args=[document.uid])).status_code == 200

    page = alice.client.get(reverse("carnet:journal", args=[alice.patient.uid])).content.decode()
    assert martin.practitioner.display_name in page
    assert "Document téléchargé" in page
    assert "Prise de sang" in page
    _person, lines = journal_of(alice.actor, alice.patient.uid)
    opened = [line for line in lines if line.reading]
    assert [line.unusual for line in opened] == [False, False]
    assert martin.practice.name in opened[0].as_what


def test_an_opening_without_any_visit_is_noted_once_a_day_and_told(alice):
    stranger = member(make.PracticeFactory(), Role.PRACTITIONER)
    share(alice, stranger) if stranger.practitioner.verification == "published" else _force(alice, stranger)

    for _ in range(2):
        open_record(actor=stranger.actor, patient=alice.patient.uid)

    assert AccessAlert.objects.get().kind == AlertKind.NO_VISIT
    assert "Sans rendez-vous" in alice.client.get(
        reverse("carnet:journal", args=[alice.patient.uid])
    ).content.decode().replace("\xa0", " ")


def _force(alice, carer):
    from datetime import timedelta

    from carnet.models import Grant
    from core import clock

    now = clock.now()
    Grant.objects.create(
        patient=alice.patient,
        practitioner=carer.practitioner,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=9),
    )


def test_more_than_sixty_people_in_an_hour_is_noted(alice, martin, monkeypatch):
    monkeypatch.setattr("carnet.services.watching.PEOPLE_PER_HOUR", 2)
    for _ in range(3):
        one = make.PatientFactory()
        make.AppointmentFactory(
            agenda=make.BookableAgendaFactory(practice=martin.practice),
            record=make.RecordFactory(practice=martin.practice, patient=one),
        )
        _force(type("P", (), {"patient": one}), martin)
        open_record(actor=martin.actor, patient=one.uid)

    assert [alert.kind for alert in AccessAlert.objects.all()] == [AlertKind.MANY]


def test_the_practice_sends_a_file_and_the_message_says_nothing_of_it(alice, martin, visit):
    url = reverse("records:send", args=[visit.record.uid])
    fields = {"title": "Compte rendu secret", "kind": "consultation", "form_token": "t1"}

    answer = martin.client.post(url, {**fields, "files": [sent_file(pdf())]})

    assert answer.status_code == 302
    document = Document.objects.get()
    assert document.author_practice == martin.practice
    assert {message.channel for message in Message.objects.filter(kind="carnet.document_arrived")} == {"email", "bell"}
    page = alice.client.get(reverse("carnet:documents", args=[alice.patient.uid])).content.decode()
    assert "Compte rendu secret" in page
    assert "Analyse en cours" in page


def test_a_note_is_sent_without_a_file(alice, martin, visit):
    fields = {"title": "Après la visite", "kind": "other", "note": "Revenez à jeun.", "form_token": "t1"}
    martin.client.post(reverse("records:send", args=[visit.record.uid]), fields)

    page = alice.client.get(reverse("carnet:document", args=[Document.objects.get().uid])).content.decode()
    assert "Revenez à jeun." in page


def test_sending_to_somebody_without_an_account_offers_to_invite(martin):
    file = make.RecordFactory(practice=martin.practice, patient=None, email="zoe@prendsoin.example")

    page = martin.client.get(reverse("records:send", args=[file.uid])).content.decode()
    assert "Envoyer une invitation" in page
    assert martin.client.post(reverse("records:invite", args=[file.uid])).status_code == 302
    assert Message.objects.filter(kind="patients.file_link").exists()


def test_a_document_sent_by_mistake_is_taken_back_until_it_was_read(alice, martin, visit):
    client = martin.client
    fields = {"title": "Erreur", "kind": "other", "note": "Pas pour elle.", "form_token": "t1"}
    client.post(reverse("records:send", args=[visit.record.uid]), fields)
    document = Document.objects.get()

    assert client.post(reverse("records:withdraw", args=[document.uid])).status_code == 302
    assert not Document.objects.exists()


def test_the_journal_breaks_when_a_row_is_taken_out(alice):
    put(alice)
    alice.client.get(reverse("carnet:file", args=[Document.objects.get().uid]))
    seal_audit()
    assert verify_audit().broken_at is None

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM core_auditevent WHERE action = 'carnet.open_document'")
        cursor.execute("ALTER TABLE core_auditevent ENABLE TRIGGER USER")
    assert verify_audit().broken_at is not None


@pytest.mark.parametrize("count", [1, 3])
def test_the_shared_records_cost_the_same_for_one_and_three(martin, count, django_assert_max_num_queries):
    for number in range(count):
        person = make.PatientFactory()
        user = make.UserFactory()
        person.user = user
        person.save()
        someone = type("P", (), {"patient": person, "actor": _patient(user)})
        _force(someone, martin)
        lay(someone, number)
    client = martin.client

    with django_assert_max_num_queries(30) as seen:
        client.get(reverse("records:records"))

    COUNTS.append(len(seen))
    assert len(set(COUNTS)) == 1


COUNTS: list[int] = []


def _patient(user):
    from core.access import Actor, Space

    return Actor(user_id=user.pk, space=Space.PATIENT, strong=True)


ROUTES = {
    "carnet": ("documents", "add", "bin", "shares", "share", "journal"),
    "document": ("document", "file"),
    "acts": ("remove", "restore", "hide", "conceal"),
}


@pytest.mark.parametrize("kind", ["own", "foreign", "missing"])
def test_every_door_of_a_record_is_closed_to_a_stranger(alice, charlie, kind):
    """Each address with a second factor given: the same 404 for somebody else's and for what does not exist."""
    from uuid import uuid4

    document = put(alice)
    person = alice.patient.uid if kind != "missing" else uuid4()
    paper = document.uid if kind != "missing" else uuid4()
    client = (alice if kind == "own" else charlie).client
    expected = 200 if kind == "own" else 404

    for name in ROUTES["carnet"]:
        assert client.get(reverse(f"carnet:{name}", args=[person])).status_code == expected, name
    for name in ROUTES["document"]:
        assert client.get(reverse(f"carnet:{name}", args=[paper])).status_code == expected, name
    assert client.get(reverse("carnet:page", args=[paper, 1])).status_code == expected
    for name in ROUTES["acts"]:
        answer = client.post(reverse(f"carnet:{name}", args=[paper]))
        assert answer.status_code == (302 if kind == "own" else 404), name
    opened = AuditEvent.objects.filter(action="carnet.open_document").exists()
    assert opened is (kind == "own")
