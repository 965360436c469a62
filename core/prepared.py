"""Statements of the hot answers, planned once for each connection: planning them took longer than running them.

Django binds values on the client's side, where nothing can be prepared. Here the server binds them, and the connection keeps
the statement prepared. `DATABASE_PREPARES=false` turns the keeping off, for a pooler that hands a session over between two
transactions and does not know of prepared statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg._preparing import PrepareManager
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName


class KeptStatements(PrepareManager):
    """What one connection keeps prepared, beside psycopg's own account of it.

    psycopg's own remembers the last hundred texts of all statements, with their values, and forgets at each rollback what
    is prepared; the server does not.
    """

    prepare_threshold = 0
    # Some statements vary with how much is asked for at once; beyond, the oldest is given up.
    prepared_max = 256


class PreparedCursor(ServerBindingCursor):
    """A cursor of psycopg that asks for each of its statements to be kept prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if not settings.DATABASE_PREPARES:
            return super().execute(query, params, **options)  # type: ignore[misc]  # the stubs know no cursor of psycopg
        connection = cast("Any", self).connection
        usual, kept = connection._prepared, _kept_by(connection)
        connection._prepared = kept
        try:
            return super().execute(query, params, **{**options, "prepare": True})  # type: ignore[misc]
        except (FeatureNotSupported, InvalidSqlStatementName):
            # A column has another type since, or a pooler lost the statement: the next request prepares anew.
            kept.clear()
            raise
        finally:
            connection._prepared = usual


def _kept_by(connection: Any) -> KeptStatements:
    kept: KeptStatements | None = getattr(connection, "_prendsoin_kept", None)
    if kept is None:
        kept = connection._prendsoin_kept = KeptStatements()
    return kept


def fetch_prepared(connection: BaseDatabaseWrapper, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement, none when it gives none; it is counted, logged and wrapped as each of Django's is.

    `values` are bound by the server: a bare list or number takes the type that the statement gives its place, so say it
    (`= ANY(%s::bigint[])`). Raises the errors of `django.db`.
    """
    with connection.wrap_database_errors:
        connection.ensure_connection()
        plain = PreparedCursor(connection.connection)  # type: ignore[call-arg]
    # What `connection.cursor()` does with a cursor of its own.
    with connection._prepare_cursor(plain) as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement, values)
        if connection.queries_logged:
            # As Django's own are logged, with their values, so that a plan can be asked of what was run.
            connection.queries_log[-1]["sql"] = connection.ops.compose_sql(statement, values)  # type: ignore[attr-defined]
        # Not `description`, which builds an object for each column.
        return [] if cursor.rownumber is None else cast("list[tuple[Any, ...]]", cursor.fetchall())
