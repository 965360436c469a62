"""Statements kept prepared: once for a connection, counted and legible as all others are."""

from contextlib import contextmanager

import pytest
from django.db import NotSupportedError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.prepared import fetch_prepared

pytestmark = pytest.mark.django_db

STATEMENT = "SELECT n * 2 FROM unnest(%s::bigint[]) AS n WHERE n > %s ORDER BY n"


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT n * 2 FROM unnest%'")
        return cursor.fetchone()[0]


def test_prepared_statement_is_planned_once_and_its_values_change():
    # A text of its own: what an earlier test had prepared stays.
    once = f"{STATEMENT} LIMIT 9"
    before = kept()
    assert fetch_prepared(connection, once, [[1, 2, 3], 1]) == [(4,), (6,)]
    assert fetch_prepared(connection, once, [[5], 1]) == [(10,)]
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
    assert "what a patient wrote" not in str(vars(connection.connection._prendsoin_kept))


@pytest.fixture
def another():
    """A connection of its own, whose transactions the test may end."""
    other = connection.copy()
    yield other
    other.close()


@contextmanager
def rolled_back(other):
    other.set_autocommit(False)
    try:
        fetch_prepared(other, STATEMENT, [[1], 0])
        yield
    finally:
        other.rollback()
        other.set_autocommit(True)


def names(other) -> set[str]:
    with other.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def test_rollback_of_a_transaction_leaves_what_is_prepared(another):
    fetch_prepared(another, STATEMENT, [[1], 0])
    before = names(another)
    with pytest.raises(ZeroDivisionError), rolled_back(another):
        raise ZeroDivisionError
    assert fetch_prepared(another, STATEMENT, [[2], 0]) == [(4,)]
    assert names(another) == before != set()


def test_statement_whose_columns_changed_is_prepared_anew(another):
    with another.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept_column (n int)")
    fetch_prepared(another, "SELECT n FROM kept_column", [])
    with another.cursor() as cursor:
        cursor.execute("ALTER TABLE kept_column ALTER n TYPE text")

    with pytest.raises(NotSupportedError):
        fetch_prepared(another, "SELECT n FROM kept_column", [])
    assert fetch_prepared(another, "SELECT n FROM kept_column", []) == []


def test_prepared_statement_fails_as_those_of_django_do():
    with pytest.raises(ProgrammingError):
        fetch_prepared(connection, "SELECT nothing_of_this_name", [])
