"""A worker stopped in the middle of a message for longer than its lease, then woken: somebody else has sent it since."""

from datetime import timedelta

import pytest

from notifications.enums import MessageState
from notifications.envelope import Envelope
from notifications.models import Message
from notifications.services import send_message
from tests.notifications.test_notify import news
from tests.notifications.test_sending import noon, provider  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seconds", "expected"), [(29, 1), (30, 0), (300, 0)])
def test_worker_that_wakes_after_its_lease_hands_nothing_over(
    alice, kinds, noon, provider, seconds, expected  # noqa: F811
):  # fmt: skip
    @kinds.kind("test.slow")
    def compose(message):
        noon.shift(timedelta(seconds=seconds))  # stopped here
        return Envelope(to="alice@prendsoin.example", subject="-", text="-")

    news(alice, kind="test.slow", channel="email")
    delivery = send_message(Message.objects.get().pk)

    assert len(provider.accepted) == expected
    assert delivery.state == (MessageState.SENT if expected else MessageState.SENDING)


def test_message_of_a_worker_that_woke_too_late_is_sent_once(alice, kinds, noon, provider):  # noqa: F811
    stops = [timedelta(minutes=1), timedelta(0)]

    @kinds.kind("test.slow")
    def compose(message):
        noon.shift(stops.pop(0))
        return Envelope(to="alice@prendsoin.example", subject="-", text="-")

    news(alice, kind="test.slow", channel="email")
    pk = Message.objects.get().pk
    send_message(pk)
    assert send_message(pk).state == MessageState.SENT

    assert len(provider.accepted) == 1
