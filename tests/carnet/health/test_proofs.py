"""What proves a dose: a document of the record, or a professional whom the record is open to for adding."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from carnet.enums_health import Proof
from carnet.models import Document, Grant, Vaccination
from carnet.refusals_health import HealthRefusal
from carnet.services import filing, vaccinations
from carnet.services.dose_proofs import confirm_dose, prove_dose, take_back_confirmation
from carnet.services.given_doses import give_doses
from carnet.services.sharing import block_practitioner
from core import clock
from core.access import system_actor
from core.exceptions import NotForYou
from practitioners.enums import Role
from tests.carnet.documents.conftest import _own_storage, lay, lilas, martin, member, visit

__all__ = ["_own_storage", "lilas", "martin", "visit"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def dose(alice):
    (noted,) = vaccinations.note_doses(
        actor=alice.actor, patient=alice.patient.uid, vaccines=["dtp"], given_on=date(2021, 5, 4)
    )
    return noted


def share(alice, level="add", **to):
    now = clock.now()
    return Grant.objects.create(
        patient=alice.patient, level=level, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9), **to
    )


def proof(dose):
    return Vaccination.objects.get(pk=dose.pk).proof


def test_a_document_proves_a_dose_until_it_is_untied(alice, dose):
    paper = lay(alice, 1, kind="vaccination", title="Carnet papier")
    client, page = alice.client, reverse("health:dose", args=[dose.uid])
    assert "Carnet papier" in client.get(page).content.decode()

    client.post(reverse("health:prove_dose", args=[dose.uid]), {"document": str(paper.uid)})
    assert proof(dose) == Proof.DOCUMENT
    assert "Prouvé par un document" in client.get(reverse("health:vaccines", args=[alice.patient.uid])).content.decode()

    client.post(reverse("health:prove_dose", args=[dose.uid]), {"document": "aucun"})
    assert proof(dose) == Proof.DECLARED


def test_a_proven_dose_is_not_rewritten_nor_erased(alice, dose):
    prove_dose(actor=alice.actor, vaccination=dose.uid, document=lay(alice, 1).uid)
    with pytest.raises(HealthRefusal, match="proven"):
        vaccinations.change_dose(actor=alice.actor, vaccination=dose.uid, given_on=date(2020, 1, 1))
    with pytest.raises(HealthRefusal, match="proven"):
        vaccinations.remove_dose(actor=alice.actor, vaccination=dose.uid)


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_document_that_was_not_found_clean_proves_nothing(alice, dose, state):
    paper = lay(alice, 1, state=state)
    with pytest.raises(HealthRefusal) as refused:
        prove_dose(actor=alice.actor, vaccination=dose.uid, document=paper.uid)
    assert refused.value.code == "not_a_proof"


def test_the_document_of_somebody_else_proves_nothing(alice, charlie, dose):
    paper = lay(charlie, 1)
    with pytest.raises(HealthRefusal) as refused:
        prove_dose(actor=alice.actor, vaccination=dose.uid, document=paper.uid)
    assert refused.value.code == "not_a_proof"
    assert alice.client.post(
        reverse("health:prove_dose", args=[dose.uid]), {"document": str(paper.uid)}
    ).url == reverse("health:dose", args=[dose.uid])
    assert proof(dose) == Proof.DECLARED


def test_erasing_the_document_makes_the_dose_declared_again(alice, dose):
    paper = lay(alice, 1)
    prove_dose(actor=alice.actor, vaccination=dose.uid, document=paper.uid)
    filing.remove_document(actor=alice.actor, document=paper.uid)
    Document.objects.filter(pk=paper.pk).update(purge_at=clock.now() - timedelta(days=1))

    filing.purge_bin(actor=system_actor("tests"))

    found = Vaccination.objects.get(pk=dose.pk)
    assert (found.proof, found.document) == (Proof.DECLARED, None)


def test_a_professional_who_may_add_confirms_and_takes_it_back(alice, martin, dose):
    share(alice, practitioner=martin.practitioner)
    client, url = martin.client, reverse("health:confirm_dose", args=[dose.uid])
    assert "Confirmer" in client.get(reverse("health:shared", args=[alice.patient.uid])).content.decode()

    client.post(url)
    found = Vaccination.objects.get(pk=dose.pk)
    assert (found.proof, found.confirmed_by) == (Proof.PRACTITIONER, martin.practitioner)
    mine = alice.client.get(reverse("health:vaccines", args=[alice.patient.uid])).content.decode()
    assert "Confirmé par un soignant" in mine
    assert martin.practitioner.display_name in mine
    assert alice.client.get(reverse("health:dose", args=[dose.uid])).status_code == 200

    client.post(url, {"reprendre": "1"})
    assert proof(dose) == Proof.DECLARED


def test_a_professional_notes_what_they_gave_and_takes_it_back(alice, martin, dose):
    share(alice, practitioner=martin.practitioner)
    path = reverse("health:give_doses", args=[alice.patient.uid])
    assert path in martin.client.get(reverse("health:shared", args=[alice.patient.uid])).content.decode()
    assert "Noter un vaccin fait" in martin.client.get(path).content.decode()
    sent = {"vaccines": ["flu", "dtp"], "when": "other", "given_on": "04/05/2021", "lot": "A12", "form_token": "t1"}
    assert martin.client.post(path, {**sent, "vaccines": []}).status_code == 422

    assert martin.client.post(path, sent).url == martin.client.post(path, sent).url

    given = Vaccination.objects.get(vaccine="flu")
    assert (given.proof, given.confirmed_by, given.lot) == (Proof.PRACTITIONER, martin.practitioner, "A12")
    assert given.given_by == martin.practitioner.display_name
    # What alice had declared that day is confirmed, not doubled.
    assert Vaccination.objects.get(vaccine="dtp").proof == Proof.PRACTITIONER
    assert Vaccination.objects.count() == 2
    again = martin.client.post(path, {**sent, "form_token": "t2"})
    assert again.status_code == 422
    with pytest.raises(HealthRefusal, match="proven"):
        vaccinations.remove_dose(actor=alice.actor, vaccination=given.uid)
    journal = alice.client.get(reverse("carnet:journal", args=[alice.patient.uid])).content.decode()
    assert "Vaccin noté par un professionnel" in journal

    take_back_confirmation(actor=martin.actor, vaccination=given.uid)
    take_back_confirmation(actor=martin.actor, vaccination=dose.uid)
    assert [(row.pk, row.proof) for row in Vaccination.objects.all()] == [(dose.pk, Proof.DECLARED)]


@pytest.mark.parametrize("level", ["read", None])
def test_nobody_notes_doses_in_a_record_they_may_not_add_to(alice, martin, level):
    if level:
        share(alice, level=level, practitioner=martin.practitioner)
    path = reverse("health:give_doses", args=[alice.patient.uid])

    assert (martin.client.get(path).status_code, martin.client.post(path).status_code) == (404, 404)
    with pytest.raises(NotForYou):
        give_doses(actor=martin.actor, patient=alice.patient.uid, vaccines=["dtp"], given_on=date(2021, 5, 4))
    assert not Vaccination.objects.exists()


def test_what_a_professional_confirmed_the_person_does_not_change(alice, martin, dose):
    share(alice, practitioner=martin.practitioner)
    confirm_dose(actor=martin.actor, vaccination=dose.uid)
    with pytest.raises(HealthRefusal) as refused:
        prove_dose(actor=alice.actor, vaccination=dose.uid, document=lay(alice, 1).uid)
    assert refused.value.code == "confirmed"


def test_only_who_confirmed_takes_it_back(alice, martin, dose):
    other = member(martin.practice, Role.PRACTITIONER, name="Petit")
    share(alice, practice=martin.practice)
    confirm_dose(actor=martin.actor, vaccination=dose.uid)
    with pytest.raises(HealthRefusal) as refused:
        take_back_confirmation(actor=other.actor, vaccination=dose.uid)
    assert refused.value.code == "not_confirmed_by_you"


@pytest.mark.parametrize(
    "who", ["no share", "read only", "one document", "secretary", "blocked", "expired", "the person", "a stranger"]
)
def test_nobody_else_confirms(alice, charlie, martin, dose, who):
    if who == "read only":
        share(alice, level="read", practitioner=martin.practitioner)
    elif who == "one document":
        share(alice, practitioner=martin.practitioner, document=lay(alice, 1))
    elif who == "expired":
        row = share(alice, practitioner=martin.practitioner)
        row.ends_at = clock.now() - timedelta(minutes=1)
        row.save()
    elif who in {"secretary", "blocked", "the person", "a stranger"}:
        share(alice, practice=martin.practice)
    if who == "blocked":
        block_practitioner(actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid)
    actor = {
        "secretary": lambda: member(martin.practice, Role.SECRETARY, carer=False, all_agendas=True).actor,
        "the person": lambda: alice.actor,
        "a stranger": lambda: charlie.actor,
    }.get(who, lambda: martin.actor)()
    with pytest.raises(NotForYou):
        confirm_dose(actor=actor, vaccination=dose.uid)
