"""What e-mail services tell of letters: theirs alone may, kept once, applied once in any order; complaints are heard."""

import json
from base64 import b64encode
from itertools import permutations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, Job
from notifications.envelope import Envelope
from notifications.models import Message, Receipt, ReminderPreference
from notifications.models.preference import address_digest
from notifications.selectors import is_wanted, preference_at, preference_of
from notifications.services import notify, send_message
from notifications.services.receipts import GRACE, ReceiptTooEarly
from notifications.testing import run_due_jobs
from notifications.topics import OPTIONAL, Topic
from tests.notifications.test_fallback import KIND, ways  # noqa: F401
from tests.notifications.test_notify import news
from tests.notifications.test_sending import NOON, noon, provider  # noqa: F401

pytestmark = pytest.mark.django_db

SECRET = "prendsoin:a-secret-of-the-tests-shared-with-nobody"
REFERENCE = "fake:1"
EVENTS = {
    "brevo": {
        "delivered": {"event": "delivered"},
        "undelivered": {"event": "hard_bounce", "reason": "550 5.1.1 alice@prendsoin.example unknown"},
        "complained": {"event": "spam"},
        "left": {"event": "unsubscribe"},
        "opened": {"event": "unique_opened"},
        "deferred": {"event": "deferred"},
    },
    "mailjet": {
        "delivered": {"event": "sent"},
        "undelivered": {"event": "bounce", "hard_bounce": True, "error": "user unknown"},
        "complained": {"event": "spam"},
        "left": {"event": "unsub"},
        "opened": {"event": "open"},
        "deferred": {"event": "bounce", "hard_bounce": False, "error": "greylisted"},
    },
    "postmark": {
        "delivered": {"RecordType": "Delivery"},
        "undelivered": {"RecordType": "Bounce", "Type": "HardBounce", "ID": 4},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 4},
        "left": {"RecordType": "SubscriptionChange", "SuppressSending": True, "Origin": "Recipient"},
        "opened": {"RecordType": "Open"},
        "deferred": {"RecordType": "Bounce", "Type": "Transient", "ID": 4},
    },
}
_NAMES = {"brevo": ("message-id", "email"), "mailjet": ("MessageID", "email"), "postmark": ("MessageID", "Recipient")}


@pytest.fixture(autouse=True)
def service(settings):
    settings.EMAIL_SERVICE = "brevo"
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": SECRET}
    return settings


@pytest.fixture
def sent(alice, noon, ways):  # noqa: F811
    """A letter that the service accepted."""
    news(alice, kind=KIND, channel="email")
    send_message(Message.objects.get().pk)
    return Message.objects.get()


def tell(client, what, *, service="brevo", reference=REFERENCE, secret=SECRET, to="alice@prendsoin.example", body=None):
    identifier, address = _NAMES[service]
    event = {**EVENTS[service].get(what, {}), identifier: reference, address: to}
    return client.post(
        reverse("notifications:email_events", args=[service]),
        data=json.dumps(event).encode() if body is None else body,
        content_type="application/json",
        headers={"Authorization": "Basic " + b64encode(secret.encode()).decode()} if secret else {},
    ).status_code


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("status", ["delivered", "undelivered"])
def test_each_service_s_word_is_noted_on_the_letter(client, sent, service, name, status):
    service.EMAIL_SERVICE = name
    assert tell(client, status, service=name) == 204
    run_due_jobs()

    sent.refresh_from_db()
    assert (sent.receipt, sent.receipt_at) == (status, NOON)


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("step", ["opened", "deferred"])
def test_step_on_the_way_is_not_kept(client, sent, service, name, step):
    service.EMAIL_SERVICE = name
    assert tell(client, step, service=name) == 204

    assert not Receipt.objects.exists()


@pytest.mark.parametrize("order", list(permutations(["deferred", "undelivered", "delivered", "delivered"])))
def test_order_and_repetition_change_nothing(client, sent, order):
    for what in order:
        assert tell(client, what) == 204
        run_due_jobs()

    sent.refresh_from_db()
    assert sent.receipt == "delivered"
    assert Receipt.objects.count() == 2
    assert not Message.objects.filter(state="pending").exists()


def test_hard_bounce_takes_the_other_way_once(client, sent, noon, ways):  # noqa: F811
    for _ in range(3):
        tell(client, "undelivered")
        run_due_jobs()

    sent.refresh_from_db()
    assert sent.receipt_code == "hard_bounce"
    replacement = Message.objects.get(channel="sms")
    assert replacement.due_at == NOON + GRACE
    noon.shift(GRACE)
    send_message(replacement.pk)
    assert len(ways["sms"].accepted) == 1


def test_service_s_sentence_is_never_kept(client, sent):
    tell(client, "undelivered")

    assert "alice" not in repr(Receipt.objects.values().get())


@pytest.mark.parametrize("what", ["complained", "left"])
@pytest.mark.parametrize("name", EVENTS)
def test_complaint_ends_what_may_be_refused_and_nothing_else(client, alice, sent, service, name, what):
    service.EMAIL_SERVICE = name
    for _ in range(2):
        assert tell(client, what, service=name) == 204
        run_due_jobs()

    preference = preference_of(alice.pk)
    assert [is_wanted(preference, topic, "email") for topic in OPTIONAL] == [False] * len(OPTIONAL)
    assert is_wanted(preference, Topic.SERVICE, "email")
    assert is_wanted(preference, Topic.REMINDER, "sms")
    assert AuditEvent.objects.filter(action="notifications.stop_reminders").count() == 1
    sent.refresh_from_db()
    assert sent.receipt == "accepted"


def test_complaint_of_an_address_without_account_is_about_that_address(client, noon, ways):  # noqa: F811
    notify(kind="test.news", channel="email", subject="visit:1", address="Appel@prendsoin.example")
    send_message(Message.objects.get().pk)
    tell(client, "complained", to="appel@prendsoin.example")
    run_due_jobs()

    assert ReminderPreference.objects.get().address_digest == address_digest("appel@prendsoin.example")
    assert not is_wanted(preference_at("appel@prendsoin.example"), Topic.REMINDER, "email")


def test_event_quicker_than_our_note_is_applied_later(client, alice, noon, ways):  # noqa: F811
    tell(client, "delivered")
    tell(client, "complained")
    with pytest.raises(ReceiptTooEarly):
        run_due_jobs()
    news(alice, kind=KIND, channel="email")
    send_message(Message.objects.get().pk)
    noon.move_to(Job.objects.latest("due_at").due_at)
    run_due_jobs()

    assert Message.objects.get().receipt == "delivered"
    assert not is_wanted(preference_of(alice.pk), Topic.REMINDER, "email")


def test_stranger_is_refused_and_writes_nothing(client, sent):
    assert tell(client, "undelivered", secret="") == 403
    assert tell(client, "undelivered", secret="prendsoin:another-secret-of-forty-characters-or-so") == 403

    assert not Receipt.objects.exists()


def test_address_is_that_of_the_service_in_use_and_needs_a_secret(client, service):
    assert tell(client, "delivered", service="postmark") == 404
    service.ANYMAIL = {name: value for name, value in service.ANYMAIL.items() if name != "WEBHOOK_SECRET"}
    assert tell(client, "delivered") == 404
    service.EMAIL_SERVICE = ""
    assert tell(client, "delivered") == 404
    assert client.get(reverse("notifications:email_events", args=["brevo"])).status_code == 405


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"\xff", b'"x"', b'{"items": []}'])
@pytest.mark.parametrize("name", EVENTS)
def test_malformed_events_are_told_so_or_say_nothing(client, service, name, body):
    service.EMAIL_SERVICE = name

    assert tell(client, "", service=name, body=body) in {204, 400}
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("reference", [None, "", 7, "x" * 201, ["x"]])
def test_event_about_no_letter_is_not_kept(client, reference):
    assert tell(client, "undelivered", reference=reference) == 204

    assert not Receipt.objects.exists()


def letter_of(kinds, settings, topic, **whose):
    settings.MESSAGE_CHANNELS = {
        **settings.MESSAGE_CHANNELS,
        "email": "notifications.channels.email.EmailChannel",
    }
    kinds.kind("test.topic", topic=topic)(
        lambda message: Envelope(to=message.address or message.user.email, subject="-", text="-")
    )
    notify(kind="test.topic", channel="email", subject="visit:1", **whose)
    send_message(Message.objects.get().pk)
    return mail.outbox[0].message()


@pytest.mark.parametrize("topic", OPTIONAL)
def test_letter_that_may_be_refused_can_be_left_by_one_click(kinds, settings, alice, topic):
    letter = letter_of(kinds, settings, topic, user_id=alice.pk)

    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = letter["List-Unsubscribe"].removeprefix("<http://testserver").removesuffix(">")
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 302
    assert program.post(path, {}).status_code == 400
    assert not ReminderPreference.objects.exists()
    for _again in range(2):
        assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    preference = preference_of(alice.pk)
    assert [one for one in OPTIONAL if not is_wanted(preference, one, "email")] == [topic]


def test_letter_to_an_address_is_left_for_that_address(kinds, settings):
    letter = letter_of(kinds, settings, Topic.REMINDER, address="appel@prendsoin.example")
    path = letter["List-Unsubscribe"].removeprefix("<http://testserver").removesuffix(">")
    Client().post(path, {"List-Unsubscribe": "One-Click"})

    assert not is_wanted(preference_at("appel@prendsoin.example"), Topic.REMINDER, "email")


def test_news_of_one_s_visits_cannot_be_left(kinds, settings, alice):
    letter = letter_of(kinds, settings, Topic.SERVICE, user_id=alice.pk)

    assert letter["List-Unsubscribe"] is letter["List-Unsubscribe-Post"] is None


def test_forged_link_is_no_address(client):
    assert client.post("/notifications/rappels/email.u1:forged/en-un-clic/").status_code == 404
