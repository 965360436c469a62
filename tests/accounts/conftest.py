"""What the account tests share: an account, the letters written to it, and the codes inside."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth
from django.test import Client

from accounts.models import User
from accounts.services.second_factor import enrol_totp
from notifications import registry
from notifications.models import Message

PASSWORD = "quatre mots bien choisis"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def make_user(db) -> Callable[..., User]:
    """An account with a confirmed address; `password=None` for one that is entered by code only."""

    def make(email: str = "alice@prendsoin.example", password: str | None = PASSWORD, **fields: object) -> User:
        user = User.objects.create_user(email, password, **fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user

    return make


@pytest.fixture
def alice(make_user) -> User:
    return make_user()


@pytest.fixture
def letters(db) -> Callable[[], list]:
    """What waits in the outbox, written as it would be sent, oldest first."""

    def read() -> list:
        rows = Message.objects.order_by("pk")
        return [registry.composer(row.kind)(row) for row in rows]

    return read


@pytest.fixture
def last_code(letters) -> Callable[[], str]:
    """The six digits of the last letter or SMS."""

    def read() -> str:
        found = re.search(r"\b(\d{3}) ?(\d{3})\b", letters()[-1].text)
        assert found, "the last message holds no code"
        return "".join(found.groups())

    return read


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """Signs in by password, through the page, with the second factor when there is one."""

    def enter(user: User, *, password: str = PASSWORD, totp: str | None = None) -> Client:
        response = client.post("/compte/connexion/", {"login": user.email, "password": password})
        assert response.status_code == 302, response.content
        if totp:
            assert response.url == "/compte/second-facteur/code/"
            response = client.post(response.url, {"code": totp})
            assert response.status_code == 302, response.content
        return client

    return enter


def totp_code(secret: str = SECRET, *, step: int = 0) -> str:
    """What an authenticator app shows now, or `step` periods later."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def strong_alice(alice: User) -> User:
    """Alice with an authenticator app and recovery codes."""
    enrol_totp(alice, SECRET)
    return alice


def page_text(response) -> str:
    """The page without what changes at each request by design."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
