"""One connection to the mail server for several letters, and never a letter given twice because a connection was dead."""

import pytest

from notifications.channels import kept_smtp
from notifications.channels.base import Failure
from notifications.channels.email import EmailChannel
from notifications.envelope import Envelope
from tests.notifications.smtp_double import smtp_double


@pytest.fixture
def server(settings):
    kept_smtp.leave()
    with smtp_double() as double:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", double.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield double
    kept_smtp.leave()


def send(number):
    letter = Envelope(to=f"p{number}@prendsoin.example", subject="s", text="t")
    return EmailChannel().attempt(f"ref-{number}", letter)


def test_letters_share_a_connection(server):
    for number in range(3):
        send(number)

    assert (len(server.letters), server.connections) == (3, 1)


def test_one_that_died_is_opened_again_and_nothing_is_lost_or_doubled(server, monkeypatch):
    monkeypatch.setattr(kept_smtp, "ASKED_AFTER", 0.0)
    send(0)
    server.hang_up()
    send(1)

    assert [letter["To"] for letter in server.letters] == ["p0@prendsoin.example", "p1@prendsoin.example"]
    assert server.connections == 2


def test_one_that_dies_under_a_letter_is_a_failure_and_is_left(server):
    send(0)
    server.hang_up()
    failed = send(1)

    assert isinstance(failed, Failure)
    assert failed.provider_down
    assert len(server.letters) == 1
    send(1)
    assert len(server.letters) == 2


def test_a_refused_recipient_keeps_the_connection(server):
    server.answers["RCPT"] = "550 no such user"
    assert isinstance(send(0), Failure)
    del server.answers["RCPT"]
    send(1)

    assert (len(server.letters), server.connections) == (1, 1)


def test_an_old_or_much_used_connection_is_left(server, monkeypatch):
    monkeypatch.setattr(kept_smtp, "LETTERS_AT_MOST", 2)
    for number in range(4):
        send(number)
    assert server.connections == 2

    monkeypatch.setattr(kept_smtp, "OLD_AFTER", -1.0)
    send(4)
    assert server.connections == 3
