"""Fixtures of all tests. The guards of `tests/strict.py` are always on; the cast is in `tests/cast.py`."""

import gc
import socket
from collections.abc import Iterator

import pytest
from django.core.signals import setting_changed
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.template import engines
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import settings
from zeal import zeal_context

from tests import committing, order, strict
from tests.model_database import ModelDatabase

pytest_plugins = ["tests.cast"]

# A busy machine is not a failure: hypothesis counts examples here, not milliseconds.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Tests that commit are slow and see each other's rows: they are kept where they are the point.
COMMITTING_FOLDERS = ("concurrency", "browser", "drills", "setup")


def pytest_collection_finish() -> None:
    """Twelve thousand tests and the site are here to stay: the collector of garbage need not walk through them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folders = list(map(order.folder_of, items))
    for item, folder in zip(items, folders, strict=True):
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction") and folder not in COMMITTING_FOLDERS:
            raise pytest.UsageError(f"{item.nodeid} commits: it belongs to one of {COMMITTING_FOLDERS}.")
    if (processes := order.processes()) > 1:
        items[:] = order.dealt(items, folders, processes, waits=order.needs_database)


@pytest.fixture(scope="session")
def model_database(
    django_db_modify_db_settings: None, django_db_keepdb: bool, django_db_createdb: bool, django_db_blocker: object
) -> ModelDatabase | None:
    """The one that this run's database is copied from, or becomes; None when the run has kept its own."""
    if django_db_keepdb and not django_db_createdb:
        return None
    model = ModelDatabase()
    with django_db_blocker.unblock():
        model.begin()
    return model


@pytest.fixture(scope="session")
def django_db_setup(model_database: ModelDatabase | None, django_db_setup: None, django_db_blocker: object) -> None:
    if model_database is not None:
        with django_db_blocker.unblock():
            model_database.end()
    # A thread of a server that is ending may hold a session still, or open one more: none outlives the database.
    connection.creation._destroy_test_db = _drop_by_force


def _drop_by_force(name: str, verbosity: int) -> None:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")


@pytest.fixture(autouse=True, scope="session")
def _strict() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _refuse_undefined_variables()
        setting_changed.connect(_refuse_undefined_variables)
        patch.setattr(socket.socket, "connect", strict.connect_on_this_machine_only)
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: committing.forget_rows())
        patch.setattr(SQLCompiler, "get_from_clause", strict.from_clause_with_narrow_locks)
        yield
        setting_changed.disconnect(_refuse_undefined_variables)


def _refuse_undefined_variables(*, setting: str = "TEMPLATES", **kwargs: object) -> None:
    """Some settings have Django build its engines anew when a test changes them, and again after it."""
    if setting in {"TEMPLATES", "DEBUG", "INSTALLED_APPS"}:
        for engine in engines.all():
            engine.engine.string_if_invalid = strict.Undefined()


@pytest.fixture(autouse=True)
def _in_french() -> None:
    """The language that a page of another test was read in stays with its thread."""
    translation.activate("fr")


@pytest.fixture
def client() -> Client:
    """Follows Django's habit of not asking for the CSRF token, but refuses a form without one."""
    return strict.CheckedClient()


@pytest.fixture
def csrf_client() -> Client:
    """As `client`, and the token is asked for, as in a browser."""
    return strict.CheckedClient(enforce_csrf_checks=True)


@pytest.fixture
def no_query_in_loops() -> Iterator[None]:
    """Fails when rows are fetched one by one (N+1) during the test."""
    with zeal_context():
        yield
