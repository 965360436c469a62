"""Rows written by a statement made once are those that Django would write."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.compiled_insert import FEW, CompiledInsert
from core.models import IdempotencyKey
from notifications.models import Message
from notifications.services.outbox import message_of
from patients.models import PatientRecord
from tests import factories as make

pytestmark = pytest.mark.django_db


def messages(count, *, address="alice@example.org"):
    return [
        message_of(kind="booking.confirmed", channel="email", subject=f"visit:{number}", address=address)
        for number in range(count)
    ]


def test_a_row_is_as_django_writes_it_and_knows_its_key():
    plain = make.RecordFactory(phone_key="123456789", known_since=clock.now())
    again = PatientRecord.objects.get(pk=plain.pk)
    again.pk, again.uid, again.patient = None, uuid4(), None

    CompiledInsert(PatientRecord).write([again])

    ours, theirs = (PatientRecord.objects.filter(pk=pk).values().get() for pk in (again.pk, plain.pk))
    assert ours.pop("uid") == again.uid
    assert {name for name, value in theirs.items() if ours.get(name) != value} <= {
        "id",
        "uid",
        "patient_id",
        "created_at",
        "updated_at",
    }
    assert not again._state.adding


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1])
def test_rows_known_already_are_left_out(count):
    insert = CompiledInsert(Message, known=True)
    insert.write(messages(1))
    insert.write(messages(count))
    insert.write([])

    assert Message.objects.count() == count
    assert {one.address for one in Message.objects.all()} == {"alice@example.org"}
    assert not Message.objects.extra(where=["address::text LIKE '%%example%%'"]).exists()


def test_a_row_that_a_constraint_refuses_is_an_integrity_error():
    insert = CompiledInsert(IdempotencyKey)
    insert.write([IdempotencyKey(owner="a", key="1", created_at=clock.now())])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.write([IdempotencyKey(owner="a", key="1", created_at=clock.now())])
    assert IdempotencyKey.objects.count() == 1
