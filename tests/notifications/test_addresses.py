"""`SMS_URL` and `EMAIL_URL`: which provider, what it promises, and what is refused at start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import _messages

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ADDRESS = "https://user:pa%40ss@sms.example/v1/messages"


def test_console_is_the_default_and_needs_no_provider():
    assert _messages._sms("console://") == ("notifications.channels.sms.ConsoleSmsChannel", {})


def test_address_of_a_provider_says_who_it_is_and_nothing_is_believed_unsaid():
    channel, provider = _messages._sms(ADDRESS)

    assert channel == "notifications.channels.http_sms.HttpSmsChannel"
    assert provider == {
        "url": "https://sms.example/v1/messages",
        "user": "user",
        "password": "pa@ss",
        "sender": "Prendsoin",
        "promise": "at_least_once",
    }


def test_address_may_say_the_promise_and_the_sender():
    _, provider = _messages._sms(f"{ADDRESS}?promise=once_per_ref&from=%2B33600000000")

    assert (provider["promise"], provider["sender"]) == ("once_per_ref", "+33600000000")


@pytest.mark.parametrize(
    "value",
    [
        "http://user:pass@sms.example/",
        "ftp://sms.example/",
        "https://",
        f"{ADDRESS}?promise=always",
        f"{ADDRESS}?from=TwelveLetters",
        f"{ADDRESS}?from=a%20b",
        f"{ADDRESS}?fron=Prendsoin",
    ],
)
def test_malformed_address_is_refused(value):
    with pytest.raises(ValueError, match=r"\w"):
        _messages._sms(value)


def test_plain_http_stays_on_this_machine():
    _, provider = _messages._sms("http://127.0.0.1:8025/v1/sms")

    assert provider["url"] == "http://127.0.0.1:8025/v1/sms"


def test_email_service_keeps_its_keys_out_of_the_address():
    assert _messages._service_keys("brevo://:k%2Fey@api") == {"BREVO_API_KEY": "k/ey"}
    assert _messages._service_keys("smtp://user:password@host:25") == {}
    with pytest.raises(ValueError, match=r"\w"):
        _messages._service_keys("mailjet://:secret@api")


def test_short_secret_of_receipts_is_refused_at_start():
    told = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=CHECKOUT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "SMS_RECEIPT_SECRET": "short"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "SMS_RECEIPT_SECRET is malformed" in told.stderr
