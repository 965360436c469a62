"""The relay: hands due rows on, does what nobody takes, and needs no broker."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core import jobs, outbox, relay, tasks
from core.broker import Broker
from core.models import Heartbeat, Job, JobState

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Post:
    """A broker that notes what it is given, and that can be down."""

    def __init__(self, *, up=True):
        self.up = up
        self.given = []

    @property
    def is_resting(self):
        return not self.up

    def publish(self, task, pk):
        if self.up:
            self.given.append((task, pk))
        return self.up

    def close(self):
        """Nothing is held."""


@pytest.fixture(autouse=True)
def done(monkeypatch):
    """The numbers of the jobs that were done, in order."""
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    seen = []

    @jobs.handler("test.note")
    def note(number):
        seen.append(number)

    return seen


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as time:
        yield time


def one_hand(broker):
    return relay.Relay(broker, hands=0)


def test_due_rows_go_to_the_workers_oldest_first(noon, done):
    late = jobs.enqueue("test.note", number=1, due_at=NOON - timedelta(minutes=2))
    later = jobs.enqueue("test.note", number=2, due_at=NOON - timedelta(minutes=3))
    jobs.enqueue("test.note", number=3, due_at=NOON + timedelta(seconds=1))
    post = Post()

    assert one_hand(post).turn() == 2

    assert post.given == [("core.run_job", later), ("core.run_job", late)]
    assert done == []


def test_row_is_offered_once(noon):
    jobs.enqueue("test.note", number=1)
    post = Post()
    worker = one_hand(post)

    assert (worker.turn(), worker.turn()) == (1, 0)
    assert len(post.given) == 1


def test_row_nobody_took_is_done_here_after_the_patience(noon, done):
    jobs.enqueue("test.note", number=1)
    worker = one_hand(Post())
    worker.turn()

    noon.shift(outbox.PATIENCE)
    assert (worker.turn(), done) == (0, [])
    noon.shift(timedelta(milliseconds=1))
    assert worker.turn() == 1

    assert done == [1]
    assert Job.objects.get().state == JobState.DONE


def test_dead_broker_delays_nothing(noon, done):
    for number in range(3):
        jobs.enqueue("test.note", number=number)

    one_hand(Post(up=False)).turn()

    assert done == [0, 1, 2]


def test_row_the_broker_lost_is_not_done_twice(noon, done):
    pk = jobs.enqueue("test.note", number=1)
    worker = one_hand(Post())
    worker.turn()
    tasks.run_job(pk)  # the worker comes just before the patience ends

    noon.shift(timedelta(minutes=1))
    worker.turn()
    tasks.run_job(pk)  # and the broker delivers again

    assert done == [1]


def test_two_relays_share_the_rows(noon):
    for number in range(5):
        jobs.enqueue("test.note", number=number)
    first, second = Post(), Post()

    one_hand(first).turn()
    one_hand(second).turn()

    assert (len(first.given), len(second.given)) == (5, 0)


def test_failed_row_is_offered_again_when_its_wait_is_over(noon):
    def fail(number):
        raise RuntimeError

    jobs.handler("test.fail")(fail)
    pk = jobs.enqueue("test.fail", number=1)
    post = Post()
    worker = one_hand(post)
    worker.turn()
    tasks.run_job(pk)

    assert worker.turn() == 0
    noon.shift(timedelta(minutes=1))
    assert worker.turn() == 1
    assert post.given == [("core.run_job", pk)] * 2


def test_row_of_a_dead_worker_comes_back(noon, done):
    pk = jobs.enqueue("test.note", number=1)
    post = Post()
    worker = one_hand(post)
    worker.turn()
    outbox.claim(Job, pk)  # the worker dies here

    noon.shift(Job.LEASE + timedelta(seconds=1))
    worker.turn()

    assert post.given == [("core.run_job", pk)] * 2


def test_pulse_tells_the_backlog_and_who_lives(noon):
    assert relay.pulse() == relay.Pulse(seen_ago=None, worker_seen_ago=None, lag=timedelta(0))
    jobs.enqueue("test.note", number=1, due_at=NOON - timedelta(seconds=90))
    jobs.enqueue("test.note", number=2, due_at=NOON + timedelta(seconds=90))
    relay.record_beat(relay.HEARTBEAT)
    tasks.worker_seen()

    noon.shift(timedelta(seconds=7))

    assert relay.pulse() == relay.Pulse(
        seen_ago=timedelta(seconds=7), worker_seen_ago=timedelta(seconds=7), lag=timedelta(seconds=97)
    )


def test_lag_counts_rows_offered_and_not_taken(noon):
    jobs.enqueue("test.note", number=1, due_at=NOON - timedelta(seconds=90))
    one_hand(Post()).turn()

    assert relay.pulse().lag == timedelta(seconds=90)


def test_beat_is_one_row(noon):
    relay.record_beat("relay")
    relay.record_beat("relay")

    assert Heartbeat.objects.count() == 1


def test_sweep_leaves_the_work_to_a_live_relay(noon, done):
    jobs.enqueue("test.note", number=1)
    relay.record_beat(relay.HEARTBEAT)

    assert relay.sweep() == 0
    assert done == []


@pytest.mark.parametrize("seen_ago", [None, relay.RELAY_MISSED_AFTER])
def test_sweep_does_the_work_of_a_dead_relay(noon, done, seen_ago):
    if seen_ago:
        relay.record_beat(relay.HEARTBEAT)
        noon.shift(seen_ago)
    for number in range(3):
        jobs.enqueue("test.note", number=number)

    assert relay.sweep() == 3
    assert sorted(done) == [0, 1, 2]


def test_sweep_stops_when_its_time_is_over(noon):
    def slow(number):
        noon.shift(timedelta(seconds=20))

    jobs.handler("test.slow")(slow)
    for number in range(3):
        jobs.enqueue("test.slow", number=number)

    assert relay.sweep(timedelta(seconds=25)) == 2


def test_tick_of_two_beats_is_one_job(noon, done):
    tasks.tick("core.prune")
    tasks.tick("core.prune")

    assert Job.objects.filter(kind="core.prune").count() == 1


def test_broker_that_refuses_is_left_alone_for_a_while(monkeypatch):
    calls = []

    def refuse(*args, **kwargs):
        calls.append(args)
        raise ConnectionRefusedError

    broker = Broker()
    monkeypatch.setattr("core.broker.current_app.send_task", refuse)

    assert [broker.publish("core.run_job", 1) for _ in range(3)] == [False] * 3
    assert broker.is_resting
    assert len(calls) == 1


def test_broker_without_server_answers_within_a_second(settings):
    from celery import current_app

    broker = Broker()
    current_app.conf.broker_url, before = "redis+socket:///nonexistent/valkey.sock", current_app.conf.broker_url
    try:
        from time import monotonic

        started = monotonic()
        assert broker.publish("core.run_job", 1) is False
        assert monotonic() - started < 1
    finally:
        current_app.conf.broker_url = before


def test_every_entry_of_the_schedule_names_known_work():
    from config.celery import app
    from config.schedule import BEAT_SCHEDULE

    app.loader.import_default_modules()
    for entry in BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
        if entry["task"] == "core.tick":
            assert entry["args"][0] in jobs._handlers


def test_no_more_is_offered_than_the_workers_are_behind(noon, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 3)
    ids = [jobs.enqueue("test.note", number=number) for number in range(5)]
    post = Post()
    worker = one_hand(post)

    assert (worker.turn(), worker.turn()) == (3, 0)
    for pk in ids[:2]:
        tasks.run_job(pk)

    assert worker.turn() == 2
    assert sorted(pk for _task, pk in post.given) == sorted(ids)


def test_a_row_offered_and_then_put_off_holds_nothing_up(noon, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 1)
    jobs.enqueue("test.note", number=1)
    worker = one_hand(Post())
    worker.turn()
    Job.objects.update(due_at=NOON + timedelta(hours=1))
    jobs.enqueue("test.note", number=2)

    assert worker.turn() == 1


@pytest.mark.parametrize(("count", "shares"), [(1, [1]), (7, [1] * 7), (8, [2] * 4), (100, [10] * 10)])
def test_rows_are_handed_over_by_handfuls_when_there_are_many(count, shares):
    queue = relay.Queue(model=Job, task="one", do=lambda pk: None, task_of_many="many")

    assert [len(share) for share in relay._shares(queue, list(range(count)))] == shares
    alone = relay.Queue(model=Job, task="one", do=lambda pk: None)
    assert [len(share) for share in relay._shares(alone, list(range(count)))] == [1] * count


def test_a_handful_the_broker_does_not_take_is_done_here(noon, monkeypatch):
    did = []
    queue = relay.Queue(model=Job, task="one", do=did.append, task_of_many="many")
    monkeypatch.setattr(relay, "_queues", {"one": queue})
    ids = [jobs.enqueue("test.note", number=number) for number in range(8)]
    up, down = Post(), Post(up=False)

    assert one_hand(up).turn() == 8
    assert [(task, len(pks)) for task, pks in up.given] == [("many", 2)] * 4
    Job.objects.update(offered_at=None)
    one_hand(down).turn()
    assert sorted(did) == sorted(ids)
