"""The whole of France, loaded once for each module that asks for it and rolled back after."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from practitioners.services.reference import load_places


@pytest.fixture(scope="module")
def france(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Every commune of the committed file. Ask for `db` too: each test then runs in a savepoint inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_places()
        yield
        transaction.set_rollback(True)
