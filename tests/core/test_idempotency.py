"""Asked twice, done once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import RequestFactory

from core import clock, idempotency
from core.access import ANONYMOUS, Actor, Space
from core.exceptions import DomainError
from core.idempotency import Claim, begin, claim_of, complete
from core.models import IdempotencyKey, TokenBucket

pytestmark = pytest.mark.django_db

ALICE = Actor(user_id=1, space=Space.PATIENT)
BOB = Actor(user_id=2, space=Space.PATIENT)
CLAIM = Claim("key-1", "POST api:appointments", "a" * 64)


@pytest.fixture
def result():
    from django.contrib.auth.models import Group

    return Group.objects.create(name="the result")


def code_of(call, *args):
    with pytest.raises(DomainError) as refused:
        call(*args)
    return refused.value.code, refused.value.status


def test_the_first_request_does_the_work_and_the_second_gets_its_result(result):
    assert begin(ALICE, CLAIM) is None
    complete(ALICE, CLAIM, result)

    assert begin(ALICE, CLAIM) == result


@pytest.mark.parametrize(
    "other", [Claim("key-1", "POST api:appointments", "b" * 64), Claim("key-1", "POST api:cancel", "a" * 64)]
)
def test_the_key_of_another_request_is_refused(result, other):
    begin(ALICE, CLAIM)
    complete(ALICE, CLAIM, result)

    assert code_of(begin, ALICE, other) == ("idempotency_conflict", 422)


def test_keys_belong_to_their_owner(result):
    begin(ALICE, CLAIM)
    complete(ALICE, CLAIM, result)

    assert begin(BOB, CLAIM) is None
    assert begin(ANONYMOUS, CLAIM) is None


def test_a_visitor_is_known_by_the_address(result):
    visitor = Actor(user_id=None, space=None, ip="192.0.2.1")
    begin(visitor, CLAIM)
    complete(visitor, CLAIM, result)

    later = Actor(user_id=None, space=None, ip="192.0.2.1", session="f" * 64)
    assert begin(later, CLAIM) == result


def test_the_key_goes_with_the_work():
    with transaction.atomic():
        begin(ALICE, CLAIM)
        transaction.set_rollback(True)

    assert begin(ALICE, CLAIM) is None


def test_a_key_serves_again_after_a_day(result):
    begin(ALICE, CLAIM)
    complete(ALICE, CLAIM, result)

    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
        assert begin(ALICE, Claim("key-1", "POST api:cancel", "b" * 64)) is None

    assert IdempotencyKey.objects.values_list("operation", "result_id").get() == ("POST api:cancel", None)


def test_a_result_that_is_gone_is_not_invented(result):
    begin(ALICE, CLAIM)
    complete(ALICE, CLAIM, result)
    result.delete()

    assert code_of(begin, ALICE, CLAIM) == ("idempotency_conflict", 422)


def test_without_a_claim_nothing_is_kept(result):
    assert begin(ALICE, None) is None
    complete(ALICE, None, result)

    assert not IdempotencyKey.objects.exists()


def test_a_claim_is_completed_by_who_began_it(result):
    with pytest.raises(RuntimeError):
        complete(ALICE, CLAIM, result)


def test_forgetting_keeps_the_keys_of_the_day():
    begin(ALICE, CLAIM)
    with time_machine.travel(clock.now() - timedelta(hours=25)):
        begin(BOB, CLAIM)

    assert idempotency.forget_old_keys() == 1
    assert IdempotencyKey.objects.get().owner == "user:1"


def api_request(body=b'{"a":1}', key="key-1", path="/api/v1/appointments"):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return RequestFactory().post(path, body, content_type="application/json", headers=headers)


def form_request(**fields):
    return RequestFactory().post("/rendez-vous/", fields)


def test_claim_of_covers_address_and_body():
    claim = claim_of(api_request())

    assert claim == claim_of(api_request())
    assert claim.body_hash != claim_of(api_request(body=b'{"a":2}')).body_hash
    assert claim.body_hash != claim_of(api_request(path="/api/v1/appointments/other/cancel")).body_hash


@pytest.mark.parametrize("request_without", [api_request(key=None), api_request(key=""), form_request(name="x")])
def test_claim_of_asks_for_a_key(request_without):
    assert code_of(claim_of, request_without) == ("idempotency_key_required", 400)


@pytest.mark.parametrize("key", ["a b", "é", "x" * 256, "a\tb"])
def test_claim_of_refuses_a_malformed_key(key):
    assert code_of(claim_of, api_request(key=key)) == ("idempotency_key_invalid", 400)


def test_claim_of_reads_the_token_of_a_form():
    claim = claim_of(form_request(form_token="token-1", csrfmiddlewaretoken="one", reason="6"))

    assert claim.key == "token-1"
    assert claim == claim_of(form_request(form_token="token-1", csrfmiddlewaretoken="two", reason="6"))
    assert claim.body_hash != claim_of(form_request(form_token="token-1", reason="7")).body_hash


def test_rows_without_a_whole_number_cannot_be_results():
    begin(ALICE, CLAIM)
    IdempotencyKey.objects.update(result_type="core.tokenbucket", result_id=1)
    TokenBucket.objects.create(id="abc", tokens=1, updated_at=clock.now())

    assert code_of(begin, ALICE, CLAIM) == ("idempotency_conflict", 422)
