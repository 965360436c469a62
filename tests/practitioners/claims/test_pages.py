"""The pages of a claim and of its verification."""

import re

import pytest
from django.urls import reverse

from core.access import system_actor
from practitioners.claim_states import ClaimState
from practitioners.enums import VerificationState
from practitioners.models import Agenda, Claim
from practitioners.services.claims import inspect_document, prove_by_identity, review_claim
from tests.factories import PlaceFactory, SpecialtyFactory, UserFactory
from tests.practitioners.claims.people import (
    PDF,
    RPPS,
    claimant,
    declared,
    file,
    identity,
    registered,
    sent,
    sign_in,
    staff,
)

pytestmark = pytest.mark.django_db

WHO = {"rpps": RPPS, "last_name": "Le Guen", "first_name": "Anne", "profession": "10"}


@pytest.fixture
def anne():
    return registered()


@pytest.fixture
def user():
    return UserFactory()


def claim_of(user):
    return Claim.objects.get(user=user)


def test_visitor_signs_in_and_account_without_second_factor_sets_one_up(client, anne, user):
    address = reverse("practitioners:claim_page", args=[anne.slug])
    assert "/compte/connexion/" in client.get(address).url
    sign_in(client, user, strong=False)
    assert "second-facteur" in client.get(address).url


def test_claim_from_a_listing_takes_its_own_number_only(client, anne, user):
    sign_in(client, user)
    address = reverse("practitioners:claim_page", args=[anne.slug])

    page = client.get(address).content.decode()
    refused = client.post(address, WHO | {"rpps": "10101215225"})

    assert "Vous êtes Dr Anne Le Guen" in page
    assert "Ce numéro n’est pas celui de cette fiche." in refused.content.decode()
    assert client.post(address, WHO).url == reverse("practitioners:claim", args=[claim_of(user).uid])
    assert client.get(address).url == reverse("practitioners:claim", args=[claim_of(user).uid])
    type(claim_of(user)).objects.all().delete()
    for gone in ({"struck_off_on": "2026-05-01"}, {"struck_off_on": None, "unlisted": True}):
        type(anne).objects.filter(pk=anne.pk).update(**gone)
        assert client.get(address).status_code == 404


def test_title_and_specialty_come_from_the_register_whatever_is_posted(client, anne, user):
    sign_in(client, user)
    surgeon = SpecialtyFactory(slug="chirurgien", name="Chirurgien", name_en="Surgeon")
    forged = {
        "title": "Pr",
        "specialty": surgeon.pk,
        "verification": "published",
        "state": "published",
        "user": user.pk,
    }
    client.post(reverse("practitioners:claim_new"), WHO | forged)
    claim = claim_of(user)
    assert claim.state == ClaimState.REGISTER_MATCH
    prove_by_identity(actor=claimant(user), claim=claim.uid, identity=identity())
    client.post(reverse("practitioners:claim_practice", args=[claim.uid]), practice() | forged)

    anne.refresh_from_db()
    assert (anne.title, anne.specialty.slug, anne.verification) == ("Dr", "medecin-generaliste", "published")
    assert (anne.first_name, anne.last_name) == ("Anne", "Le Guen")


def practice(**changed):
    given = {"name": "Cabinet Le Guen", "kind": "office", "street": "14 rue de Paris", "postcode": "93260"}
    return given | {"town": "Les Lilas", "phone": "01 99 00 12 34"} | changed


def test_practice_is_prefilled_from_the_register_and_leads_to_the_guide(client, anne, user):
    sign_in(client, user)
    claim = declared(claimant(user))
    prove_by_identity(actor=claimant(user), claim=claim.uid, identity=identity())
    address = reverse("practitioners:claim_practice", args=[claim.uid])

    page = client.get(address).content.decode()
    wrong = client.post(address, practice(town="Marseille"))
    answer = client.post(address, practice())

    for said in ('value="14 rue de Paris"', 'value="93260"', 'value="Les Lilas"', "Médecin généraliste"):
        assert said in page
    assert wrong.status_code == 422
    agenda = Agenda.objects.get(practitioner=anne)
    assert answer.url == reverse("desk:setup_start_agenda", args=[agenda.uid])
    assert client.session["space"] == f"practice:{agenda.practice.uid}"
    assert client.get(answer.url).status_code == 200
    assert Agenda.objects.get().location.place == PlaceFactory()


def test_document_is_sent_looked_at_twice_and_the_page_follows(client, anne, user):
    sign_in(client, user)
    claim = declared(claimant(user))
    send = reverse("practitioners:claim_document", args=[claim.uid])
    assert client.post(send, {"document": file(b"<html>")}).status_code == 422
    assert client.post(send).status_code == 422
    client.post(send, {"document": file()})
    inspect_document(actor=system_actor("tests"), document=claim.documents.get().pk)
    assert "1 pièce reçue" in client.get(reverse("practitioners:claim", args=[claim.uid])).content.decode()

    judge = sign_in(type(client)(), UserFactory(is_platform_staff=True), "platform")
    address = reverse("practitioners:verification_claim", args=[claim.uid])
    assert "Dr Anne Le Guen" in judge.get(reverse("practitioners:verification")).content.decode()
    assert user.email in judge.get(address).content.decode()
    piece = judge.get(reverse("practitioners:verification_document", args=[claim.uid, claim.documents.get().uid]))
    assert (piece.content, piece["Content-Type"]) == (PDF, "application/pdf")
    assert piece["Content-Disposition"].startswith("attachment")
    assert piece["Content-Security-Policy"].startswith("sandbox")
    assert judge.post(address, {"approved": "0", "reason": ""}).status_code == 422
    assert judge.post(address, {"approved": "1"}).status_code == 302
    assert "la seconde personne doit être une autre" in judge.get(address).content.decode()
    assert judge.post(address, {"approved": "1"}).status_code == 422
    review_claim(actor=staff(), claim=claim.uid, approved=True)
    assert "Décrire mon cabinet" in client.get(reverse("practitioners:claim", args=[claim.uid])).content.decode()


def test_second_claimant_reads_nothing_of_the_first(client, anne, user):
    first = UserFactory(email="premiere@prendsoin.example")
    declared(claimant(first))
    sign_in(client, user)
    client.post(reverse("practitioners:claim_new"), WHO)

    page = client.get(reverse("practitioners:claim", args=[claim_of(user).uid])).content.decode()

    assert "Une autre demande porte sur cette fiche" in page
    assert "premiere" not in page
    assert not re.search(r"refus|fraud", page)


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_the_staff_takes_the_same_statements(client, count, django_assert_max_num_queries):
    numbers = ("10002909371", "10101215225", "10000000017")
    for number in numbers[:count]:
        registered(number, slug=f"p-{number}")
        actor = claimant()
        claim = declared(actor, rpps=number)
        sent(actor, claim)
    judge = sign_in(client, UserFactory(is_platform_staff=True), "platform")

    with django_assert_max_num_queries(9):
        page = judge.get(reverse("practitioners:verification")).content.decode()

    assert page.count("0 sur 2") == count


def test_claim_of_another_does_not_exist(client, anne, user):
    claim = declared(claimant())
    sign_in(client, user)

    assert client.get(reverse("practitioners:claim", args=[claim.uid])).status_code == 404
    assert client.post(reverse("practitioners:claim_withdraw", args=[claim.uid])).status_code == 404


def test_withdrawn_claim_says_so_and_offers_another(client, anne, user):
    sign_in(client, user)
    claim = declared(claimant(user))

    client.post(reverse("practitioners:claim_withdraw", args=[claim.uid]))

    page = client.get(reverse("practitioners:claim", args=[claim.uid])).content.decode()
    assert "Vous avez retiré cette demande" in page
    assert client.get(reverse("practitioners:claim_new")).status_code == 200
    anne.refresh_from_db()
    assert anne.verification == VerificationState.REGISTER
