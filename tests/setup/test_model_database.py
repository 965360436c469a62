"""The databases of the tests are copies of the first one, for as long as no migration changes."""

import pytest
from django.db import connection

from tests import model_database
from tests.model_database import ModelDatabase

pytestmark = pytest.mark.django_db(transaction=True)
PREFIX = "test_other_model_"


@pytest.fixture
def new_model(monkeypatch):
    """Models beside that of this run, each of its own migrations."""
    monkeypatch.setattr(model_database, "PREFIX", PREFIX)
    monkeypatch.setitem(connection.settings_dict, "TEST", dict(connection.settings_dict["TEST"], TEMPLATE=None))

    begun = []

    def make(digest: str) -> ModelDatabase:
        begun.append(ModelDatabase(digest))
        begun[-1].begin()
        return begun[-1]

    yield make
    for model in begun:
        model.let_go()
    with connection.cursor() as cursor:
        for name in there():
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def there() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in cursor.fetchall()]


def test_model_is_left_by_the_first_and_copied_by_the_next(new_model):
    first = new_model("abc")
    assert connection.settings_dict["TEST"]["TEMPLATE"] is None
    assert there() == []
    first.end()
    assert there() == [f"{PREFIX}abc"]

    second = new_model("abc")
    assert connection.settings_dict["TEST"]["TEMPLATE"] == f"{PREFIX}abc"
    assert connection.settings_dict["TEST"]["MIGRATE"] is False
    second.end()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {PREFIX}copy TEMPLATE {PREFIX}abc")
    copy = connection.copy()
    copy.settings_dict["NAME"] = f"{PREFIX}copy"
    with copy.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 50
    copy.close()


def test_model_of_other_migrations_takes_its_place(new_model):
    new_model("abc").end()

    later = new_model("def")
    assert connection.settings_dict["TEST"]["TEMPLATE"] is None
    later.end()

    assert there() == [f"{PREFIX}def"]


def test_whoever_comes_while_the_model_is_made_waits_for_it(new_model):
    first = new_model("abc")
    with connection.creation._nodb_cursor() as another:
        another.execute("SELECT pg_try_advisory_xact_lock(%s)", [model_database.LOCK])
        assert another.fetchone() == (False,)
        first.end()
        another.execute("SELECT pg_try_advisory_xact_lock(%s)", [model_database.LOCK])
        assert another.fetchone() == (True,)
