"""What sending costs the database: few statements for each message, and as many for the last as for the first."""

from datetime import timedelta

import pytest

from notifications.envelope import Envelope
from notifications.models import Circuit, Message
from notifications.registry import kind as register
from notifications.services import notify, send_message, send_messages, sending
from tests.desk import statements

pytestmark = pytest.mark.django_db

# The claim, which sees whether the provider is being left alone; the day's count; the end.
A_MESSAGE = 3


@pytest.fixture
def written(kinds):
    @register("test.plain")
    def plain(message):
        return Envelope(to=message.address, subject="s", text="t")

    def write(count):
        for number in range(count):
            notify(kind="test.plain", channel="email", subject=f"x:{number}", address=f"p{number}@prendsoin.example")
        return list(Message.objects.order_by("pk").values_list("pk", flat=True))

    return write


def test_a_message_takes_three_statements(written):
    (pk,) = written(1)

    assert statements(lambda: send_message(pk))[1] == A_MESSAGE
    assert Message.objects.get().state == "sent"


def test_many_take_as_many_each(written):
    ids = written(5)

    assert statements(lambda: send_messages(ids))[1] == 5 * A_MESSAGE


def test_the_first_success_after_a_failure_forgets_it(written):
    Circuit.objects.create(name="email", failures=2)
    first, second = written(2)

    assert statements(lambda: send_message(first))[1] == A_MESSAGE + 1
    assert Circuit.objects.get().failures == 0
    assert statements(lambda: send_message(second))[1] == A_MESSAGE


def test_a_turn_that_lasts_too_long_leaves_the_rest_where_it_is(written, monkeypatch):
    monkeypatch.setattr(sending, "TURN", timedelta(seconds=-1))
    send_messages(written(3))

    assert set(Message.objects.values_list("state", flat=True)) == {"pending"}
