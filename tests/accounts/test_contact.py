"""Changing the address and the number by which one is reached: proof first, a code to the new one, a word to the old."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress

from accounts.models import User
from core import clock
from core.models import AuditEvent

from .conftest import PASSWORD, page_text

EMAIL = "/compte/email/"
PHONE = "/compte/telephone/"


def ask(client, email):
    return client.post(EMAIL, {"email": email, "action_add": "1"})


def test_the_address_changes_once_the_new_one_gave_its_code(client, alice, sign_in, letters, last_code):
    sign_in(alice)
    response = ask(client, "Alice.New@prendsoin.example")
    assert (response.status_code, response.url) == (302, "/compte/email/code/")
    alice.refresh_from_db()
    assert alice.email == "alice@prendsoin.example"
    assert letters()[-1].to == "alice.new@prendsoin.example"

    client.post("/compte/email/code/", {"code": last_code()})

    alice.refresh_from_db()
    assert alice.email == "alice.new@prendsoin.example"
    found = EmailAddress.objects.get(user=alice)
    assert (found.email, found.verified, found.primary) == ("alice.new@prendsoin.example", True, True)
    notice = letters()[-1]
    assert notice.to == "alice@prendsoin.example"
    assert "alice.new@prendsoin.example" in notice.text
    assert AuditEvent.objects.filter(action="accounts.email_changed", user_id=alice.pk).exists()


def test_a_wrong_code_leaves_the_address(client, alice, sign_in):
    sign_in(alice)
    ask(client, "new@prendsoin.example")
    for _ in range(5):
        client.post("/compte/email/code/", {"code": "000000"})

    alice.refresh_from_db()
    assert alice.email == "alice@prendsoin.example"


def test_the_address_of_somebody_else_is_answered_like_a_free_one(client, alice, make_user, sign_in, letters):
    make_user("bob@prendsoin.example")
    sign_in(alice)

    pages = []
    for email in ("bob@prendsoin.example", "free@prendsoin.example"):
        with time_machine.travel(clock.now() + timedelta(minutes=1 + len(pages))):
            response = ask(client, email)
            pages.append((response.url, page_text(client.get(response.url)).replace(email, "ADDRESS")))

    assert pages[0] == pages[1]


def test_the_address_of_somebody_else_is_not_taken_even_with_its_code(client, alice, make_user, sign_in, last_code):
    bob = make_user("bob@prendsoin.example")
    sign_in(alice)
    ask(client, bob.email)

    response = client.post("/compte/email/code/", {"code": last_code()})

    assert response.status_code == 200
    assert set(User.objects.values_list("email", flat=True)) == {"alice@prendsoin.example", "bob@prendsoin.example"}


def test_an_old_session_proves_itself_first(client, alice, sign_in):
    sign_in(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        response = ask(client, "new@prendsoin.example")
        assert (response.status_code, response.url) == (
            302,
            "/compte/verification/mot-de-passe/?next=%2Fcompte%2Femail%2F",
        )

        refused = client.post(response.url, {"password": "pas le bon mot"})
        resumed = client.post(response.url, {"password": PASSWORD, "next": EMAIL})

    assert "Ce mot de passe ne correspond pas" in refused.content.decode()
    assert resumed.url == "/compte/email/code/"


def test_an_account_without_password_proves_itself_by_a_code(client, make_user, last_code, letters):
    user = make_user(password=None)
    client.post("/compte/connexion/code/", {"email": user.email})
    client.post("/compte/code/", {"code": last_code()})
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        response = ask(client, "new@prendsoin.example")
        assert response.url == "/compte/verification/code/?next=%2Fcompte%2Femail%2F"
        before = len(letters())
        assert client.get(response.url).status_code == 200
        assert len(letters()) == before

        client.post(response.url, {"action": "send", "next": EMAIL})
        assert letters()[-1].to == user.email
        wrong = client.post(response.url, {"code": "000000", "next": EMAIL})
        assert "Ce code ne correspond pas" in wrong.content.decode()
        resumed = client.post(response.url, {"code": last_code(), "next": EMAIL})

    assert resumed.url == "/compte/email/code/"
    assert letters()[-1].to == "new@prendsoin.example"


def test_the_proof_by_code_ends_after_five_wrong_ones(client, make_user, last_code):
    user = make_user(password=None)
    client.post("/compte/connexion/code/", {"email": user.email})
    client.post("/compte/code/", {"code": last_code()})
    client.post("/compte/verification/code/", {"action": "send"})
    right = last_code()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        for _ in range(5):
            client.post("/compte/verification/code/", {"code": "000000"})
        client.post("/compte/verification/code/", {"code": right})

        assert ask(client, "new@prendsoin.example").url.startswith("/compte/verification/code/")


def test_the_number_is_confirmed_by_sms(client, alice, sign_in, letters, last_code):
    sign_in(alice)
    response = client.post(PHONE, {"phone": "06 12 34 56 78"})
    assert (response.status_code, response.url) == (302, "/compte/telephone/code/")
    sms = letters()[-1]
    assert (sms.to, sms.subject) == ("+33612345678", "")
    alice.refresh_from_db()
    assert alice.phone is None

    client.post("/compte/telephone/code/", {"code": last_code()})

    alice.refresh_from_db()
    assert str(alice.phone) == "+33612345678"
    assert alice.phone_verified_at is not None
    assert letters()[-1].to == alice.email


def test_two_people_may_share_a_number(client, alice, make_user, sign_in, last_code):
    make_user("bob@prendsoin.example", phone="+33612345678", phone_verified_at=clock.now())
    sign_in(alice)
    client.post(PHONE, {"phone": "0612345678"})
    client.post("/compte/telephone/code/", {"code": last_code()})

    alice.refresh_from_db()
    assert str(alice.phone) == "+33612345678"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("06 12 34 56 7", "Il manque un chiffre : un numéro français en compte 10."),
        ("01 48 97 20 14", "ligne fixe"),
        ("", "Écrivez votre numéro de mobile."),
    ],
)
def test_a_number_that_cannot_receive_a_code_is_refused(client, alice, sign_in, typed, sentence):
    sign_in(alice)

    response = client.post(PHONE, {"phone": typed})

    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_codes_by_sms_are_counted(client, alice, sign_in):
    sign_in(alice)
    answers = []
    for minute in range(5):
        with time_machine.travel(clock.now() + timedelta(minutes=minute)):
            answers.append(client.post(PHONE, {"phone": "06 12 34 56 78"}).status_code)

    assert answers == [302, 302, 302, 429, 429]


def test_the_number_can_be_taken_away(client, alice, sign_in, letters):
    alice.phone, alice.phone_verified_at = "+33612345678", clock.now()
    alice.save()
    sign_in(alice)

    client.post("/compte/telephone/retirer/")

    alice.refresh_from_db()
    assert (alice.phone, alice.phone_verified_at) == (None, None)
    assert letters()[-1].subject == "Numéro de mobile changé"
