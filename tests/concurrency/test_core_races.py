"""Races on what every service relies on: one key does one work, a bucket gives no more than it holds, one chain.

Each guard is first taken off, to show that the race would happen.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from core import audit, clock, idempotency
from core.access import Actor, Space
from core.exceptions import DomainError
from core.idempotency import Claim
from core.models import AuditEvent, IdempotencyKey, TokenBucket
from core.ratelimit import spend

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ALICE = Actor(user_id=1, space=Space.PATIENT)
CLAIM = Claim("key-1", "POST tests", "a" * 64)
RUNNERS = 8


def together(work: Callable[[], object], runners: int = RUNNERS) -> list[object]:
    """What each of the threads got, an exception included; all start at the same moment."""
    gate = threading.Barrier(runners)
    results: list[object] = []

    def run():
        try:
            gate.wait(10)
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def do_once() -> int:
    with transaction.atomic():
        kept = idempotency.begin(ALICE, CLAIM)
        if kept is not None:
            return kept.pk
        made = Group.objects.create(name=f"made by {threading.get_ident()}")
        idempotency.complete(ALICE, CLAIM, made)
        return made.pk


def look_then_write() -> int:
    """The same without the guard: what many libraries do."""
    kept = IdempotencyKey.objects.filter(key=CLAIM.key).first()
    if kept is not None:
        return kept.result_id
    made = Group.objects.create(name=f"made by {threading.get_ident()}")
    IdempotencyKey.objects.create(owner=str(threading.get_ident()), key=CLAIM.key, operation="", result_id=made.pk)
    return made.pk


def test_looking_before_writing_does_the_work_several_times():
    assert any(_made_by(look_then_write) > 1 for _ in range(10))


def test_one_key_does_one_work():
    for _ in range(10):
        assert _made_by(do_once) == 1


def _made_by(work):
    Group.objects.all().delete()
    IdempotencyKey.objects.all().delete()
    results = together(work)
    assert not [result for result in results if isinstance(result, Exception)]
    return Group.objects.count()


def test_every_twin_gets_the_result_of_the_first():
    results = together(do_once)

    assert set(results) == {Group.objects.get().pk}
    assert len(results) == RUNNERS


def test_a_twin_does_the_work_when_the_first_one_fails():
    first_is_in, twin_may_go = threading.Event(), threading.Event()

    def fail():
        with transaction.atomic():
            idempotency.begin(ALICE, CLAIM)
            first_is_in.set()
            twin_may_go.wait(10)
            transaction.set_rollback(True)
        connection.close()

    first = threading.Thread(target=fail)
    first.start()
    assert first_is_in.wait(10)
    twin: list[int] = []
    second = threading.Thread(target=lambda: (twin.append(do_once()), connection.close()))
    second.start()
    twin_may_go.set()
    first.join(10)
    second.join(10)

    assert twin == [Group.objects.get().pk]


def test_begin_wants_the_transaction_of_the_work():
    with pytest.raises(RuntimeError, match="transaction"):
        idempotency.begin(ALICE, CLAIM)
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(ALICE, "tests.act")


LIMIT = 5


def take() -> bool:
    try:
        spend("tests", "one", limit=LIMIT, per=timedelta(days=365))
    except DomainError:
        return False
    return True


def look_then_take() -> bool:
    bucket, _ = TokenBucket.objects.get_or_create(id="x", defaults={"tokens": LIMIT, "updated_at": clock.now()})
    if bucket.tokens < 1:
        return False
    TokenBucket.objects.filter(id="x").update(tokens=bucket.tokens - 1)
    return True


def test_looking_before_taking_gives_more_than_the_bucket_holds():
    def given():
        TokenBucket.objects.all().delete()
        return sum(result is True for result in together(look_then_take))

    assert any(given() > LIMIT for _ in range(20))


def test_a_bucket_gives_what_it_holds():
    for _ in range(10):
        TokenBucket.objects.all().delete()
        assert sum(result is True for result in together(take)) == LIMIT


def test_two_sealers_make_one_chain():
    for number in range(40):
        with transaction.atomic():
            audit.record(ALICE, "tests.act", number=number)

    sealed = together(lambda: audit.seal_audit(limit=10))
    while audit.seal_audit():
        pass

    assert not [result for result in sealed if isinstance(result, Exception)]
    assert audit.verify_audit() == audit.Verification(sealed=40, unsealed=0)
    assert AuditEvent.objects.filter(seq__isnull=True).count() == 0


def test_a_row_committed_late_is_sealed_next_time():
    late = transaction.atomic()
    opened, may_end = threading.Event(), threading.Event()

    def write_late():
        with late:
            audit.record(ALICE, "tests.late")
            opened.set()
            may_end.wait(10)
        connection.close()

    writer = threading.Thread(target=write_late)
    writer.start()
    opened.wait(10)
    with transaction.atomic():
        audit.record(ALICE, "tests.early")
    assert audit.seal_audit() == 1
    may_end.set()
    writer.join(10)

    assert audit.seal_audit() == 1
    assert audit.verify_audit() == audit.Verification(sealed=2, unsealed=0)
