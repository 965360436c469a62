"""A provider that fails is left alone, for everybody, and without spending the attempts of the messages that wait."""

from datetime import timedelta

import pytest

from core import clock
from notifications import circuits
from notifications.channels import Down, Refused, Unreachable
from notifications.enums import MessageState
from notifications.models import Circuit, Message
from notifications.services import send_message
from tests.notifications.test_notify import news
from tests.notifications.test_sending import NOON, noon, provider  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(alice, noon, provider, monkeypatch):  # noqa: F811
    """The provider, after as many failures as open the circuit; each message has failed once."""
    monkeypatch.setattr(provider, "error", Down("http_503"))
    for number in range(circuits.THRESHOLD):
        news(alice, revision=number)
    for message in Message.objects.order_by("pk"):
        send_message(message.pk)
    return provider


def fresh(alice, **changes):
    news(alice, revision=100, **changes)
    return Message.objects.get(revision=100)


def test_message_waits_for_a_failing_provider_without_an_attempt(alice, failing):
    message = fresh(alice)

    assert send_message(message.pk) is None

    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("pending", 0, "provider_down")
    assert message.due_at == NOON + circuits.REST


@pytest.mark.parametrize("error", [Unreachable("smtp_450"), Refused("smtp_550")])
def test_failure_of_one_recipient_closes_nothing_for_the_others(alice, noon, provider, monkeypatch, error):  # noqa: F811
    monkeypatch.setattr(provider, "error", error)
    for number in range(circuits.THRESHOLD + 1):
        news(alice, revision=number)
    for message in Message.objects.order_by("pk"):
        assert send_message(message.pk) is not None

    assert not Circuit.objects.exists()


def test_other_channels_go_on(alice, failing):
    news(alice, channel="bell")

    assert send_message(Message.objects.get(channel="bell").pk).state == MessageState.SENT


def test_after_the_rest_one_message_is_tried_and_the_others_wait(alice, noon, failing, monkeypatch):  # noqa: F811
    first, second = fresh(alice), None
    news(alice, revision=101)
    second = Message.objects.get(revision=101)
    noon.shift(circuits.REST)

    assert send_message(first.pk).state == MessageState.PENDING  # still failing
    assert send_message(second.pk) is None
    second.refresh_from_db()
    assert second.attempts == 0
    assert second.due_at == clock.now() + circuits.REST


def test_provider_that_answers_again_is_used_again(alice, noon, failing, monkeypatch):  # noqa: F811
    monkeypatch.setattr(failing, "error", None)
    message = fresh(alice)
    noon.shift(circuits.REST)

    assert send_message(message.pk).state == MessageState.SENT

    for waiting in Message.objects.filter(state="pending"):
        assert send_message(waiting.pk).state == MessageState.SENT
    assert Circuit.objects.get().failures == 0


def test_trial_that_died_does_not_close_the_way_for_ever(alice, noon, failing, monkeypatch):  # noqa: F811
    monkeypatch.setattr(failing, "error", KeyboardInterrupt())
    message = fresh(alice)
    noon.shift(circuits.REST)
    with pytest.raises(KeyboardInterrupt):
        send_message(message.pk)
    monkeypatch.setattr(failing, "error", None)
    noon.shift(circuits.TRIAL + timedelta(seconds=1))

    assert send_message(message.pk).state == MessageState.SENT


def test_provider_that_asks_for_time_gets_it_at_once(alice, noon, provider, monkeypatch):  # noqa: F811
    monkeypatch.setattr(provider, "error", Down("http_429", timedelta(minutes=10)))
    message = fresh(alice)

    send_message(message.pk)

    message.refresh_from_db()
    assert message.due_at == NOON + timedelta(minutes=10)
    assert Circuit.objects.get().open_until == NOON + timedelta(minutes=10)


def test_message_whose_term_passes_meanwhile_expires_and_is_seen(alice, noon, failing):  # noqa: F811
    message = fresh(alice, expires_at=NOON + timedelta(seconds=30))
    send_message(message.pk)
    message.refresh_from_db()
    assert message.due_at == NOON + timedelta(seconds=30)
    noon.shift(timedelta(seconds=31))

    assert send_message(message.pk).state == MessageState.EXPIRED
    assert Message.objects.undelivered().filter(revision=100).exists()


def test_success_in_between_starts_the_count_anew(alice, noon, provider, monkeypatch):  # noqa: F811
    for _ in range(circuits.THRESHOLD - 1):
        circuits.failed("email")
    send_message(fresh(alice).pk)
    circuits.failed("email")

    assert Circuit.objects.get().open_until is None
