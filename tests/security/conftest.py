"""Settings of production, taken from where they are written, and the world of the tables of rights."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from config.settings import _security
from tests.security.world import ROLES, World, make_world, undone


@pytest.fixture
def production_settings():
    """Headers, cookies and policy as in production; the rest stays that of the tests."""
    values = {name: getattr(_security, name) for name in dir(_security) if name.isupper()}
    with override_settings(**{**values, "TESTING": True}):
        yield


@pytest.fixture
def world(db) -> World:
    return make_world()


@pytest.fixture(scope="module")
def lasting_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One world for the tests of a module that undo what they do: everybody in it is signed in."""
    with django_db_blocker.unblock(), undone():
        made = make_world()
        for role in ROLES:
            made.client(role)
        yield made
