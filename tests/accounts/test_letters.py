"""What the account writes: every letter, in both languages, sealed until sent, without a code in its subject."""

import re

import pytest
from django.core import mail as outbox
from django.utils import translation

from accounts import letters as writers
from accounts.messages import LETTER
from accounts.services import mail
from notifications import registry
from notifications.models import Message
from notifications.services import send_message

FACTS = {
    "code": "123456",
    "timestamp": "2026-11-24T09:00:00+00:00",
    "due_at": "2026-11-26T09:00:00+00:00",
    "ip": "192.0.2.1",
    "user_agent": "Firefox",
    "from_email": "old@prendsoin.example",
    "to_email": "new@prendsoin.example",
    "token": "a-token",
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", writers.known_names())
def test_a_letter_is_written(db, name, language):
    mail.send_letter(name=name, address="alice@prendsoin.example", facts=FACTS, language=language)
    message = Message.objects.get()

    with translation.override(message.language):
        envelope = registry.composer(message.kind)(message)

    assert envelope.to == "alice@prendsoin.example"
    assert envelope.language == language
    assert envelope.subject
    assert not re.search(r"\d{3} ?\d{3}", envelope.subject)
    assert envelope.subject in envelope.html
    assert "{" not in envelope.text + envelope.subject
    shows_code = "123 456" in envelope.text
    assert shows_code == ("123 456" in envelope.html) == name.endswith(("_code", "confirmation", "_signup"))


def test_a_code_leaves_no_trace_once_sent(db):
    mail.send_letter(name="login_code", address="alice@prendsoin.example", facts={"code": "123456"}, language="fr")
    message = Message.objects.get()
    assert message.secrets["facts"]["code"] == "123456"

    send_message(message.pk)

    message.refresh_from_db()
    assert "123 456" in outbox.outbox[0].body
    assert (message.state, message.sealed, message.address) == ("sent", None, None)


def test_a_page_sends_nothing_itself(client, db):
    client.post("/compte/inscription/", {"email": "alice@prendsoin.example"})

    assert outbox.outbox == []
    assert Message.objects.get().state == "pending"


def test_a_code_is_not_sent_after_it_expired(db):
    mail.send_letter(name="login_code", address="alice@prendsoin.example", facts={"code": "123456"}, language="fr")
    message = Message.objects.get()
    Message.objects.update(expires_at=message.created_at)

    send_message(message.pk)

    assert outbox.outbox == []


def test_an_unknown_letter_is_refused(db):
    with pytest.raises(LookupError):
        mail.send_letter(name="nothing", address="alice@prendsoin.example", facts={}, language="fr")
    assert not registry.is_known("accounts.nothing")
    assert registry.is_known(LETTER)
