"""Token buckets: a limit that refills evenly, in one statement, without Redis."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.exceptions import DomainError
from core.models import TokenBucket
from core.ratelimit import forget_idle_buckets, spend

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 29, 0, 59, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def take(key="192.0.2.1", bucket="search", cost=1):
    spend(bucket, key, limit=3, per=MINUTE, cost=cost)


def refused(**kwargs):
    with pytest.raises(DomainError) as error:
        take(**kwargs)
    assert (error.value.code, error.value.status) == ("too_many_requests", 429)
    return error.value.retry_after


@pytest.fixture
def at():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_a_full_bucket_gives_its_limit_then_refuses(at):
    for _ in range(3):
        take()

    assert refused() == 20


def test_a_bucket_refills_evenly(at):
    for _ in range(3):
        take()
    at.move_to(START + timedelta(seconds=20))

    take()
    assert refused() == 20


def test_a_bucket_never_holds_more_than_its_limit(at):
    take()
    at.move_to(START + timedelta(hours=5))

    for _ in range(3):
        take()
    refused()


def test_a_refusal_costs_nothing(at):
    for _ in range(3):
        take()
    for _ in range(10):
        refused()
    at.move_to(START + timedelta(seconds=21))

    take()


def test_buckets_and_keys_are_apart(at):
    for _ in range(3):
        take()

    take(key="192.0.2.2")
    take(bucket="login")


def test_a_dear_act_takes_several_tokens(at):
    take(cost=2)

    assert refused(cost=2) == 20


def test_a_clock_that_steps_back_gives_nothing(at):
    for _ in range(3):
        take()
    at.move_to(START - timedelta(hours=1))

    assert refused() == 20


def test_one_statement_is_enough(at, django_assert_num_queries):
    with django_assert_num_queries(1):
        take()


def test_no_address_is_kept(at):
    take(key="alice@prendsoin.example")

    assert "alice" not in TokenBucket.objects.get().id


def test_forgetting_keeps_the_buckets_in_use(at):
    take(key="old")
    at.move_to(START + timedelta(days=3))
    take(key="new")

    assert forget_idle_buckets() == 1
    assert TokenBucket.objects.count() == 1
