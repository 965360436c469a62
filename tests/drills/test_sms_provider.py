"""A provider of SMS on the network that loses answers (D10): what its recipients see, by what it promises.

The double runs here, over real HTTP; its own list of accepted SMS is the judge. The provider that promises nothing is the
negative control: it must show doubles, and the number is printed.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from core import clock
from notifications import circuits
from notifications.doubles.sms_provider import Fault, Mode, SmsProviderDouble, serving
from notifications.models import Message
from notifications.services import notify, send_message
from notifications.testing import run_due_jobs
from tests.drills.work import CRASHED

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEED = 20261123
MESSAGES = 40
SECRET = "a-secret-of-the-drills-shared-with-nobody"


@pytest.fixture
def double(kinds, settings):
    """The double, as the provider of this process."""
    with serving(SmsProviderDouble()) as server:
        point_at(settings, server)
        yield server


def point_at(settings, double):
    settings.SMS_PROVIDER = {
        "url": f"http://127.0.0.1:{double.port}/v1/sms",
        "user": "double",
        "password": "double",
        "sender": "Prendsoin",
        "promise": double.mode.value,
    }
    settings.MESSAGE_CHANNELS = {
        **settings.MESSAGE_CHANNELS,
        "sms": "notifications.channels.http_sms.HttpSmsChannel",
    }


def write(number):
    notify(
        kind="drill.news",
        channel="sms",
        subject=f"drill:{number}",
        address=f"+336399801{number:02d}",
        expires_at=clock.now() + timedelta(days=2),
    )


def send_until_all_ended(time):
    for _ in range(200):
        waiting = Message.objects.filter(state="pending").order_by("due_at")
        if not waiting:
            return
        time.move_to(max(clock.now(), waiting[0].due_at))
        for pk in list(waiting.filter(due_at__lte=clock.now()).values_list("pk", flat=True)):
            send_message(pk)
    raise AssertionError("messages go round and round")


@pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.name.lower())
def test_lost_answers_lose_nothing_and_double_only_where_nothing_is_promised(double, settings, mode, monkeypatch):
    monkeypatch.setattr(circuits, "THRESHOLD", 1_000)  # every message meets the fault, none waits for the provider
    double.mode, double.fault, double.share, double.chance = mode, Fault.DROP, 0.3, random.Random(SEED)
    point_at(settings, double)
    with time_machine.travel(NOON, tick=False) as time:
        for number in range(MESSAGES):
            write(number)
        send_until_all_ended(time)

    seen = Counter(sms.to for sms in double.accepted)
    doubles = sum(times - 1 for times in seen.values())
    print(f"\nseed {SEED}, {mode.name.lower()}: {MESSAGES} messages, {len(seen)} people reached, {doubles} doubles")  # noqa: T201  the figure is what the drill is for
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(seen) == MESSAGES, "nobody is forgotten"
    assert (doubles > 0) == (mode is Mode.NEITHER)


@pytest.mark.parametrize(("mode", "expected"), [(Mode.DEDUPES, 1), (Mode.KNOWS, 1), (Mode.NEITHER, 2)])
def test_death_after_acceptance_is_repeated_only_where_nothing_is_promised(
    double, run, environment, settings, mode, expected
):
    double.mode = mode
    point_at(settings, double)
    environment["SMS_URL"] = f"{double.url}?promise={mode.value}"
    write(0)
    assert run("send", CRASH_AT="after_acceptance") == CRASHED
    Message.objects.update(lease_until=clock.now() - timedelta(seconds=1))

    assert send_message(Message.objects.get().pk).state == "sent"

    assert len(double.accepted) == expected


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.BUSY, Fault.GARBAGE])
def test_provider_that_recovers_gets_every_message_once(double, settings, fault):
    """The circuit opens and closes on the way; what waited is sent, in the end, once."""
    double.fault = fault
    with time_machine.travel(NOON, tick=False) as time:
        for number in range(MESSAGES):
            write(number)
        for pk in list(Message.objects.values_list("pk", flat=True)):
            send_message(pk)
        assert double.requests < MESSAGES, "a failing provider is left alone"
        double.fault = None
        send_until_all_ended(time)

    assert Counter(sms.to for sms in double.accepted).most_common(1)[0][1] == 1
    assert len(double.accepted) == MESSAGES


def test_receipts_of_the_double_reach_the_site_in_any_order(double, settings, live_server):
    settings.RECEIPT_SECRETS = {"sms": SECRET}
    address = live_server.url + reverse("notifications:receipts", args=["sms"])
    write(0)
    send_message(Message.objects.get().pk)

    told = ["queued", "delivered", "undelivered", "delivered"]
    assert [double.send_receipt(address, SECRET, double.accepted[0], status) for status in told] == [204] * 4
    run_due_jobs()

    assert Message.objects.get().receipt == "delivered"
