"""The watchdog of a worker: leaves when work stands still, and only then."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError

from core import relay, watchdog
from core.models import Heartbeat, Job
from core.watchdog import CANARY, CANARY_UNSEEN, ROW_TOO_OLD, Watchdog

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOK = timedelta(seconds=watchdog.LOOK_EVERY)


class BrokerDouble:
    """Takes canaries, or is away."""

    def __init__(self):
        self.is_away = False
        self.canaries = []

    def publish(self, task, pk):
        if not self.is_away:
            self.canaries.append(task)
        return not self.is_away


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as time:
        yield time


@pytest.fixture
def broker():
    return BrokerDouble()


def looks(dog, noon, seconds, *, every=LOOK, done=False):
    """What the watchdog says at its last look; `done`: a worker does the canaries."""
    told = None
    for _ in range(round(seconds / every.total_seconds())):
        told = dog.look()
        if done:
            relay.record_beat(relay.WORKER)
        noon.shift(every)
        if told:
            return told
    return told


def test_canaries_that_are_done_keep_the_worker(noon, broker):
    assert looks(Watchdog(broker), noon, 600, done=True) is None
    assert set(broker.canaries) == {CANARY}


def test_canaries_nobody_does_end_the_worker_after_their_time(noon, broker):
    dog = Watchdog(broker)

    assert looks(dog, noon, CANARY_UNSEEN.total_seconds()) is None
    assert looks(dog, noon, 60) == "canary_unseen"


def test_old_sign_of_life_does_not_end_a_worker_that_has_just_begun(noon, broker):
    Heartbeat.objects.create(name=relay.WORKER, beat_at=NOON - timedelta(hours=3))

    assert looks(Watchdog(broker), noon, CANARY_UNSEEN.total_seconds()) is None


def test_broker_that_is_away_is_no_reason_to_leave_and_the_count_starts_when_it_is_back(noon, broker):
    dog = Watchdog(broker)
    broker.is_away = True
    assert looks(dog, noon, 600) is None

    broker.is_away = False
    assert looks(dog, noon, CANARY_UNSEEN.total_seconds()) is None
    assert looks(dog, noon, 60) == "canary_unseen"


def old_row():
    Job.objects.create(kind="tests", due_at=NOON - ROW_TOO_OLD - timedelta(seconds=1))


def test_rows_that_wait_while_no_task_is_taken_end_the_worker(noon, broker):
    old_row()

    assert looks(Watchdog(broker, tasks_taken=lambda: 5), noon, 60, done=True) == "rows_too_old"


def test_long_queue_that_moves_is_no_reason(noon, broker):
    old_row()
    taken = iter(range(1_000))

    assert looks(Watchdog(broker, tasks_taken=lambda: next(taken)), noon, 300, done=True) is None


def test_watching_ends_with_the_worker_or_with_a_reason(monkeypatch, broker):
    monkeypatch.setattr(watchdog, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(watchdog.connection, "close", lambda: None)
    answers = iter([None, OperationalError(), "canary_unseen"])
    left = []

    class Told:
        def look(self):
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

    watchdog.watch(Told(), lambda: left.append("left"), threading.Event())
    assert left == ["left"]

    stopped = threading.Event()
    stopped.set()
    watchdog.watch(Told(), lambda: left.append("again"), stopped)
    assert left == ["left"]
