"""Statements kept prepared: once for a connection, counted and legible as all others are."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.prepared import fetch_prepared

pytestmark = pytest.mark.django_db

STATEMENT = "SELECT n * 2 FROM unnest(%s::bigint[]) AS n WHERE n > %s ORDER BY n"


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT n * 2 FROM unnest%'")
        return cursor.fetchone()[0]


def test_prepared_statement_is_planned_once_and_its_values_change():
    before = kept()
    assert fetch_prepared(connection, STATEMENT, [[1, 2, 3], 1]) == [(4,), (6,)]
    assert fetch_prepared(connection, STATEMENT, [[5], 1]) == [(10,)]
    assert kept() == before + 1


def test_prepared_statement_is_counted_and_its_text_is_logged():
    with CaptureQueriesContext(connection) as captured:
        fetch_prepared(connection, STATEMENT, [[1], 0])
    assert [query["sql"].startswith("SELECT n * 2") for query in captured] == [True]


def test_prepared_statement_is_not_kept_where_a_pooler_could_not_carry_it(settings):
    settings.DATABASE_PREPARES = False
    before = kept()
    assert fetch_prepared(connection, f"{STATEMENT} LIMIT 1", [[1, 2], 0]) == [(2,)]
    assert kept() == before


def test_connection_remembers_no_other_statement_and_no_savepoint_ends_the_kept_ones():
    fetch_prepared(connection, STATEMENT, [[1], 0])
    before = kept()
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["what a patient wrote"])
    savepoint = transaction.savepoint()
    transaction.savepoint_rollback(savepoint)
    assert kept() == before
    assert "what a patient wrote" not in str(vars(connection.connection._prepared))


def test_prepared_statement_fails_as_those_of_django_do():
    with pytest.raises(ProgrammingError):
        fetch_prepared(connection, "SELECT nothing_of_this_name", [])
