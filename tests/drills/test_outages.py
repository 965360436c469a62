"""The real relay, a real worker and a real broker, stopped, cut off and hung while messages pour in (D04, D05)."""

import os
import signal
import time
from pathlib import Path

import pytest

from core import outbox
from core.models import Job
from notifications.models import Message
from tests.drills.extent import sized
from tests.drills.ledger import accepted
from tests.drills.site import RELAY, WORKER, WORKERS, alive, wait_for, wait_for_worker
from tests.drills.work import FAR, act

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


def all_sent(count):
    return lambda: Message.objects.filter(state="sent").count() == count and effects() == count


def effects():
    return Job.objects.filter(kind="drill.effect", due_at=FAR).count()


def assert_each_once(count):
    letters = accepted()
    assert (len(letters), len(set(letters)), effects()) == (count, count, count)


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


def test_broker_that_never_comes_back_delays_nothing_long(start, valkey):
    """D04: the relay alone, from the moment the broker dies."""
    start(*RELAY)
    act(0)
    assert wait_for(all_sent(1), 30)
    valkey.stop()

    began = time.monotonic()
    count = sized(20, 40)
    for number in range(1, 1 + count):
        act(number)
    assert wait_for(all_sent(1 + count), 30)

    assert time.monotonic() - began < 15
    assert_each_once(1 + count)


def test_hung_worker_delays_its_messages_by_its_lease_at_most(start, valkey):
    """D05: stopped, not dead: the broker still believes in it."""
    start(*RELAY)
    worker = start(*WORKER, DRILL_SLOWNESS="0.5")
    wait_for_worker(start)
    count = sized(6, 11)
    for number in range(count):
        act(number)
    assert wait_for(lambda: Message.objects.filter(state="sending").exists(), 30)
    worker.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()

    assert wait_for(all_sent(count), 30)
    assert time.monotonic() - stopped < 20
    assert_each_once(count)
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
    unseen = sized(3, 5)
    deaf = start(*WORKER, "--queues", "nobody", DRILL_FAST_WATCHDOG=str(unseen))

    assert wait_for(lambda: deaf.poll() is not None, 60)

    valkey.stop()
    valkey.start()
    good = start(*WORKER, DRILL_FAST_WATCHDOG=str(unseen))
    wait_for_worker(start)
    time.sleep(unseen + sized(1, 3))
    assert good.poll() is None


def children_of(process):
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text().split()]


def test_d05_hung_child_is_killed_by_its_worker(start, valkey):
    """One of two children stops dead in the middle: its message comes back, the worker kills it and gets another one."""
    start(*RELAY)
    worker = start(*WORKERS, DRILL_SLOWNESS="0.3", DRILL_TASK_SECONDS=sized("3", "4"))
    wait_for_worker(start)
    before = children_of(worker)
    for number in range(8):
        act(number)
    assert wait_for(lambda: Message.objects.filter(state="sending").exists(), 30)
    os.kill(before[0], signal.SIGSTOP)

    assert wait_for(all_sent(8), 40)
    assert wait_for(lambda: before[0] not in children_of(worker) or is_idle(before[0]), 30)
    assert_each_once(8)
    assert worker.poll() is None


def is_idle(pid):
    """It was stopped between two tasks: nothing for anybody to notice, and nothing lost."""
    os.kill(pid, signal.SIGCONT)
    return True
