"""The real relay, a real worker and a real broker, killed and stopped while messages pour in."""

import random
import shutil
import signal
import time

import pytest

from core import outbox, relay
from core.models import Job
from notifications.models import Message
from script.servers.layout import Layout
from script.servers.valkey import Valkey
from tests.drills.ledger import accepted
from tests.drills.work import FAR, act

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

WORKER = ("celery", "--app", "tests.drills.process", "worker", "--pool", "solo", "--without-gossip", "--without-mingle")
RELAY = ("tests.drills.process", "relay")


@pytest.fixture
def valkey(environment):
    server = Valkey(Layout.of(), "drill-valkey")
    shutil.rmtree(server.folder, ignore_errors=True)
    server.start()
    environment["REDIS_URL"] = server.url
    environment["DRILL_FAST"] = "1"
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


def wait_for(condition, seconds):
    """True as soon as the condition holds; False when it never did."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def all_sent(count):
    return lambda: Message.objects.filter(state="sent").count() == count and effects() == count


def effects():
    return Job.objects.filter(kind="drill.effect", due_at=FAR).count()


def assert_each_once(count):
    letters = accepted()
    assert (len(letters), len(set(letters)), effects()) == (count, count, count)


def alive(name):
    """The process of this name has given its sign of life."""
    return lambda: getattr(relay.pulse(), name) is not None


def wait_for_worker(start):
    start("celery", "--app", "tests.drills.process", "call", "core.worker_seen")
    assert wait_for(alive("worker_seen_ago"), 60)


def test_worker_makes_it_quick(start, valkey, environment):
    """Nobody waits for the relay's patience while a worker lives."""
    del environment["DRILL_FAST"]
    start(*RELAY)
    start(*WORKER)
    wait_for_worker(start)

    began = time.monotonic()
    act(0)
    assert wait_for(all_sent(1), 10)

    assert time.monotonic() - began < outbox.PATIENCE.total_seconds() / 2


def test_worker_killed_again_and_again_loses_and_doubles_nothing(start, valkey):
    """D01 and D19: a worker killed at random moments, two relays."""
    chance = random.Random(7)
    start(*RELAY)
    start(*RELAY)
    worker = start(*WORKER, DRILL_SLOWNESS="0.02")
    wait_for_worker(start)
    for number in range(120):
        act(number)
        if number % 40 == 39:
            time.sleep(chance.uniform(0.2, 3))
            worker.send_signal(signal.SIGKILL)
            worker.wait(5)
            worker = start(*WORKER, DRILL_SLOWNESS="0.02")

    assert wait_for(all_sent(120), 60)
    assert_each_once(120)


def test_broker_that_never_comes_back_delays_nothing_long(start, valkey):
    """D04: the relay alone, from the moment the broker dies."""
    start(*RELAY)
    act(0)
    assert wait_for(all_sent(1), 30)
    valkey.stop()

    began = time.monotonic()
    for number in range(1, 41):
        act(number)
    assert wait_for(all_sent(41), 30)

    assert time.monotonic() - began < 15
    assert_each_once(41)


def test_broker_killed_and_emptied_loses_nothing(start, valkey):
    """D03: what the broker held is gone; the outbox is the truth."""
    start(*RELAY)
    for number in range(30):
        act(number)
        if number % 10 == 9:
            valkey.stop()
            shutil.rmtree(valkey.folder)
            valkey.start()

    assert wait_for(all_sent(30), 60)
    assert_each_once(30)


def test_hung_worker_delays_its_messages_by_its_lease_at_most(start, valkey):
    """D05: stopped, not dead: the broker still believes in it."""
    start(*RELAY)
    worker = start(*WORKER, DRILL_SLOWNESS="0.5")
    wait_for_worker(start)
    for number in range(11):
        act(number)
    assert wait_for(lambda: Message.objects.filter(state="sending").exists(), 30)
    worker.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()

    assert wait_for(all_sent(11), 30)
    assert time.monotonic() - stopped < 20
    assert_each_once(11)
    worker.send_signal(signal.SIGCONT)


def test_relay_told_to_stop_finishes_what_it_does_and_leaves(start, valkey):
    valkey.stop()
    process = start(*RELAY, DRILL_SLOWNESS="0.3")
    assert wait_for(alive("seen_ago"), 30)
    for number in range(10):
        act(number)
    assert wait_for(lambda: Message.objects.filter(state="sending").exists(), 30)

    process.send_signal(signal.SIGTERM)

    assert process.wait(15) == 0
    assert not Message.objects.filter(state="sending").exists()
    assert len(accepted()) == Message.objects.filter(state="sent").count()


def test_worker_that_consumes_nothing_leaves_by_itself(start, valkey):
    """D05: it lives, it is connected, and takes no task: the watchdog ends it; one that works stays."""
    deaf = start(*WORKER, "--queues", "nobody", DRILL_FAST_WATCHDOG="1")

    assert wait_for(lambda: deaf.poll() is not None, 60)

    valkey.stop()
    valkey.start()
    good = start(*WORKER, DRILL_FAST_WATCHDOG="1")
    wait_for_worker(start)
    time.sleep(8)
    assert good.poll() is None
