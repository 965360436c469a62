"""News that cannot go one way goes the other, once, to a person who has both."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels import Refused, Unreachable
from notifications.daily_cap import digest
from notifications.decent_hours import decent
from notifications.enums import MessageState
from notifications.envelope import Envelope
from notifications.models import Message
from notifications.services import notify, send_message
from notifications.topics import Topic
from tests.notifications.test_notify import NUMBER, news
from tests.notifications.test_sending import NOON, AskableFake, Fake, noon, provider  # noqa: F401

pytestmark = pytest.mark.django_db

KIND = "test.visit"


@pytest.fixture
def ways(settings, provider, kinds):  # noqa: F811
    """Two providers, for e-mail and for SMS, and a kind that is written for both; Alice has both, Bob no telephone."""
    settings.MESSAGE_CHANNELS = {
        **settings.MESSAGE_CHANNELS,
        "sms": "tests.notifications.test_sending.AskableFake",
    }

    @kinds.kind(KIND, falls_back=True)
    def compose(message):
        if message.channel == "sms":
            return Envelope(to=NUMBER, subject="", text="-") if message.user.email.startswith("alice") else None
        return Envelope(to=message.address or message.user.email, subject="-", text="-")

    return {"email": Fake, "sms": AskableFake}


def refuse(monkeypatch, way, error=None):
    monkeypatch.setattr(way, "error", error or Refused("no_such_recipient"))


def due_now():
    return list(Message.objects.filter(state="pending").order_by("pk").values_list("pk", flat=True))


def run(noon, rounds=4):  # noqa: F811
    for _ in range(rounds):
        for pk in due_now():
            send_message(pk)


@pytest.mark.parametrize(("first", "other"), [("sms", "email"), ("email", "sms")])
def test_refused_message_goes_the_other_way_once(alice, noon, ways, monkeypatch, first, other):  # noqa: F811
    refuse(monkeypatch, ways[first])
    news(alice, kind=KIND, channel=first)
    run(noon)

    assert [len(ways[name].accepted) for name in (first, other)] == [0, 1]
    assert Message.objects.get(channel=other).instead_of.channel == first
    assert not Message.objects.unreached().exists()
    assert Message.objects.undelivered().count() == 1


def test_person_who_has_the_news_already_gets_nothing_more(alice, noon, ways, monkeypatch):  # noqa: F811
    refuse(monkeypatch, ways["sms"])
    news(alice, kind=KIND, channel="email")
    news(alice, kind=KIND, channel="sms")
    run(noon)

    assert len(ways["email"].accepted) == 1
    assert Message.objects.count() == 2


def test_both_ways_closed_end_and_are_seen(alice, noon, ways, monkeypatch):  # noqa: F811
    refuse(monkeypatch, ways["sms"])
    refuse(monkeypatch, ways["email"])
    news(alice, kind=KIND, channel="sms")
    run(noon)

    assert Message.objects.count() == 2
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.DEAD}
    assert Message.objects.unreached().count() == 2


def test_person_without_the_other_way_is_seen_as_unreached(bob, noon, ways, monkeypatch):  # noqa: F811
    refuse(monkeypatch, ways["email"])
    news(bob, kind=KIND, channel="email")
    run(noon)

    assert ways["sms"].accepted == []
    assert list(Message.objects.unreached().values_list("channel", flat=True)) == ["email"]


def test_bell_alone_does_not_count_as_told(bob, noon, ways, monkeypatch):  # noqa: F811
    refuse(monkeypatch, ways["email"])
    news(bob, kind=KIND, channel="email")
    news(bob, kind=KIND, channel="bell")
    run(noon)

    assert list(Message.objects.unreached().values_list("channel", flat=True)) == ["email"]


def test_temporary_failure_waits_for_its_own_way_until_the_last_attempt(alice, noon, ways, monkeypatch):  # noqa: F811
    refuse(monkeypatch, ways["sms"], Unreachable("timeout"))
    news(alice, kind=KIND, channel="sms", expires_at=NOON + timedelta(days=2))
    for attempt in range(1, 9):
        noon.move_to(Message.objects.get(channel="sms").due_at)
        send_message(Message.objects.get(channel="sms").pk)
        assert Message.objects.filter(channel="email").exists() == (attempt == 8)


@pytest.mark.parametrize(
    "changes",
    [{"kind": "test.news"}, {"kind": KIND, "address": "nouvelle@prendsoin.example"}],
    ids=["kind that stays on its way", "address of its own"],
)
def test_other_news_takes_no_other_way(alice, noon, ways, monkeypatch, changes):  # noqa: F811
    refuse(monkeypatch, ways["email"])
    news(alice, channel="email", **changes)
    run(noon)

    assert Message.objects.count() == 1


def test_second_occasion_of_the_same_news_has_its_own_replacement(alice, noon, ways, monkeypatch):  # noqa: F811
    refuse(monkeypatch, ways["sms"])
    for occasion in ("J-7", "J-1"):
        notify(kind=KIND, channel="sms", subject="appointment:12", user_id=alice.pk, occasion=occasion)
    run(noon)

    assert len(ways["email"].accepted) == 2


def test_news_that_would_come_too_late_is_not_sent_another_way(alice, noon, ways, monkeypatch):  # noqa: F811
    """A refused e-mail of the evening must not ring at night, nor after its term."""
    refuse(monkeypatch, ways["email"])
    noon.move_to(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    news(alice, kind=KIND, channel="email", expires_at=datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    run(noon)

    assert Message.objects.unreached().count() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(6, (23, 7)), (7, (23, 7)), (12, (23, 12)), (19, (23, 19)), (20, (24, 7)), (23, (24, 7))],
)
def test_telephone_rings_from_8_to_21_h_in_paris(hour, expected):
    found = decent(datetime(2026, 11, 23, hour, 0, tzinfo=UTC))

    assert (found.day, found.hour) == expected


def test_loop_ends_at_the_day_s_cap(alice, noon, ways, settings):  # noqa: F811
    settings.MESSAGES_A_DAY = {"email": 3}
    for revision in range(5):
        news(alice, kind=KIND, revision=revision)
    run(noon, rounds=1)

    assert len(ways["email"].accepted) == 3
    assert list(Message.objects.filter(state="dead").values_list("last_error", flat=True)) == ["daily_cap"] * 2
    assert ways["sms"].accepted == [], "the loop does not go on by another way"


def test_cap_counts_addresses_whoever_is_behind_and_a_day_at_most(alice, bob, noon, ways, settings):  # noqa: F811
    settings.MESSAGES_A_DAY = {"email": 1}
    for number, user in enumerate([alice, bob]):
        news(user, kind=KIND, address="Famille@prendsoin.example", revision=number)
    run(noon, rounds=1)
    assert len(ways["email"].accepted) == 1

    noon.shift(timedelta(days=1, seconds=1))
    news(alice, kind=KIND, address="famille@prendsoin.example", revision=9)
    run(noon, rounds=1)
    assert len(ways["email"].accepted) == 2


def test_address_is_kept_as_a_digest_only(alice, noon, ways):  # noqa: F811
    news(alice, kind=KIND)
    run(noon, rounds=1)

    assert Message.objects.get().recipient == digest("alice@prendsoin.example")
    assert "alice" not in Message.objects.get().recipient


@pytest.fixture
def contacts(settings, provider, kinds):  # noqa: F811
    """A kind for readers without an account: a practice noted an e-mail and a mobile."""
    settings.MESSAGE_CHANNELS = {
        **settings.MESSAGE_CHANNELS,
        "sms": "tests.notifications.test_sending.AskableFake",
    }

    @kinds.kind(
        "test.contact",
        falls_back=True,
        other_address=lambda message, channel: NUMBER if channel == "sms" else "marie@exemple.fr",
    )
    def compose(message):
        return Envelope(to=message.address, subject="-", text="-")

    return {"email": Fake, "sms": AskableFake}


@pytest.mark.parametrize(("first", "other", "to"), [("sms", "email", NUMBER), ("email", "sms", "marie@exemple.fr")])
def test_reader_without_an_account_is_reached_the_other_way_once(noon, contacts, monkeypatch, first, other, to):  # noqa: F811
    refuse(monkeypatch, contacts[first])
    notify(kind="test.contact", channel=first, subject="visit:1", address=to)
    run(noon)

    assert [len(contacts[name].accepted) for name in (first, other)] == [0, 1]
    assert not Message.objects.unreached().exists()


def test_reader_without_an_account_who_is_reached_nowhere_is_seen(noon, contacts, monkeypatch):  # noqa: F811
    refuse(monkeypatch, contacts["sms"])
    refuse(monkeypatch, contacts["email"])
    notify(kind="test.contact", channel="sms", subject="visit:1", address=NUMBER)
    run(noon)

    assert Message.objects.filter(state="dead").count() == 2
    assert Message.objects.unreached().count() == 2


def test_kind_without_another_address_has_one_way(noon, provider, kinds, monkeypatch):  # noqa: F811
    kinds.kind("test.alone", falls_back=True)(lambda message: Envelope(to=message.address, subject="-", text="-"))
    refuse(monkeypatch, Fake)
    notify(kind="test.alone", channel="email", subject="visit:1", address="marie@exemple.fr")
    run(noon)

    assert Message.objects.count() == 1


def test_what_may_be_refused_leaves_room_for_what_must_be_known(noon, provider, kinds, settings):  # noqa: F811
    settings.MESSAGES_A_DAY = {"email": 5}
    for name, topic in (("test.offer", Topic.WAITLIST), ("test.cancelled", Topic.SERVICE)):
        kinds.kind(name, topic=topic)(lambda message: Envelope(to=message.address, subject="-", text="-"))
        for n in range(5):
            notify(kind=name, channel="email", subject=f"visit:{n}", address="marie@exemple.fr")
    run(noon)

    sent = Message.objects.filter(state="sent")
    assert [sent.filter(kind=name).count() for name in ("test.offer", "test.cancelled")] == [3, 2]
