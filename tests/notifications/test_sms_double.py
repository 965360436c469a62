"""`manage.py sms_double`: says that it is a double, and is what its address says."""

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
