"""Answering an SMS in the demo's mailbox."""

import pytest
from django.urls import reverse

from notifications.models import MailboxEntry, SmsReply

pytestmark = pytest.mark.django_db


def test_an_sms_of_the_demo_may_be_answered(client, settings):
    settings.DEMO = True
    entry = MailboxEntry.objects.create(channel="sms", to="+33639980001", text="Rappel")
    page = client.get(reverse("demo:mailbox")).content.decode()
    answer = client.post(reverse("demo:reply", args=[entry.uid]), {"text": "OUI"})

    assert "double" in page
    assert answer.status_code == 302
    assert SmsReply.objects.get().text == "OUI"


def test_an_email_of_the_demo_may_not(client, settings):
    settings.DEMO = True
    entry = MailboxEntry.objects.create(channel="email", to="a@prendsoin.example", text="-")

    assert client.post(reverse("demo:reply", args=[entry.uid]), {"text": "OUI"}).status_code == 404


def test_outside_the_demo_nothing_is_brought(client, settings):
    settings.DEMO = False
    entry = MailboxEntry.objects.create(channel="sms", to="+33639980001", text="Rappel")

    assert client.post(reverse("demo:reply", args=[entry.uid]), {"text": "OUI"}).status_code == 404
    assert not SmsReply.objects.exists()
