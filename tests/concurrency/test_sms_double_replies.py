"""The provider's double brings replies to the site over HTTP, signed as a provider signs them."""

from io import StringIO

import pytest
from django.urls import reverse

from notifications.doubles.sms_provider import SmsProviderDouble
from notifications.management.commands.sms_double import Command
from notifications.models import SmsReply

SECRET = "a-secret-of-the-tests-shared-with-nobody"


@pytest.mark.django_db(transaction=True)
def test_the_double_brings_signed_replies(live_server, settings):
    settings.RECEIPT_SECRETS = {"sms": SECRET}
    double = SmsProviderDouble()
    address = f"{live_server.url}{reverse('notifications:replies', args=['sms'])}"
    command = Command(stdout=StringIO())
    command.bring(double, ["+33639980001 Oui merci\n", "sans numéro\n"], address, SECRET)

    assert double.send_reply(address, SECRET, "+33639980001", "ANNULER", identifier="twice") == 204
    assert double.send_reply(address, SECRET, "+33639980001", "ANNULER", identifier="twice") == 204
    assert sorted(reply.text for reply in SmsReply.objects.all()) == ["ANNULER", "Oui merci"]
