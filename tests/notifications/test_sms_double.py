"""`manage.py sms_double`: says that it is a double, and is what its address says."""

import time
from io import StringIO

from django.core.management import call_command

from config.settings import _messages
from notifications.channels import Accepted
from notifications.channels.http_sms import HttpSmsChannel
from notifications.management.commands import sms_double
from tests.notifications.test_channels import NUMBER, REF, envelope


def test_command_serves_a_double_at_the_address_it_shows(settings, monkeypatch):
    out = StringIO()

    def send_one(command):
        address = out.getvalue().split("SMS_URL=")[1].strip()
        _, settings.SMS_PROVIDER = _messages._sms(address)
        assert isinstance(HttpSmsChannel().attempt(REF, envelope(NUMBER)), Accepted)

    monkeypatch.setattr(sms_double.Command, "wait", send_one)
    call_command("sms_double", "--port", "0", "--mode", "answers_for_ref", stdout=out)

    assert "DOUBLE" in out.getvalue()
    assert "1 requests, 1 SMS taken" in out.getvalue()


def test_double_tells_the_site_of_each_delivery(settings, monkeypatch):
    """As an operator does: after its answer, signed; a site that does not hear stops nothing."""
    told, out = [], StringIO()

    def receipt(double, address, secret, sms, status, code=""):
        told.append((address, secret, sms.reference, status))
        raise ConnectionRefusedError

    def send_two(command):
        _, settings.SMS_PROVIDER = _messages._sms(out.getvalue().split("SMS_URL=")[1].strip())
        for ref in (REF, REF + "2"):
            HttpSmsChannel().attempt(ref, envelope(NUMBER))
        deadline = time.monotonic() + 20
        while len(told) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)

    monkeypatch.setattr(sms_double.SmsProviderDouble, "send_receipt", receipt)
    monkeypatch.setattr(sms_double.Command, "wait", send_two)
    monkeypatch.setattr(sms_double, "RECEIPT_AFTER", 0.01)
    monkeypatch.setattr("sys.stdin", StringIO())
    monkeypatch.setenv("THE_SECRET", "x" * 32)
    options = ["--port", "0", "--site", "http://localhost:1/", "--secret-from", "THE_SECRET"]
    call_command("sms_double", *options, stdout=out)

    assert [(address, secret, status) for address, secret, _ref, status in told] == [
        ("http://localhost:1/notifications/recus/sms/", "x" * 32, "delivered")
    ] * 2
    assert len({ref for _address, _secret, ref, _status in told}) == 2
