"""People and their sessions, for the tests of `core`: plain users, no practice of any app."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from core.access import Space, register_space, spaces

PRACTICE_ID = 501


@pytest.fixture
def alice(db):
    return get_user_model().objects.create_user("alice@prendsoin.example")


@pytest.fixture
def sophie(db):
    """Member of the one practice that `practices` makes."""
    return get_user_model().objects.create_user("sophie@prendsoin.example")


@pytest.fixture
def practices(monkeypatch, sophie):
    """Sophie is an active member of the practice `lilas` as long as the returned set holds its reference."""
    active = {"lilas"}

    def resolver(user_id, ref):
        wanted = ref or "lilas"
        return PRACTICE_ID if user_id == sophie.pk and wanted in active else None

    monkeypatch.setattr(spaces, "_resolvers", {})
    monkeypatch.setattr(spaces, "_choices", {})
    choices = lambda user_id: [(ref, "Les Lilas") for ref in sorted(active)] if user_id == sophie.pk else []  # noqa: E731
    register_space(Space.PRACTICE, resolver, choices)
    return active


def sign_in(client: Client, user, *, strong: bool = False, space: str = "") -> Client:
    """A session of that user, with a second factor and in a space if asked."""
    client.force_login(user)
    session = client.session
    if strong:
        session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa"}]
        session["account_authentication_methods_user"] = str(user.pk)
    if space:
        session["space"] = space
    session.save()
    return client
