"""A document of a claim is opened by nobody before the search for malware has called it clean."""

import pytest
from django.urls import reverse

from core.access import system_actor
from core.exceptions import DomainError, NotForYou
from core.models import Job
from core.scanners import TEST_SIGNATURE
from notifications.testing import deliver_all
from practitioners.claim_states import ClaimState, Scan
from practitioners.services.claims import (
    ask_late_inspections,
    inspect_document,
    open_document,
    review_claim,
    send_document,
)
from practitioners.services.claims.inspecting import INSPECT
from tests.practitioners.claims.people import PDF, claimant, declared, registered, sent, sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    registered()
    return declared(claimant())


def owner(claim):
    return claimant(claim.user)


def test_until_the_scan_has_spoken_staff_neither_opens_nor_agrees(claim, settings, client):
    settings.SCANNER_URL = ""
    judge = staff()
    piece = sent(owner(claim), claim)

    assert piece.scan == Scan.WAITING
    assert Job.objects.filter(kind=INSPECT).get().payload == {"document": piece.pk}
    with pytest.raises(NotForYou):
        open_document(actor=judge, claim=claim.uid, document=piece.uid)
    with pytest.raises(DomainError, match="review_nothing"):
        review_claim(actor=judge, claim=claim.uid, approved=True)
    page = sign_in(client, type(claim.user).objects.get(pk=judge.user_id), "platform")
    shown = page.get(reverse("practitioners:verification_claim", args=[claim.uid])).content.decode()
    assert "elle ne s’ouvre pas encore" in shown

    settings.SCANNER_URL = "builtin://"
    Job.objects.all().delete()
    assert ask_late_inspections(actor=system_actor("tests")) == 1
    inspect_document(actor=system_actor("tests"), document=piece.pk)
    assert open_document(actor=judge, claim=claim.uid, document=piece.uid).content == PDF
    assert ask_late_inspections(actor=system_actor("tests")) == 0


def test_malware_is_erased_unopened_and_the_claimant_asked_for_another(claim, client):
    piece = sent(owner(claim), claim, PDF + TEST_SIGNATURE)

    assert (piece.scan, piece.content, piece.name) == (Scan.REFUSED, "", "")
    with pytest.raises(NotForYou):
        open_document(actor=staff(), claim=claim.uid, document=piece.uid)
    assert any("refusée par l’antivirus" in letter.text for letter in deliver_all())
    address = reverse("practitioners:claim", args=[claim.uid])
    sign_in(client, claim.user)
    assert "Envoyez-en une autre" in client.get(address).content.decode()
    assert sent(owner(claim), claim).scan == Scan.CLEAN
    assert "Envoyez-en une autre" not in client.get(address).content.decode()


def test_decision_empties_what_still_waits_and_the_scan_leaves_it_so(claim):
    piece = send_document(actor=owner(claim), claim=claim.uid, name="carte.pdf", content=PDF)
    review_claim(actor=staff(), claim=claim.uid, approved=False, reason="Rien à voir.")

    inspect_document(actor=system_actor("tests"), document=piece.pk)

    piece.refresh_from_db()
    assert (piece.scan, piece.content) == (Scan.WAITING, "")
    claim.refresh_from_db()
    assert claim.state == ClaimState.REFUSED


def test_nobody_but_the_site_calls_a_document_clean(claim):
    piece = send_document(actor=owner(claim), claim=claim.uid, name="carte.pdf", content=PDF)
    for act in (
        lambda who: inspect_document(actor=who, document=piece.pk),
        lambda who: ask_late_inspections(actor=who),
    ):
        with pytest.raises(NotForYou):
            act(staff())
