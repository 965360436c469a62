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


class PreparedCursor(ServerBindingCursor):
    """A cursor of psycopg that asks for each of its statements to be kept prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if not settings.DATABASE_PREPARES:
            return super().execute(query, params, **options)  # type: ignore[misc]
        # For this statement alone. Were it left on, psycopg would count all others, whose texts hold their values.
        self.connection.prepare_threshold = 0  # type: ignore[attr-defined]  # the stubs know no cursor of psycopg
        try:
            return super().execute(query, params, **{**options, "prepare": True})  # type: ignore[misc]
        finally:
            self.connection.prepare_threshold = None  # type: ignore[attr-defined]


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
