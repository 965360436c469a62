"""Sending: read again, in time, once, and settled whatever happens."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import translation

from core import outbox
from core.models import Job
from notifications.channels import Promise, Refused, Unreachable
from notifications.channels.base import Channel
from notifications.enums import MessageState
from notifications.envelope import Envelope
from notifications.models import Message
from notifications.services import cancel_pending, notify, send_message
from notifications.services.pruning import MESSAGES_KEPT, prune_messages
from notifications.testing import deliver_all
from tests.notifications.test_notify import news

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Fake(Channel):
    """A provider held in memory; tests say how it fails, and whether it takes the message before it does."""

    promise = Promise.AT_LEAST_ONCE
    accepted: list[tuple[str, str]] = []
    error: Exception | None = None
    takes_first = False

    def send(self, ref, envelope):
        if self.error is None or self.takes_first:
            self.accepted.append((ref, envelope.to))
        if self.error is not None:
            raise self.error
        return f"fake:{len(self.accepted)}"


class AskableFake(Fake):
    promise = Promise.ANSWERS_FOR_REF

    def known(self, ref):
        return next((f"fake:{n}" for n, (sent, _) in enumerate(self.accepted, 1) if sent == ref), None)


@pytest.fixture
def provider(settings, monkeypatch):
    for cls in (Fake, AskableFake):
        monkeypatch.setattr(cls, "accepted", [])
        monkeypatch.setattr(cls, "error", None)
        monkeypatch.setattr(cls, "takes_first", False)
    settings.MESSAGE_CHANNELS = {**settings.MESSAGE_CHANNELS, "email": f"{__name__}.Fake"}
    return Fake


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as time:
        yield time


def only():
    return Message.objects.get()


def test_due_message_is_sent_once(alice, noon, provider):
    news(alice)

    first, second = send_message(only().pk), send_message(only().pk)

    assert (first.state, first.envelope.to, second) == (MessageState.SENT, "alice@prendsoin.example", None)
    assert len(provider.accepted) == 1
    message = only()
    assert (message.state, message.sent_at, message.provider_ref) == (MessageState.SENT, NOON, "fake:1")


def test_message_not_due_waits(alice, noon, provider):
    news(alice, due_at=NOON + timedelta(minutes=10))

    assert send_message(only().pk) is None
    noon.shift(timedelta(minutes=10))
    assert send_message(only().pk).state == MessageState.SENT


def test_message_past_its_term_is_never_sent(alice, noon, provider):
    news(alice, expires_at=NOON + timedelta(minutes=10), sealed={"code": "1"})
    noon.shift(timedelta(minutes=10))

    assert send_message(only().pk).state == MessageState.EXPIRED

    assert provider.accepted == []
    assert (only().state, only().last_error, only().sealed) == (MessageState.EXPIRED, "too_late", None)


def test_news_that_no_longer_holds_is_cancelled(alice, noon, provider, kinds):
    kinds.kind("test.gone")(lambda message: None)
    news(alice, kind="test.gone", sealed={"code": "1"})

    assert send_message(only().pk).state == MessageState.CANCELLED

    assert provider.accepted == []
    assert (only().state, only().last_error, only().sealed) == (MessageState.CANCELLED, "no_longer_valid", None)


def test_recipient_is_read_again_at_sending(alice, noon, provider):
    news(alice)
    alice.email = "ailleurs@prendsoin.example"
    alice.save()

    send_message(only().pk)

    assert [to for _, to in provider.accepted] == ["ailleurs@prendsoin.example"]


def test_closed_account_is_not_written_to_but_an_address_of_its_own_is(alice, noon, provider):
    news(alice)
    news(alice, address="ancienne@prendsoin.example")
    alice.is_active = False
    alice.save()

    deliver_all()

    assert [to for _, to in provider.accepted] == ["ancienne@prendsoin.example"]


def test_message_is_written_in_the_reader_s_language(alice, noon, provider, kinds):
    @kinds.kind("test.language")
    def compose(message):
        return Envelope(to="x@prendsoin.example", subject=translation.get_language(), text="-")

    alice.language = "en"
    alice.save()
    news(alice, kind="test.language")
    with translation.override("en"):
        news(kind="test.language", address="x@prendsoin.example")
    with translation.override("fr"):
        sent = deliver_all()

    assert [envelope.subject for envelope in sent] == ["en", "en"]


def test_sealed_part_is_there_at_sending_and_erased_after(alice, noon, provider, kinds):
    @kinds.kind("test.code")
    def compose(message):
        return Envelope(to=message.address, subject="Code", text=message.secrets["code"])

    news(alice, kind="test.code", address="alice@prendsoin.example", sealed={"code": "424242"})

    assert [envelope.text for envelope in deliver_all()] == ["424242"]
    assert (only().sealed, only().address, only().secrets) == (None, None, {})


def test_unreachable_provider_is_tried_again_along_the_curve(alice, noon, provider, monkeypatch):
    monkeypatch.setattr(provider, "error", Unreachable("timeout"))
    news(alice, sealed={"code": "1"})

    state = send_message(only().pk).state

    message = only()
    assert (state, message.state, message.last_error) == (MessageState.PENDING, MessageState.PENDING, "timeout")
    assert message.due_at == NOON + timedelta(minutes=1)
    assert message.sealed is not None


def test_message_tried_too_often_is_given_up_and_seen_as_undelivered(alice, noon, provider, monkeypatch):
    monkeypatch.setattr(provider, "error", Unreachable("timeout"))
    news(alice, sealed={"code": "1"}, expires_at=NOON + timedelta(days=2))
    for _ in range(outbox.MAX_ATTEMPTS):
        noon.move_to(only().due_at)
        send_message(only().pk)

    assert (only().state, only().attempts, only().sealed) == (MessageState.DEAD, 8, None)
    assert Message.objects.undelivered().count() == 1


def test_refused_recipient_is_given_up_at_once(alice, noon, provider, monkeypatch):
    monkeypatch.setattr(provider, "error", Refused("smtp_550"))
    news(alice)

    assert send_message(only().pk).state == MessageState.DEAD
    assert (only().state, only().last_error) == (MessageState.DEAD, "smtp_550")


def test_fault_of_a_composer_is_tried_again_and_tells_nothing(alice, noon, provider, kinds, capsys):
    @kinds.kind("test.broken")
    def compose(message):
        raise RuntimeError("secret words")

    news(alice, kind="test.broken")

    assert send_message(only().pk).state == MessageState.PENDING
    assert only().last_error == "RuntimeError"
    assert "secret words" not in "".join(capsys.readouterr())


def lose_the_answer(provider, alice, noon, monkeypatch):
    """The provider takes the message, then we die before knowing it; another worker comes at the end of the lease."""
    monkeypatch.setattr(provider, "error", KeyboardInterrupt())
    monkeypatch.setattr(provider, "takes_first", True)
    news(alice)
    with pytest.raises(KeyboardInterrupt):
        send_message(only().pk)
    assert only().state == MessageState.SENDING
    monkeypatch.setattr(provider, "error", None)
    assert send_message(only().pk) is None  # the lease still holds
    noon.shift(Message.LEASE + timedelta(seconds=1))
    assert send_message(only().pk).state == MessageState.SENT


def test_lost_answer_repeats_the_message_where_the_channel_promises_no_better(alice, noon, provider, monkeypatch):
    lose_the_answer(provider, alice, noon, monkeypatch)

    assert len(provider.accepted) == 2
    assert len({ref for ref, _ in provider.accepted}) == 1


def test_lost_answer_repeats_nothing_where_the_channel_can_be_asked(alice, noon, provider, monkeypatch, settings):
    settings.MESSAGE_CHANNELS = {**settings.MESSAGE_CHANNELS, "email": f"{__name__}.AskableFake"}

    lose_the_answer(AskableFake, alice, noon, monkeypatch)

    assert len(AskableFake.accepted) == 1
    assert only().provider_ref == "fake:1"


def test_cancelled_while_waiting_is_not_sent(alice, noon, provider):
    news(alice)
    pk = only().pk
    cancel_pending("appointment:12")

    assert send_message(pk) is None
    assert provider.accepted == []


def test_late_worker_does_not_overwrite_the_one_that_took_over(alice, noon, provider):
    news(alice)
    slow = outbox.claim(Message, only().pk)
    noon.shift(Message.LEASE + timedelta(seconds=1))
    assert send_message(slow.pk).state == MessageState.SENT

    assert outbox.settle(slow, MessageState.DEAD) is False
    assert only().state == MessageState.SENT


def test_deliver_all_does_jobs_then_the_messages_they_write(alice, noon, monkeypatch):
    from core import jobs

    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    jobs.handler("test.remind")(
        lambda user_id: notify(kind="test.news", channel="email", subject="appointment:12", user_id=user_id)
    )
    jobs.enqueue("test.remind", user_id=alice.pk)

    sent = deliver_all()

    assert [(envelope.to, envelope.subject) for envelope in sent] == [("alice@prendsoin.example", "Des nouvelles")]
    assert [letter.to for letter in mail.outbox] == [["alice@prendsoin.example"]]
    assert Job.objects.get().state == "done"


def test_deliver_all_shows_the_failure_of_a_job(monkeypatch):
    from core import jobs

    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    jobs.handler("test.fail")(fail)
    jobs.enqueue("test.fail")

    with pytest.raises(ZeroDivisionError):
        deliver_all()


def test_prune_forgets_ended_messages_only(alice, noon, provider):
    news(alice)
    deliver_all()
    news(alice, revision=1, due_at=NOON + timedelta(days=400))
    noon.shift(MESSAGES_KEPT + timedelta(seconds=1))

    assert prune_messages() == 1
    assert only().revision == 1
