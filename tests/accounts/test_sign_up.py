"""Opening an account: an address, a code, nothing else; and what a visitor held stays theirs."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.services import opening
from core import clock
from core.access import ANONYMOUS
from core.access.identify import holder_mark
from core.models import AuditEvent

from .conftest import page_text

SIGN_UP = "/compte/inscription/"
CODE = "/compte/code/"


def test_sign_up_by_code_opens_the_account(client, last_code):
    response = client.post(SIGN_UP, {"email": " Alice@Prendsoin.Example "})

    assert (response.status_code, response.url) == (302, CODE)
    response = client.post(CODE, {"code": last_code()})
    assert (response.status_code, response.url) == (302, "/compte/accueil/")
    user = User.objects.get()
    assert user.email == "alice@prendsoin.example"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "accounts.opened",
        "accounts.email_confirmed",
        "accounts.signed_in",
    ]


def test_sign_up_shows_and_sends_the_same_to_an_address_that_has_an_account(client, alice, letters):
    client.post(SIGN_UP, {"email": "new@prendsoin.example"})
    unknown = client.get(CODE)
    client.post("/compte/deconnexion/")
    client.post(SIGN_UP, {"email": alice.email})
    known = client.get(CODE)

    assert page_text(known) == page_text(unknown).replace("new@prendsoin.example", alice.email)
    first, second = letters()
    assert first.subject == second.subject
    assert len(first.text) == len(second.text)


def test_sign_up_of_a_known_address_signs_its_owner_in(client, alice, last_code):
    client.post(SIGN_UP, {"email": alice.email})
    client.post(CODE, {"code": last_code()})

    assert client.session["_auth_user_id"] == str(alice.pk)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("alice.prendsoin.example", "Il manque le « @ », par exemple alice@exemple.fr."),
        ("alice@", "Cette adresse n’est pas complète"),
        ("", "Écrivez votre adresse e-mail."),
    ],
)
def test_sign_up_says_what_is_wrong_with_an_address(client, db, email, sentence):
    response = client.post(SIGN_UP, {"email": email})

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not User.objects.exists()


def test_a_code_is_refused_after_five_wrong_ones(client, db, last_code):
    client.post(SIGN_UP, {"email": "alice@prendsoin.example"})
    right = last_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    answers = [client.post(CODE, {"code": wrong}).status_code for _ in range(5)]
    after = client.post(CODE, {"code": right})

    assert answers == [200, 200, 200, 200, 302]
    assert (after.status_code, after.url) == (302, "/compte/connexion/code/")
    assert "_auth_user_id" not in client.session


def test_a_code_is_refused_after_ten_minutes(client, db, last_code):
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False) as clock_at:
        client.post(SIGN_UP, {"email": "alice@prendsoin.example"})
        clock_at.shift(timedelta(minutes=10, seconds=1))
        client.post(CODE, {"code": last_code()})

    assert "_auth_user_id" not in client.session


def test_a_code_serves_only_the_browser_that_asked(client, db, last_code):
    client.post(SIGN_UP, {"email": "alice@prendsoin.example"})
    code = last_code()
    other = type(client)()
    other.post(SIGN_UP, {"email": "alice@prendsoin.example"})

    other.post(CODE, {"code": code})

    assert "_auth_user_id" not in other.session


def test_a_new_code_replaces_the_first(client, db, last_code):
    client.post(SIGN_UP, {"email": "alice@prendsoin.example"})
    first = last_code()
    client.post(CODE, {"action": "resend"})
    second = last_code()

    assert first != second
    client.post(CODE, {"code": first})
    assert "_auth_user_id" not in client.session
    client.post(CODE, {"code": second})
    assert "_auth_user_id" in client.session


def test_codes_to_one_address_are_counted(client, db, letters):
    answers = []
    for _ in range(6):
        answers.append(client.post(SIGN_UP, {"email": "alice@prendsoin.example"}).status_code)
        client.post("/compte/deconnexion/")

    assert answers == [302] * 5 + [429]
    assert len(letters()) == 5


def test_what_a_visitor_holds_survives_sign_up(client, last_code):
    client.post(SIGN_UP, {"email": "alice@prendsoin.example"})
    before = holder_mark(client.session)
    session = client.session
    session["held"] = "a slot"
    session.save()
    key = session.session_key

    client.post(CODE, {"code": last_code()})

    assert before
    assert holder_mark(client.session) == before
    assert client.session["held"] == "a slot"
    assert client.session.session_key != key


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/rendez-vous/confirmer/", "/rendez-vous/confirmer/"),
        ("//evil.example/", "/compte/accueil/"),
        ("https://evil.example/", "/compte/accueil/"),
        ("\\\\evil.example", "/compte/accueil/"),
        ("javascript:alert(1)", "/compte/accueil/"),
        ("https:evil.example", "/compte/accueil/"),
    ],
)
def test_sign_up_leads_back_to_this_site_only(client, db, last_code, wanted, landed):
    response = client.post(SIGN_UP, {"email": "alice@prendsoin.example", "next": wanted})
    response = client.post(response.url, {"code": last_code()})

    assert response.url == landed


def test_a_stranger_cannot_prepare_an_account_for_somebody_else(client, db, last_code):
    squatted = opening.open_account(actor=ANONYMOUS, email="alice@prendsoin.example", language="fr")
    squatted.set_password("le mot de passe de l'intrus")
    squatted.save()

    client.post(SIGN_UP, {"email": "alice@prendsoin.example"})
    client.post(CODE, {"code": last_code()})

    squatted.refresh_from_db()
    assert client.session["_auth_user_id"] == str(squatted.pk)
    assert not squatted.has_usable_password()


def test_a_confirmed_account_keeps_its_password_when_entered_by_code(client, alice, last_code):
    client.post(SIGN_UP, {"email": alice.email})
    client.post(CODE, {"code": last_code()})

    alice.refresh_from_db()
    assert alice.has_usable_password()


def test_a_suspended_account_is_answered_like_any_other(client, make_user, letters):
    user = make_user(is_active=False)

    response = client.post(SIGN_UP, {"email": user.email})

    assert (response.status_code, response.url) == (302, CODE)
    assert letters()[-1].subject == "Aucun compte à cette adresse"


def test_unconfirmed_accounts_are_forgotten_after_a_day(make_user):
    kept = make_user("kept@prendsoin.example")
    fresh = opening.open_account(actor=ANONYMOUS, email="fresh@prendsoin.example", language="fr")
    stale = opening.open_account(actor=ANONYMOUS, email="stale@prendsoin.example", language="fr")
    User.objects.filter(pk__in=[kept.pk, stale.pk]).update(date_joined=clock.now() - timedelta(days=2))

    assert opening.forget_unconfirmed() == 1
    assert set(User.objects.all()) == {kept, fresh}
