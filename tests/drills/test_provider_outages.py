"""D10: a provider that hangs, fails, drops its answers and asks for patience in turn, then calls back twice and in disorder."""

import random
import threading
import time
from pathlib import Path

import pytest
from django.urls import reverse

from core import relay
from notifications.doubles.sms_provider import Fault, Mode, serving
from notifications.models import Message
from tests.drills.checker import check_news, connect
from tests.drills.extent import sized
from tests.drills.journals import JournallingProvider
from tests.drills.site import RELAY, alive, wait_for
from tests.drills.work import write

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

SECRET = "a-secret-of-the-drills-shared-with-nobody"
MESSAGES = sized(24, 200)
# The main thread and its hands; the interpreter and the drivers may have a few of their own.
THREADS = 1 + relay.HANDS + 3


def threads_of(process):
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Threads:"))


def fail_in_turn(provider, chance, over):
    """Each fault for a while, a respite after each."""
    # The short form is spared the seconds of patience that `BUSY` asks for; `test_sms_provider` has it.
    faults = [fault for fault in Fault if fault is not sized(Fault.BUSY, None)]
    for fault in chance.sample(faults, len(faults)) * sized(1, 2):
        provider.fault, provider.share = fault, chance.choice([0.5, 1.0])
        if over.wait(chance.uniform(0.3, sized(0.8, 3))):
            break
        provider.fault = None
        if over.wait(0.3):
            break
    provider.fault = None


def call_back(provider, address, chance):
    """A receipt of each SMS, twice, in any order; the operator first thought that it was not delivered."""
    calls = [(sms, status) for sms in provider.accepted for status in ("undelivered", "delivered", "delivered")]
    chance.shuffle(calls)
    return [provider.send_receipt(address, SECRET, sms, status) for sms, status in calls]


MODES = sized([Mode.KNOWS], [Mode.DEDUPES, Mode.KNOWS])


@pytest.mark.parametrize("mode", MODES, ids=[mode.name.lower() for mode in MODES])
def test_d10_failing_provider_loses_and_doubles_nothing(
    start, environment, live_server, settings, clients, recipients, seed, chance, tell, mode
):
    provider, over = JournallingProvider(), threading.Event()
    provider.journal, provider.mode, provider.hang_seconds = recipients, mode, sized(2.0, 30.0)
    provider.chance = random.Random(seed)
    settings.RECEIPT_SECRETS = {"sms": SECRET}
    with serving(provider):
        environment |= {
            "SMS_URL": f"{provider.url}?promise={mode.value}",
            "DRILL_FAST": "1",
            # Hung answers are given up after so long; the waits of the curve are a second each.
            "DRILL_IMPATIENT": "1",
        }
        process = start(*RELAY)
        assert wait_for(alive("seen_ago"), 60)
        failing = threading.Thread(target=fail_in_turn, args=(provider, chance, over))
        failing.start()
        threads = 0
        for number in range(MESSAGES):
            write(number)
            clients.write(act="write", news=f"drill:{number}")
            threads = max(threads, threads_of(process))
            time.sleep(0.05)
        failing.join(60)
        over.set()
        assert wait_for(lambda: not Message.objects.filter(state__in=("pending", "sending")).exists(), 120)
        answers = call_back(provider, live_server.url + reverse("notifications:receipts", args=["sms"]), chance)
        assert wait_for(lambda: not Message.objects.exclude(receipt="delivered").exists(), 60)

    found = check_news(environment["DATABASE_URL"], recipients.path, clients.path)
    with connect(environment["DATABASE_URL"]) as database:
        kept = database.execute("SELECT count(*) FROM notifications_receipt").fetchone()[0]
    tell("D10", f"provider {mode.name.lower()} that fails in five ways: {found}; {len(answers)} receipts, {kept} kept, "
                f"{threads} threads")  # fmt: skip
    assert (found.acknowledged, found.is_clean) == (MESSAGES, True), found
    assert set(answers) == {204}
    assert kept == 2 * MESSAGES
    assert threads <= THREADS
