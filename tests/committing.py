"""Empties the database after a test that commits, faster than Django's flush.

Flush truncates every table, cascades, then writes content types and permissions again: a second of work for a test that
left a dozen rows. Here the tables that hold rows are emptied by DELETE, triggers and foreign keys at rest, and what Django
writes about its own models is left where it is. Writers that a test left behind are waited for, as TRUNCATE does.

Rows that many tests begin with are made for the first of them, kept aside, and copied back for the others.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_KEPT = {model._meta.db_table for model in (ContentType, Permission, Site)}


def forget_rows(alias: str = "default") -> None:
    """Empties every table of the site in this database, but those that only say which models there are."""
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        tables = [connection.ops.quote_name(name) for name in _tables(connection)]
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        if filled := _filled(cursor, tables):
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f"DELETE FROM {table}" for table in filled))


def begin_with(name: str, make: Callable[[], object]) -> None:
    """The rows that `make` writes into an empty database; those of its first call in this process, at any later one."""
    connection = connections["default"]
    schema = f"kept_{name}"
    if schema in _made:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_COLUMNS, [schema])
            for table, columns in cursor.fetchall():
                cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {schema}.{table}")
        return
    make()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")
        for table in _filled(cursor, [connection.ops.quote_name(table) for table in _tables(connection)]):
            cursor.execute(f"CREATE TABLE {schema}.{table} AS TABLE {table}")
    _made.add(schema)


_made: set[str] = set()
_COLUMNS = """
SELECT quote_ident(kept.table_name), string_agg(quote_ident(kept.column_name), ', ')
FROM information_schema.columns AS kept
JOIN information_schema.columns AS own USING (table_name, column_name)
WHERE kept.table_schema = %s AND own.table_schema = 'public' AND own.is_generated = 'NEVER'
GROUP BY 1
"""


def _filled(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Those that hold a row."""
    cursor.execute(" UNION ALL ".join(f"(SELECT {number} FROM {table} LIMIT 1)" for number, table in enumerate(tables)))
    return [tables[number] for (number,) in cursor.fetchall()]


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    """In one order, so that two runs on one server never wait for each other in a circle."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    # The cache's table has no model, and what it counts would count for the next test.
    return sorted(set(names) - _KEPT - {"django_migrations"} | {settings.CACHES["default"]["LOCATION"]})
