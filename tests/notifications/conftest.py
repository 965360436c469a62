"""Kinds of messages made up for these tests, forgotten after each."""

import pytest

from notifications import registry
from notifications.envelope import Envelope
from tests.factories import UserFactory


@pytest.fixture
def alice(db):
    return UserFactory(email="alice@prendsoin.example")


@pytest.fixture
def bob(db):
    return UserFactory(email="bob@prendsoin.example")


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """`test.news` speaks to its address, else to its user; what a test registers itself is undone."""
    monkeypatch.setattr(registry, "_composers", dict(registry._composers))

    @registry.kind("test.news")
    def compose(message):
        to = message.address or (str(message.user_id) if message.channel == "bell" else message.user.email)
        return Envelope(to=to, subject="Des nouvelles", text="Bonjour", link="/mes-rendez-vous/")

    return registry
