"""What the page of a visit says of the record, on both sides."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from carnet.models import Grant
from carnet.models.prevention import CheckupForm
from carnet.services.sending import send_document
from core import clock
from practitioners.enums import Role
from tests.carnet.documents.conftest import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(martin, visit):
    return send_document(
        actor=martin.actor,
        record=visit.record.uid,
        title="Compte rendu du jour",
        note="Revenez à jeun.",
        appointment=visit.uid,
    )


def mine(someone, visit):
    return someone.client.get(reverse("booking:appointment", args=[visit.uid])).content.decode()


def theirs(carer, visit):
    return carer.client.get(reverse("desk:visit", args=[visit.uid])).content.decode()


def test_the_patient_shares_from_the_page_of_the_visit(alice, visit):
    link = f"{reverse('carnet:share', args=[alice.patient.uid])}?avec=appointment:{visit.uid.hex}"
    assert link in mine(alice, visit)
    assert alice.client.get(link).status_code == 200


def test_what_is_already_open_says_until_when(alice, martin, visit):
    now = clock.now()
    Grant.objects.create(
        patient=alice.patient, practitioner=martin.practitioner, starts_at=now, ends_at=now + timedelta(days=30)
    )
    shown = mine(alice, visit)
    assert "Ce soignant peut lire votre carnet jusqu’au" in shown
    assert "avec=appointment" not in shown


def test_the_documents_of_the_visit_are_there(alice, visit, sent):
    shown = mine(alice, visit)
    assert "Compte rendu du jour" in shown
    assert reverse("carnet:document", args=[sent.uid]) in shown


def test_titles_wait_for_the_second_factor(alice, visit, sent):
    client = alice.client
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    shown = client.get(reverse("booking:appointment", args=[visit.uid])).content.decode()
    assert "Compte rendu du jour" not in shown
    assert "1 document envoyé pour ce rendez-vous" in shown


def test_the_page_of_a_visit_costs_the_same_for_one_document_and_for_three(
    alice, martin, visit, sent, django_assert_max_num_queries
):
    client, url = alice.client, reverse("booking:appointment", args=[visit.uid])
    client.get(url)
    with django_assert_max_num_queries(60) as first:
        client.get(url)
    for number in range(2):
        send_document(
            actor=martin.actor, record=visit.record.uid, title=f"n {number}", note="Bien.", appointment=visit.uid
        )
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert "n 1" in client.get(url).content.decode()


def test_the_practice_sees_what_it_sent_and_sends_from_there(martin, visit, sent):
    shown = theirs(martin, visit)
    assert "Compte rendu du jour" in shown
    assert f"{reverse('records:send', args=[visit.record.uid])}?rendez-vous={visit.uid}" in shown
    assert "Le patient ne vous a rien partagé." in shown


def test_the_questionnaire_joined_to_the_visit_opens_for_who_performs_it_alone(alice, martin, visit):
    form = CheckupForm.objects.create(
        patient=alice.patient,
        questionnaire="MBP-45",
        version="2026",
        answers=json.dumps({}),
        consented_at=clock.now(),
        appointment=visit,
        sent_at=clock.now(),
    )
    paper = reverse("health:checkup_paper", args=[form.uid])
    sophie = member(martin.practice, Role.SECRETARY, carer=False, all_agendas=True)

    assert paper in theirs(martin, visit)
    assert martin.client.get(paper).status_code == 200
    assert paper not in theirs(sophie, visit)
    assert sophie.client.get(paper).status_code == 404
    assert "bilan prévention est joint" in mine(alice, visit)


def test_a_colleague_sees_neither_titles_nor_a_way_into_the_record(martin, alice, visit, sent):
    other = member(martin.practice, Role.OWNER, name="Petit", all_agendas=True)
    shown = theirs(other, visit)
    assert "Compte rendu du jour" not in shown
    assert reverse("records:record", args=[alice.patient.uid]) not in shown
