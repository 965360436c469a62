"""Every page of the package, as owner, relative, stranger and visitor: what one may not know about is a 404."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from core import clock
from patients.enums import Level, Relation
from patients.models import Guardianship, Patient
from tests import factories as make

LISTS = ("patients:identity", "patients:people", "patients:add")
OF_A_PERSON = ("patients:person", "patients:edit", "patients:remove", "patients:invite")


@pytest.mark.parametrize("name", LISTS)
def test_own_pages_answer_their_owner_and_send_a_visitor_to_sign_in(alice, leo, client, name):
    assert alice.client.get(reverse(name)).status_code == 200

    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", LISTS)
def test_own_pages_are_not_those_of_a_practice(sophie, name):
    client = sophie.client
    session = client.session
    session["space"] = f"practice:{make.Practice.objects.get(pk=sophie.actor.practice_id).uid}"
    session.save()

    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_person_pages_of_a_child(alice, bob, charlie, leo, bob_granted, client, name):
    address = reverse(name, args=[leo.uid])

    assert bob.client.get(address).status_code == 200
    assert alice.client.get(address).status_code == (404 if name == "patients:invite" else 200)
    assert charlie.client.get(address).status_code == 404
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", OF_A_PERSON)
@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_and_missing_people_answer_alike(charlie, leo, name, method):
    client = charlie.client
    foreign = getattr(client, method)(reverse(name, args=[leo.uid]))
    missing = getattr(client, method)(reverse(name, args=[uuid4()]))

    expected = 405 if (name, method) == ("patients:person", "post") else 404
    assert foreign.status_code == missing.status_code == expected
    assert masked(foreign) == masked(missing)


def masked(answer) -> str:
    """The page without what is drawn anew at each request."""
    import re

    text = re.sub(r'(csrfmiddlewaretoken" value|nonce|data-request)="[^"]*"', "", answer.content.decode())
    return re.sub(r"[0-9a-f]{32}|[0-9a-f-]{36}|[A-Za-z0-9]{64}", "", text)


@pytest.mark.parametrize("name", OF_A_PERSON)
@pytest.mark.parametrize("dead", ["pending", "expired", "revoked", "not_yet_started"])
def test_dead_relations_reach_nothing(bob, leo, name, dead):
    hour, now = timedelta(hours=1), clock.now()
    times = {
        "pending": {"accepted_at": None},
        "expired": {"ends_at": now - hour},
        "revoked": {"ends_at": now},
        "not_yet_started": {"starts_at": now + hour},
    }[dead]
    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.GRANTED, **times)
    client = bob.client

    assert client.get(reverse(name, args=[leo.uid])).status_code == 404
    assert client.post(reverse(name, args=[leo.uid]), {"first_name": "X"}).status_code in {404, 405}
    leo.refresh_from_db()
    assert (leo.first_name, leo.removed_at) == ("Léo", None)


def test_right_ended_while_the_page_is_open_is_gone_at_the_next_request(bob, leo, bob_granted):
    client = bob.client
    address = reverse("patients:person", args=[leo.uid])
    assert client.get(address).status_code == 200

    Guardianship.objects.filter(pk=bob_granted.pk).update(ends_at=clock.now())

    assert client.get(address).status_code == 404
    assert "Léo" not in client.get(reverse("patients:people")).content.decode()


def test_rights_are_ended_by_guardian_or_person_only(alice, bob, charlie, client):
    right = make.GuardianshipFactory(user=bob.user, patient=alice.patient, relation=Relation.SPOUSE)
    address = reverse("patients:revoke", args=[right.uid])

    assert "Bob Moreau" in alice.client.get(address).content.decode()
    assert "Alice Moreau" in bob.client.get(address).content.decode()
    for method in ("get", "post"):
        assert getattr(charlie.client, method)(address).status_code == 404
        assert getattr(client, method)(address).status_code == 302
    assert right in Guardianship.objects.active(clock.now())


def test_contact_and_withdrawal_are_closed_to_others(alice, charlie, bob, leo, bob_granted, client):
    sent = make.InvitationFactory(patient=alice.patient, invited_by=alice.user)
    for address in (
        reverse("patients:contact", args=[bob_granted.uid]),
        reverse("patients:withdraw", args=[sent.uid]),
    ):
        assert charlie.client.post(address).status_code == 404
        assert client.post(address).status_code == 302
        assert alice.client.get(address).status_code == 405
    assert alice.client.post(reverse("patients:contact", args=[bob_granted.uid])).status_code == 404


def test_invitation_says_nothing_before_sign_in_with_the_right_address(alice, bob, charlie, client):
    sent = make.InvitationFactory(patient=alice.patient, invited_by=alice.user, email=bob.user.email)
    address = reverse("patients:invitation", args=[sent.uid])

    visitor = client.get(address, follow=True)
    missing = client.get(reverse("patients:invitation", args=[uuid4()]), follow=True)
    assert masked(visitor).replace(address, "") == masked(missing).replace(missing.redirect_chain[0][0], "")
    for stranger in (charlie, alice):
        page = stranger.client.get(address)
        assert page.status_code == 404
        assert "Bob" not in page.content.decode()
    assert "Alice Moreau" in bob.client.get(address).content.decode()


def test_file_pages_need_a_practice_of_the_directory_and_a_person_of_ones_own(alice, charlie, leo, client):
    practice = make.AgendaFactory().practice
    unpublished = make.AgendaFactory(practitioner__verification="declared").practice

    assert alice.client.get(reverse("patients:link_file", args=[practice.uid])).status_code == 200
    assert alice.client.get(reverse("patients:link_file", args=[unpublished.uid])).status_code == 404
    assert alice.client.get(reverse("patients:link_code", args=[practice.uid, leo.uid])).status_code == 200
    assert charlie.client.get(reverse("patients:link_code", args=[practice.uid, leo.uid])).status_code == 404
    assert (
        charlie.client.post(reverse("patients:link_file", args=[practice.uid]), {"patient": leo.uid}).status_code == 422
    )
    assert client.get(reverse("patients:link_file", args=[practice.uid])).status_code == 302


def test_removed_person_is_gone_from_every_page(alice, leo):
    Patient.objects.filter(pk=leo.pk).update(removed_at=clock.now())

    for name in OF_A_PERSON:
        assert alice.client.get(reverse(name, args=[leo.uid])).status_code == 404
