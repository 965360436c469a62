"""Taking one's data away and closing the account; the other apps add their part through the registry."""

import json
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts import registry
from accounts.models import User
from core import clock
from core.exceptions import DomainError
from core.models import AuditEvent

from .conftest import PASSWORD, totp_code

EXPORT = "/compte/donnees/"
CLOSE = "/compte/fermer/"


@pytest.fixture
def other_apps(monkeypatch):
    """A stand-in for the apps above, which register what they keep."""
    monkeypatch.setattr(registry, "_exporters", {"appointments": lambda user_id: [{"of": user_id}]})
    erased: list[int] = []
    monkeypatch.setattr(registry, "_erasers", {"appointments": lambda actor, user_id: erased.append(user_id)})
    return erased


def test_the_export_holds_the_account_and_what_other_apps_keep(client, strong_alice, sign_in, other_apps):
    sign_in(strong_alice, totp=totp_code())

    response = client.post(EXPORT)

    content = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="prendsoin.json"'
    assert content["account"]["email"] == strong_alice.email
    assert {factor["type"] for factor in content["account"]["second_factors"]} == {"totp", "recovery_codes"}
    assert content["appointments"] == [{"of": strong_alice.pk}]
    assert "password" not in response.content.decode()
    assert AuditEvent.objects.filter(action="accounts.exported", user_id=strong_alice.pk).exists()


def test_the_export_takes_a_recent_proof(client, alice, sign_in, other_apps):
    sign_in(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        response = client.post(EXPORT)

    assert response.url.startswith("/compte/verification/mot-de-passe/")


def test_exports_are_counted(client, alice, sign_in, other_apps):
    sign_in(alice)

    assert [client.post(EXPORT).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_opening_the_export_page_exports_nothing(client, alice, sign_in):
    sign_in(alice)

    assert client.get(EXPORT)["Content-Type"].startswith("text/html")
    assert not AuditEvent.objects.filter(action="accounts.exported").exists()


def test_closing_erases_what_names_the_person(client, strong_alice, sign_in, other_apps, letters):
    email = strong_alice.email
    sign_in(strong_alice, totp=totp_code())

    response = client.post(CLOSE, {"understood": "on"})

    assert (response.status_code, response.url) == (302, "/")
    user = User.objects.get()
    assert user.email == f"closed-{user.uid}@account.invalid"
    assert (user.phone, user.display_name, user.is_active) == (None, "", False)
    assert user.closed_at is not None
    assert not user.has_usable_password()
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    assert other_apps == [user.pk]
    assert (letters()[-1].to, letters()[-1].subject) == (email, "Votre compte est fermé")
    assert AuditEvent.objects.filter(action="accounts.closed", target_id=user.pk).exists()
    assert client.get("/compte/").status_code == 302


def test_a_closed_address_may_open_a_new_account(client, alice, sign_in, other_apps, last_code):
    email = alice.email
    sign_in(alice)
    client.post(CLOSE, {"understood": "on"})

    client.post("/compte/inscription/", {"email": email})
    client.post("/compte/code/", {"code": last_code()})

    assert client.session["_auth_user_id"] != str(alice.pk)


def test_closing_needs_the_box(client, alice, sign_in, other_apps):
    sign_in(alice)

    response = client.post(CLOSE, {})

    assert "Cochez la case pour fermer le compte." in response.content.decode()
    alice.refresh_from_db()
    assert alice.is_active


def test_closing_takes_a_recent_proof_and_resumes(client, alice, sign_in, other_apps):
    sign_in(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        asked = client.post(CLOSE, {"understood": "on"})
        client.post(asked.url, {"password": PASSWORD, "next": CLOSE})

    alice.refresh_from_db()
    assert not alice.is_active


def test_an_app_may_refuse_and_then_nothing_happens(client, alice, sign_in, monkeypatch):
    def refuse(actor, user_id):
        raise DomainError("last_owner", "Ce cabinet n’a pas d’autre responsable.")

    monkeypatch.setattr(registry, "_erasers", {"practices": refuse})
    sign_in(alice)

    response = client.post(CLOSE, {"understood": "on"})

    assert "Ce cabinet n’a pas d’autre responsable." in response.content.decode()
    alice.refresh_from_db()
    assert alice.is_active
    assert alice.email == "alice@prendsoin.example"


def test_people_of_the_platform_do_not_close_themselves(client, make_user, sign_in, other_apps):
    admin = make_user("admin@prendsoin.example", is_platform_staff=True)
    sign_in(admin)

    client.post(CLOSE, {"understood": "on"})

    admin.refresh_from_db()
    assert admin.is_active
