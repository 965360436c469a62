"""The staff's figures of the work that waits: right, by index alone, and acts on what died."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from core import dead_work, jobs, outbox, relay, tasks, work_counts
from core.access import Actor, Space
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent, Heartbeat, Job
from notifications.models import Message

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = Actor(user_id=1, space=Space.PLATFORM, strong=True)
TASK = "core.run_job"


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as time:
        yield time


def job(state="pending", kind="test.work", minutes=-1, **more):
    return Job.objects.create(kind=kind, state=state, due_at=NOON + timedelta(minutes=minutes), **more)


def dead(**more):
    return job("dead", finished_at=NOON, attempts=8, last_error="RuntimeError", **more)


def of_jobs():
    return next(found for found in work_counts.figures() if found.task == TASK)


def test_each_state_is_counted_by_kind(noon):
    for _ in range(3):
        job()
    job(offered_at=NOON)
    job("running", lease_until=NOON)
    dead()
    job(kind="test.other", minutes=-9)
    job(minutes=5)  # planned for later
    job("done", finished_at=NOON)

    found = of_jobs()

    assert [(line.kind, line.counts) for line in found.kinds] == [
        ("test.other", (1, 0, 0, 0)),
        ("test.work", (3, 1, 1, 1)),
    ]
    assert (found.totals, found.late_by, found.is_cut) == ((4, 1, 1, 1), timedelta(minutes=9), False)


def test_nothing_waits(noon):
    found = of_jobs()

    assert (found.kinds, found.totals, found.late_by) == ([], (0, 0, 0, 0), timedelta(0))


def test_count_stops_at_most(noon, monkeypatch):
    monkeypatch.setattr(work_counts, "MOST", 2)
    for _ in range(3):
        job()

    assert (of_jobs().totals[0], of_jobs().is_cut) == (2, True)


@pytest.mark.parametrize("model", [Job, Message])
def test_counting_reads_indexes_alone(noon, model):
    """Whatever is planned for later or has ended is in none of them."""
    statement = work_counts.counting_statement(model)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN " + statement, {"now": NOON, "most": 10})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("Index Only Scan") == 4, plan
    for part in ("due", "offered", "lease", "dead"):
        assert f"_{part} on" in plan


def test_figures_cost_the_same_whatever_there_is(noon, django_assert_num_queries):
    for number in range(3):
        job(kind=f"test.{number}")
    with django_assert_num_queries(6):
        work_counts.figures()


def test_signs_of_life_tell_who_is_late_and_who_never_came(noon):
    relay.record_beat(relay.HEARTBEAT)
    tasks.sweep()
    noon.shift(timedelta(seconds=40))

    assert {sign.name: (sign.seen_at, sign.is_late) for sign in work_counts.signs_of_life()} == {
        "relay": (NOON, True),
        "worker": (None, True),
        "beat": (NOON, False),
    }
    assert Heartbeat.objects.count() == 2


def test_dead_rows_are_the_latest_and_of_one_kind_if_asked(noon):
    old = job("dead", finished_at=NOON - timedelta(days=1))
    new, other = dead(), dead(kind="test.other")

    assert [row.pk for row in work_counts.dead_rows(Job, kind="test.work")] == [new.pk, old.pk]
    assert {row.pk for row in work_counts.dead_rows(Job)} == {old.pk, new.pk, other.pk}


def test_dead_job_tried_again_is_done(noon, monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    done = []
    jobs.handler("test.work")(lambda: done.append(1))
    row = dead()

    dead_work.try_again(actor=STAFF, task=TASK, pk=row.pk)
    assert outbox.offer(Job, limit=5) == [row.pk]
    jobs.run(row.pk)

    row.refresh_from_db()
    assert (done, row.state, row.attempts) == ([1], "done", 1)
    assert AuditEvent.objects.get().action == "core.retry_work"


def test_dead_job_let_go_is_counted_no_more(noon):
    row = dead()

    dead_work.let_go(actor=STAFF, task=TASK, pk=row.pk)

    row.refresh_from_db()
    assert (row.state, row.last_error, of_jobs().totals) == ("cancelled", "abandoned", (0, 0, 0, 0))
    assert AuditEvent.objects.get().action == "core.let_work_go"


@pytest.mark.parametrize("act", [dead_work.try_again, dead_work.let_go])
def test_second_click_is_told_that_it_is_done(noon, act):
    row = dead()
    act(actor=STAFF, task=TASK, pk=row.pk)

    with pytest.raises(DomainError) as refused:
        act(actor=STAFF, task=TASK, pk=row.pk)

    assert (refused.value.code, refused.value.status) == ("no_longer_dead", 409)
    assert AuditEvent.objects.count() == 1


def test_job_whose_successor_waits_is_not_tried_again(noon):
    row = dead(unique_key="one")
    job(unique_key="one")

    with pytest.raises(DomainError) as refused:
        dead_work.try_again(actor=STAFF, task=TASK, pk=row.pk)

    assert refused.value.code == "already_waiting"
    row.refresh_from_db()
    assert row.state == "dead"


@pytest.mark.parametrize(
    "actor",
    [
        Actor(user_id=1, space=Space.PRACTICE, practice_id=1, strong=True),
        Actor(user_id=1, space=Space.PATIENT),
        Actor(user_id=1, space=Space.PLATFORM, strong=False),
    ],
)
@pytest.mark.parametrize("act", [dead_work.try_again, dead_work.let_go])
def test_nobody_else_may_act(noon, act, actor):
    row = dead()

    with pytest.raises(NotForYou):
        act(actor=actor, task=TASK, pk=row.pk)


@pytest.mark.parametrize(("task", "pk"), [("core.unknown", 1), (TASK, 10**9)])
def test_unknown_row_is_not_there(task, pk):
    with pytest.raises(NotForYou):
        dead_work.let_go(actor=STAFF, task=task, pk=pk)
