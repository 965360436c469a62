"""The account in a real browser: a passkey of the device, and the way in by keyboard alone."""

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "quatre mots bien choisis"


@pytest.fixture
def alice(transactional_db) -> User:
    user = User.objects.create_user("alice@prendsoin.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def with_authenticator(page: Page) -> Page:
    """Gives the browser a device that verifies its user, as a phone does."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def sign_in(page: Page) -> None:
    page.goto("/compte/connexion/?next=/compte/")
    page.get_by_label("Adresse e-mail").fill("alice@prendsoin.example")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Me connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")


def test_passkey_of_the_device_is_added_then_signs_in_alone(alice, page):
    with_authenticator(page)
    sign_in(page)
    page.goto("/compte/second-facteur/cles/ajouter/")
    page.get_by_label("Nom de la clé").fill("Téléphone")
    page.get_by_text("Me connecter avec cette clé seule").click()
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")

    page.context.clear_cookies()
    page.goto("/compte/connexion/?next=/compte/")
    page.get_by_role("button", name="Me connecter avec une clé d’accès").click()

    expect(page.get_by_text("alice@prendsoin.example")).to_be_visible()


def test_sign_in_works_with_the_keyboard_alone(alice, page):
    page.goto("/compte/connexion/?next=/compte/")
    page.get_by_label("Adresse e-mail").focus()
    page.keyboard.type("alice@prendsoin.example")
    page.keyboard.press("Tab")
    page.keyboard.type("pas le bon mot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()

    page.get_by_label("Mot de passe", exact=True).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
