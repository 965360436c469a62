"""Writing messages down: once, with a recipient, callable back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import translation

from notifications.enums import MessageState
from notifications.models import Message
from notifications.services import cancel_pending, notify, notify_many

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NUMBER = "+33639980001"


def news(user=None, **changes):
    values = {"kind": "test.news", "channel": "email", "subject": "appointment:12", **changes}
    notify(user_id=user.pk if user else None, **values)


def test_same_news_is_written_once(alice):
    news(alice)
    news(alice)

    assert Message.objects.count() == 1


def test_each_part_of_the_key_makes_other_news(alice, bob, kinds):
    kinds.kind("test.other")(lambda message: None)
    news(alice)
    news(bob)
    news(alice, revision=1)
    news(alice, channel="bell")
    news(alice, kind="test.other")
    news(alice, subject="appointment:13")
    news(alice, address="nouvelle@prendsoin.example")
    news(address="nouvelle@prendsoin.example")

    assert Message.objects.count() == 8


def test_message_of_a_rolled_back_act_does_not_exist(alice):
    def act():
        with transaction.atomic():
            news(alice)
            raise KeyError

    with pytest.raises(KeyError):
        act()

    assert not Message.objects.exists()


def test_message_expires_a_day_after_it_is_due_unless_said(alice):
    with time_machine.travel(NOON, tick=False):
        news(alice, due_at=NOON + timedelta(hours=2))
        news(alice, revision=1, expires_at=NOON + timedelta(minutes=10))

    usual, short = Message.objects.order_by("revision")
    assert (usual.due_at, usual.expires_at) == (NOON + timedelta(hours=2), NOON + timedelta(hours=26))
    assert (short.due_at, short.expires_at) == (NOON, NOON + timedelta(minutes=10))


def test_unknown_kind_is_refused(alice):
    with pytest.raises(LookupError):
        news(alice, kind="test.nobody")


def test_unknown_channel_is_refused(alice):
    with pytest.raises(ValueError, match="pigeon"):
        news(alice, channel="pigeon")


@pytest.mark.parametrize("values", [{}, {"address": ""}, {"channel": "bell", "address": NUMBER}])
def test_message_without_recipient_is_refused(values):
    with pytest.raises(ValueError, match="recipient"):
        news(**values)


def test_address_and_sealed_part_are_unreadable_in_the_database():
    news(address="secrete@prendsoin.example", sealed={"code": "424242"})

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(m)::text, encode(address, 'escape'), encode(sealed, 'escape') FROM notifications_message m"
        )
        stored = " ".join(cursor.fetchone())
    assert "secrete" not in stored
    assert "424242" not in stored
    assert Message.objects.get().address == "secrete@prendsoin.example"
    assert Message.objects.get().secrets == {"code": "424242"}


def test_message_keeps_the_language_it_was_written_in():
    with translation.override("en"):
        news(address=NUMBER, channel="sms")

    assert Message.objects.get().language == "en"


def test_move_cancels_older_pending_messages_only(alice, bob):
    news(alice, revision=0)
    news(bob, revision=1)
    news(alice, revision=2)
    news(alice, subject="appointment:120")
    Message.objects.filter(user=bob).update(state=MessageState.SENT)

    assert cancel_pending("appointment:12", before_revision=2) == 1

    states = set(Message.objects.values_list("subject", "revision", "state"))
    assert states == {
        ("appointment:12", 0, MessageState.CANCELLED),
        ("appointment:12", 1, MessageState.SENT),
        ("appointment:12", 2, MessageState.PENDING),
        ("appointment:120", 0, MessageState.PENDING),
    }


def test_cancelling_a_subject_takes_every_revision_and_erases_what_was_sealed(alice):
    news(alice, revision=0, sealed={"code": "1"}, address="nouvelle@prendsoin.example")
    news(alice, revision=3)

    assert cancel_pending("appointment:12") == 2

    assert set(Message.objects.values_list("state", "address", "sealed")) == {(MessageState.CANCELLED, None, None)}


def test_several_messages_take_one_statement(alice, bob, django_assert_num_queries):
    news = {"kind": "test.news", "channel": "email", "subject": "appointment:12"}

    with django_assert_num_queries(1):
        notify_many([{**news, "user_id": user.pk} for user in (bob, alice, bob)])

    assert set(Message.objects.values_list("user_id", flat=True)) == {alice.pk, bob.pk}


def test_no_message_at_all_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        notify_many([])
