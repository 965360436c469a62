"""Receipts: signed, kept once, applied once, in whatever order they come."""

import json
from itertools import permutations

import pytest
from django.urls import reverse

from core.models import Job
from notifications.enums import MessageState
from notifications.models import Message, Receipt
from notifications.receipt_signature import HEADER, sign
from notifications.services import apply_receipt, send_message
from notifications.services.receipts import GRACE, ReceiptTooEarly
from notifications.testing import run_due_jobs
from tests.notifications.test_fallback import KIND, ways  # noqa: F401
from tests.notifications.test_notify import news
from tests.notifications.test_sending import NOON, noon, provider  # noqa: F401

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-the-tests-shared-with-nobody"
REFERENCE = "fake:1"


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.RECEIPT_SECRETS = {"sms": SECRET}


@pytest.fixture
def sent(alice, noon, ways):  # noqa: F811
    """An SMS that the provider accepted."""
    news(alice, kind=KIND, channel="sms")
    send_message(Message.objects.get().pk)
    return Message.objects.get()


def tell(client, status, *, reference=REFERENCE, secret=SECRET, body=None, provider="sms", **more):  # noqa: F811
    body = json.dumps({"id": reference, "status": status, **more}).encode() if body is None else body
    return client.post(
        reverse("notifications:receipts", args=[provider]),
        data=body,
        content_type="application/json",
        headers={HEADER: sign(secret, body)},
    ).status_code


def test_accepted_message_waits_for_its_receipt(sent):
    assert (sent.state, sent.receipt) == (MessageState.SENT, "accepted")


@pytest.mark.parametrize("status", ["delivered", "undelivered"])
def test_receipt_is_noted_on_the_message(client, sent, status):
    assert tell(client, status, code="ABSENT_SUBSCRIBER") == 204
    run_due_jobs()

    sent.refresh_from_db()
    assert (sent.receipt, sent.receipt_at, sent.receipt_code) == (status, NOON, "ABSENT_SUBSCRIBER")


def test_same_receipt_acts_once(client, sent):
    for _ in range(5):
        assert tell(client, "undelivered") == 204
        run_due_jobs()

    assert Receipt.objects.count() == 1
    assert Job.objects.count() == 1
    assert Message.objects.filter(channel="email").count() == 1


@pytest.mark.parametrize("order", list(permutations(["queued", "undelivered", "delivered", "delivered"])))
def test_order_of_receipts_changes_nothing(client, sent, order):
    for status in order:
        tell(client, status)
        run_due_jobs()

    sent.refresh_from_db()
    assert sent.receipt == "delivered"
    assert not Message.objects.filter(state="pending").exists(), "nobody is written to a second time"


def test_message_not_delivered_goes_another_way_after_a_grace(client, sent, noon, ways):  # noqa: F811
    tell(client, "undelivered")
    run_due_jobs()

    replacement = Message.objects.get(channel="email")
    assert replacement.due_at == NOON + GRACE
    assert list(Message.objects.unreached()) == []
    noon.shift(GRACE)
    send_message(replacement.pk)
    assert len(ways["email"].accepted) == 1


def test_receipt_quicker_than_our_note_is_applied_later(client, alice, noon, ways):  # noqa: F811
    assert tell(client, "delivered") == 204
    with pytest.raises(ReceiptTooEarly):
        run_due_jobs()
    news(alice, kind=KIND, channel="sms")
    send_message(Message.objects.get().pk)
    noon.move_to(Job.objects.get().due_at)
    run_due_jobs()

    assert Message.objects.get().receipt == "delivered"


def test_receipt_of_nobody_s_message_ends_by_itself(client, noon):  # noqa: F811
    tell(client, "delivered", reference="unknown")
    for _ in range(8):
        noon.move_to(Job.objects.get().due_at)
        with pytest.raises(ReceiptTooEarly):
            run_due_jobs()

    assert Job.objects.get().state == "dead"


def test_receipt_names_a_message_of_its_own_provider_only(client, alice, noon, ways):  # noqa: F811
    news(alice, kind=KIND, channel="email")
    send_message(Message.objects.get().pk)
    tell(client, "undelivered")

    with pytest.raises(ReceiptTooEarly):
        apply_receipt(receipt_id=Receipt.objects.get().pk)


def test_unsigned_or_forged_receipt_is_refused(client, sent):
    address = reverse("notifications:receipts", args=["sms"])
    body = json.dumps({"id": REFERENCE, "status": "undelivered"}).encode()

    assert client.post(address, data=body, content_type="application/json").status_code == 403
    assert tell(client, "undelivered", secret="another-secret") == 403
    forged = client.post(
        address, data=body + b" ", content_type="application/json", headers={HEADER: sign(SECRET, body)}
    )
    assert forged.status_code == 403
    assert not Receipt.objects.exists()


def test_there_is_no_address_without_a_secret(client, settings):
    assert tell(client, "delivered", provider="email") == 404
    settings.RECEIPT_SECRETS = {}
    assert tell(client, "delivered") == 404
    assert client.get(reverse("notifications:receipts", args=["sms"])).status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"status": "delivered"}',
        b'{"id": 1, "status": "delivered"}',
        b'{"id": "x"}',
        b'{"id": "x", "status": ["delivered"]}',
        json.dumps({"id": "x" * 201, "status": "delivered"}).encode(),
    ],
)
def test_malformed_receipt_is_told_so(client, db, body):
    assert tell(client, "", body=body) == 400
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("code", ["Alice Martin, 06 39 98 00 01", "x" * 41, "é", None, ["a"]])
def test_code_that_may_name_somebody_is_not_kept(client, sent, code):
    tell(client, "undelivered", code=code)

    assert Receipt.objects.get().code == ""
