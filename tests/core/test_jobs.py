"""Jobs: written with their cause, done once, tried again, given up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from core import clock, jobs, outbox
from core.exceptions import DomainError
from core.models import Heartbeat, Job, JobState

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """Handlers registered by a test are forgotten after it."""
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    monkeypatch.setattr(jobs, "_together", dict(jobs._together))


@pytest.fixture
def done():
    """The payloads of the jobs of kind `test.note`, as they were done."""
    seen = []
    jobs.handler("test.note")(lambda **payload: seen.append(payload))
    return seen


def failing(error):
    def fail(**payload):
        Heartbeat.objects.create(name="effect", beat_at=NOON)
        raise error

    jobs.handler("test.fail")(fail)
    return jobs.enqueue("test.fail")


def test_job_runs_once_with_its_payload(done):
    pk = jobs.enqueue("test.note", agenda_id=7, note=None, days=[1, 2])

    first, second = jobs.run(pk), jobs.run(pk)

    assert done == [{"agenda_id": 7, "note": None, "days": [1, 2]}]
    assert first.state == JobState.DONE
    assert second is None
    assert Job.objects.get(pk=pk).finished_at is not None


def test_job_of_a_rolled_back_act_does_not_exist(done):
    def act():
        with transaction.atomic():
            jobs.enqueue("test.note")
            raise KeyError

    with pytest.raises(KeyError):
        act()

    assert Job.objects.count() == 0


def test_job_not_due_yet_waits(done):
    with time_machine.travel(NOON, tick=False) as time:
        pk = jobs.enqueue("test.note", due_at=NOON + timedelta(minutes=10))
        assert jobs.run(pk) is None
        time.shift(timedelta(minutes=10))
        assert jobs.run(pk).state == JobState.DONE


def test_unknown_kind_is_refused_when_written():
    with pytest.raises(LookupError):
        jobs.enqueue("test.nobody")


@pytest.mark.parametrize("value", ["x" * 101, 1.5, {"name": "Alice"}, b"bytes", ["ok", {"no": 1}]])
def test_payload_other_than_ids_is_refused(done, value):
    with pytest.raises(TypeError):
        jobs.enqueue("test.note", value=value)


def test_payload_takes_uuids_as_text(done):
    uid = UUID(int=5)

    jobs.run(jobs.enqueue("test.note", uid=uid))

    assert done == [{"uid": str(uid)}]


def test_two_handlers_for_one_kind_are_refused(done):
    def other(**payload):
        """Another function under the same name."""

    with pytest.raises(ValueError, match=r"test\.note"):
        jobs.handler("test.note")(other)


def test_same_key_while_pending_is_one_row(done):
    first = jobs.enqueue("test.note", unique="listing:7", due_at=NOON, agenda_id=7)
    second = jobs.enqueue("test.note", unique="listing:7", due_at=NOON - timedelta(hours=1), agenda_id=8)
    third = jobs.enqueue("test.note", unique="listing:7", due_at=NOON + timedelta(hours=1), agenda_id=9)

    assert first == second == third
    job = Job.objects.get()
    assert job.due_at == NOON - timedelta(hours=1)
    assert job.payload == {"agenda_id": 9}


def test_same_key_after_the_run_is_a_new_row(done):
    first = jobs.enqueue("test.note", unique="listing:7")
    jobs.run(first)

    assert jobs.enqueue("test.note", unique="listing:7") != first


def test_jobs_without_key_are_never_joined(done):
    assert jobs.enqueue("test.note") != jobs.enqueue("test.note")


def test_failed_job_undoes_its_effects_and_comes_back():
    with time_machine.travel(NOON, tick=False):
        pk = failing(DomainError("agenda_busy", "occupé"))
        outcome = jobs.run(pk)

    job = Job.objects.get(pk=pk)
    assert (outcome.state, job.state, job.last_error) == (JobState.PENDING, JobState.PENDING, "agenda_busy")
    assert job.due_at == NOON + timedelta(minutes=1)
    assert not Heartbeat.objects.exists()


def test_failing_job_follows_the_curve_then_dies():
    waits = []
    with time_machine.travel(NOON, tick=False) as time:
        pk = failing(RuntimeError("secret words of a person"))
        for _ in range(outbox.MAX_ATTEMPTS):
            before = Job.objects.get(pk=pk).due_at
            time.move_to(max(before, NOON))
            jobs.run(pk)
            waits.append((Job.objects.get(pk=pk).due_at - before) // timedelta(minutes=1))

    job = Job.objects.get(pk=pk)
    assert waits == [1, 5, 15, 60, 60, 60, 60, 0]
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 8, "RuntimeError")


def test_error_is_logged_without_its_words(caplog, capsys):
    failing(RuntimeError("secret words of a person"))

    jobs.run(Job.objects.get().pk)

    written = caplog.text + "".join(capsys.readouterr())
    assert "secret words" not in written
    assert "secret" not in Job.objects.get().last_error


def test_job_left_by_a_dead_worker_is_taken_over_at_the_end_of_its_lease(done):
    with time_machine.travel(NOON, tick=False) as time:
        pk = jobs.enqueue("test.note")
        assert outbox.claim(Job, pk) is not None
        time.shift(Job.LEASE - timedelta(seconds=1))
        assert jobs.run(pk) is None
        time.shift(timedelta(seconds=2))
        assert jobs.run(pk).state == JobState.DONE

    assert len(done) == 1
    assert Job.objects.get(pk=pk).attempts == 2


def test_worker_that_lost_its_lease_undoes_its_work():
    def slow(**payload):
        Heartbeat.objects.create(name="effect", beat_at=NOON)
        time.shift(Job.LEASE + timedelta(seconds=1))
        assert outbox.claim(Job, pk) is not None  # another worker takes the job over meanwhile

    jobs.handler("test.slow")(slow)
    with time_machine.travel(NOON, tick=False) as time:
        pk = jobs.enqueue("test.slow")
        outcome = jobs.run(pk)

    assert isinstance(outcome.error, jobs.LeaseLost)
    job = Job.objects.get(pk=pk)
    # The work is undone as one transaction, the other's claim (made inside it by this test) included.
    assert not Heartbeat.objects.filter(name="effect").exists()
    assert job.state != JobState.DONE


def test_failed_job_gives_way_to_its_successor(done):
    def fail(**payload):
        raise RuntimeError

    jobs.handler("test.fail")(fail)
    pk = jobs.enqueue("test.fail", unique="listing:7")
    job = outbox.claim(Job, pk)
    successor = jobs.enqueue("test.note", unique="listing:7")

    assert outbox.retry_later(job, "RuntimeError") == "cancelled"

    assert Job.objects.get(pk=pk).state == JobState.CANCELLED
    assert Job.objects.get(pk=successor).state == JobState.PENDING


def test_rescue_gives_back_lost_jobs_and_buries_poison(done):
    with time_machine.travel(NOON, tick=False) as time:
        lost, poison, alive = (jobs.enqueue("test.note") for _ in range(3))
        outbox.claim(Job, lost)
        outbox.claim(Job, poison)
        Job.objects.filter(pk=poison).update(attempts=outbox.MAX_ATTEMPTS)
        time.shift(Job.LEASE + timedelta(seconds=1))
        outbox.claim(Job, alive)

        assert outbox.rescue(Job) == 2

    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {lost: JobState.PENDING, poison: JobState.DEAD, alive: JobState.RUNNING}
    assert set(Job.objects.exclude(pk=alive).values_list("last_error", flat=True)) == {"lost"}


def test_prune_forgets_old_ends_only(done):
    with time_machine.travel(NOON, tick=False) as time:
        old = jobs.enqueue("test.note")
        jobs.run(old)
        waiting = jobs.enqueue("test.note", due_at=NOON + timedelta(days=400))
        time.shift(timedelta(days=8))
        recent = jobs.enqueue("test.note")
        jobs.run(recent)

        assert outbox.prune(Job, older_than=timedelta(days=7), chunk=1) == 1

    assert set(Job.objects.values_list("pk", flat=True)) == {waiting, recent}


@pytest.fixture
def together():
    """The calls that did jobs of kind `test.together`, at most three others in each; the number 13 fails."""
    calls = []

    @jobs.handler("test.together", together=3)
    def do(*, n):
        Heartbeat.objects.create(name=f"effect {n}", beat_at=NOON)
        if 13 in n:
            raise KeyError(13)
        calls.append(n)

    return calls


def states(pks):
    rows = {row.pk: row for row in Job.objects.all()}
    return [(str(rows[pk].state), rows[pk].attempts) for pk in pks]


def test_jobs_of_a_kind_that_wait_are_done_by_one_call(together, django_assert_num_queries):
    pks = [jobs.enqueue("test.together", n=n) for n in range(5)]
    later = jobs.enqueue("test.together", n=99, due_at=clock.now() + timedelta(hours=1))

    with django_assert_num_queries(7):
        assert jobs.run(pks[2]).state == JobState.DONE

    assert [(call[0], set(call)) for call in together] == [(2, {0, 1, 2, 3})]
    assert states([*pks, later]) == [("done", 1)] * 4 + [("pending", 0)] * 2
    assert [jobs.run(pk) for pk in pks[:4]] == [None] * 4
    assert jobs.run(pks[4]).state == JobState.DONE
    assert together[1:] == [[4]]


def test_one_that_fails_stops_itself_alone(together):
    pks = [jobs.enqueue("test.together", n=n) for n in (1, 13, 2)]

    assert jobs.run(pks[0]).state == JobState.DONE

    assert together == [[1]]
    assert states(pks) == [("done", 1), ("pending", 0), ("pending", 0)]
    assert jobs.run(pks[1]).error is not None
    # It has failed: nobody takes it along any more.
    assert jobs.run(pks[2]).state == JobState.DONE
    assert together == [[1], [2]]
    assert states(pks) == [("done", 1), ("pending", 1), ("done", 1)]
    assert Heartbeat.objects.count() == 2


def test_one_taken_over_meanwhile_undoes_the_work_of_all(together, monkeypatch):
    pks = [jobs.enqueue("test.together", n=n) for n in (1, 2)]
    kept = outbox.claim_alike

    def then_lost(*values, **options):
        others = kept(*values, **options)
        Job.objects.filter(pk=pks[1]).update(attempts=2)
        return others

    monkeypatch.setattr(outbox, "claim_alike", then_lost)
    assert jobs.run(pks[0]).state == JobState.DONE

    assert together == [[1, 2], [1]]
    assert [beat.name for beat in Heartbeat.objects.all()] == ["effect [1]"]
    assert states(pks) == [("done", 1), ("running", 2)]


def test_one_whose_successor_waits_is_not_put_back(together):
    first = jobs.enqueue("test.together", n=13)
    second = jobs.enqueue("test.together", n=2, unique="two")
    held = next(one for one in outbox.claim_alike(Job.objects.get(pk=first), limit=2) if one.pk == second)
    successor = jobs.enqueue("test.together", n=2, unique="two")

    outbox.put_back(held)

    assert states([second, successor]) == [("cancelled", 1), ("pending", 0)]
