"""What is sent to a person who reads English is in English: account, appointments, invitations, file codes."""

import pytest
from django.utils import translation

from accounts import letters as writers
from accounts.services import mail
from notifications import registry
from notifications.models import Message
from notifications.testing import deliver_all
from tests.accounts.test_letters import FACTS
from tests.translations.french import french_in, french_on

pytestmark = pytest.mark.django_db


def assert_english(envelope):
    assert envelope.language == "en"
    assert french_in(f"{envelope.subject}\n{envelope.text}") == []
    assert french_on(envelope.html) == []


@pytest.mark.parametrize("name", writers.known_names())
def test_letter_of_the_account_is_in_english(name):
    mail.send_letter(name=name, address="alice@prendsoin.example", facts=FACTS, language="en")
    message = Message.objects.get()
    with translation.override(message.language):
        assert_english(registry.composer(message.kind)(message))


def test_booking_and_cancelling_are_told_in_english(client, world, visit):
    client.force_login(world.alice)
    client.post(f"/mes-rendez-vous/{visit.uid}/annuler/")
    letters = [letter for letter in deliver_all() if letter.to == world.alice.email]
    assert letters
    for letter in letters:
        assert_english(letter)
