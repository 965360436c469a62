"""What a person refuses, by topic and channel: nothing of it silences the news of her own visits."""

import pytest

from core.exceptions import NotForYou
from notifications import registry
from notifications.models import Message, ReminderPreference
from notifications.rendering import sms
from notifications.selectors import is_wanted, preference_at, preference_of
from notifications.services import notify
from notifications.services.preferences import choose_at_address, set_messages
from notifications.stop_links import read_stop, stop_path
from notifications.testing import deliver_all
from notifications.topics import OPTIONAL, Topic
from tests.booking.conftest import actor_of

pytestmark = pytest.mark.django_db

PHONE = "+33639980001"


def refused(preference):
    return [
        f"{topic}.{channel}"
        for topic in Topic
        for channel in ("email", "sms")
        if not is_wanted(preference, topic, channel)
    ]


def token_of(path):
    return path.rstrip("/").rpartition("/")[2]


def test_every_optional_kind_names_its_topic():
    topics = {kind: registry.topic_of(kind) for kind in registry.kinds()}

    assert topics["booking.reminder"] is Topic.REMINDER
    assert topics["booking.waitlist_offer"] is Topic.WAITLIST
    assert topics["booking.late"] is Topic.LATE
    assert topics["booking.broadcast"] is Topic.BROADCAST
    for kind in ("booking.confirmed", "booking.moved", "booking.cancelled", "accounts.code", "patients.link_code"):
        assert topics[kind] is Topic.SERVICE


def test_refusing_everything_leaves_the_service_messages(alice):
    set_messages(actor=actor_of(alice), wanted=dict.fromkeys(OPTIONAL, ()))

    assert refused(preference_of(alice.pk)) == [
        f"{topic}.{channel}" for topic in OPTIONAL for channel in ("email", "sms")
    ]


@pytest.mark.parametrize("topic", OPTIONAL)
def test_a_link_ends_one_topic_by_one_channel(client, alice, topic):
    path = stop_path("sms", user_id=alice.pk, topic=topic)

    assert client.get(path).status_code == 200
    assert refused(preference_of(alice.pk)) == []
    for _twice in range(2):
        assert client.post(path).status_code == 200

    assert refused(preference_of(alice.pk)) == [f"{topic}.sms"]


def test_no_link_ends_the_service_messages(alice):
    with pytest.raises(ValueError, match="topic"):
        stop_path("sms", user_id=alice.pk, topic=Topic.SERVICE)
    with pytest.raises(ValueError, match="topic"):
        set_messages(actor=actor_of(alice), wanted={"service": ()})
    with pytest.raises(ValueError, match="topic"):
        set_messages(actor=actor_of(alice), wanted={"late": ("pigeon",)})
    assert not ReminderPreference.objects.exclude(refused=[]).exists()


def test_who_has_no_account_chooses_by_the_link(client):
    path = stop_path("email", address="appel@prendsoin.example", topic=Topic.BROADCAST)

    answer = client.post(path, {"choix": "1", "topics": ["reminder", "late", "service", "x"], "discreet": "on"})

    assert answer.status_code == 200
    preference = preference_at("appel@prendsoin.example")
    assert refused(preference) == ["waitlist.email", "broadcast.email"]
    assert preference.discreet is True
    client.post(path, {"choix": "1", "topics": [str(topic) for topic in OPTIONAL]})
    assert refused(preference_at("appel@prendsoin.example")) == []


def test_an_account_is_not_changed_by_whoever_holds_its_link(alice):
    token = token_of(stop_path("email", user_id=alice.pk))

    with pytest.raises(NotForYou):
        choose_at_address(token=token, topics=[], discreet=True)
    assert read_stop(token).topic is Topic.REMINDER


@pytest.fixture
def kinds(monkeypatch):
    """Two kinds that say the same: one must be known, one may be refused."""
    for name, topic in (("tests.service", Topic.SERVICE), ("tests.late", Topic.LATE)):
        monkeypatch.setitem(
            registry._composers, name, lambda message: sms("accounts.code", {"code": "1"}, to=message.address or PHONE)
        )
        monkeypatch.setitem(registry._topics, name, topic)


def test_the_sending_looks_at_it_whatever_the_composer_does(kinds, alice):
    set_messages(actor=actor_of(alice), wanted={"late": ["email"]})
    for kind in ("tests.service", "tests.late"):
        notify(kind=kind, channel="sms", subject="tests:1", user_id=alice.pk)

    assert len(deliver_all()) == 1
    states = dict(Message.objects.values_list("kind", "state"))
    assert states == {"tests.service": "sent", "tests.late": "cancelled"}
    assert Message.objects.get(kind="tests.late").last_error == "not_wanted"


def test_an_address_that_refused_gets_none_either(kinds, client):
    client.post(stop_path("sms", address=PHONE, topic=Topic.LATE))
    for kind in ("tests.service", "tests.late"):
        notify(kind=kind, channel="sms", subject="tests:1", address=PHONE)

    assert len(deliver_all()) == 1
    assert Message.objects.get(kind="tests.late").state == "cancelled"
