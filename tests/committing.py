"""Empties the database after a test that commits, faster than Django's flush.

Flush truncates every table, cascades, then writes content types and permissions again: a second of work for a test that
left a dozen rows. Here the tables that hold rows are emptied by DELETE, triggers and foreign keys at rest, and what Django
writes about its own models is left where it is. Writers that a test left behind are waited for, as TRUNCATE does.
"""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_KEPT = {model._meta.db_table for model in (ContentType, Permission, Site)}


def forget_rows(alias: str = "default") -> None:
    """Empties every table of the site in this database, but those that only say which models there are."""
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        tables = [connection.ops.quote_name(name) for name in _tables(connection)]
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            " UNION ALL ".join(f"(SELECT {number} FROM {table} LIMIT 1)" for number, table in enumerate(tables))
        )
        filled = [tables[number] for (number,) in cursor.fetchall()]
        if filled:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f"DELETE FROM {table}" for table in filled))


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    """In one order, so that two runs on one server never wait for each other in a circle."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - _KEPT - {"django_migrations"})
