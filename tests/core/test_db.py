"""What PostgreSQL meant."""

import pytest
from django.contrib.auth.models import Group
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from psycopg import errors

from core import db


def of(kind, cause):
    error = kind("…")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "state", "busy", "unavailable"),
    [
        (of(IntegrityError, errors.ExclusionViolation()), db.EXCLUSION_VIOLATION, False, False),
        (of(OperationalError, errors.DeadlockDetected()), db.DEADLOCK_DETECTED, True, False),
        (of(OperationalError, errors.LockNotAvailable()), db.LOCK_NOT_AVAILABLE, True, False),
        (of(OperationalError, errors.QueryCanceled()), db.QUERY_CANCELED, True, False),
        (of(OperationalError, errors.AdminShutdown()), "57P01", False, True),
        (of(OperationalError, errors.TooManyConnections()), "53300", False, True),
        (of(OperationalError, errors.ConnectionFailure()), "08006", False, True),
        (of(OperationalError, None), None, False, True),
        (InterfaceError("connection already closed"), None, False, True),
        (of(DataError, errors.NumericValueOutOfRange()), "22003", False, False),
        (ValueError("no database here"), None, False, False),
    ],
)
def test_errors_are_told_apart(error, state, busy, unavailable):
    assert (db.sqlstate(error), db.is_busy(error), db.is_unavailable(error)) == (state, busy, unavailable)


@pytest.mark.django_db
def test_the_violated_constraint_is_named():
    Group.objects.create(name="a")

    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Group.objects.create(name="a")

    assert db.sqlstate(raised.value) == db.UNIQUE_VIOLATION
    assert db.constraint_name(raised.value) == "auth_group_name_key"
    assert db.constraint_name(ValueError()) is None


@pytest.mark.django_db
def test_a_statement_that_runs_too_long_is_busy():
    with pytest.raises(OperationalError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(1)")

    assert db.is_busy(raised.value)
