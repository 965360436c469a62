"""What a session holds is sealed in the database."""

import pytest
from django.contrib.sessions.models import Session
from django.core import signing

from accounts.session_serializer import SealedSerializer
from core.crypto import UnsealError


def test_a_code_being_awaited_is_not_readable_in_the_database(client, db, last_code):
    client.post("/compte/inscription/", {"email": "alice@prendsoin.example"})

    stored = Session.objects.get().session_data
    inside = signing.loads(stored, salt="django.contrib.sessions.SessionStore", serializer=_Raw)

    assert last_code().encode() not in inside
    assert b"alice" not in inside


def test_a_session_sealed_with_a_lost_key_is_empty(client, alice, settings):
    client.force_login(alice)
    settings.HEALTH_DATA_KEYS = ["other:" + "A" * 43 + "="]

    assert client.get("/compte/").status_code == 302


def test_a_sealed_session_opens_as_it_was():
    content = {"a": [1, "é", None], "b": {"c": True}}
    sealed = SealedSerializer().dumps(content)

    assert SealedSerializer().loads(sealed) == content
    with pytest.raises(UnsealError):
        SealedSerializer().loads(sealed[:-1] + bytes([sealed[-1] ^ 1]))


class _Raw:
    def dumps(self, content: bytes) -> bytes:
        return content

    def loads(self, content: bytes) -> bytes:
        return content
