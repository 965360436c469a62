"""Settings of production, taken from where they are written, for the tests of what production answers."""

import pytest
from django.test import override_settings

from config.settings import _security
from tests.security.world import World, make_world


@pytest.fixture
def production_settings():
    """Headers, cookies and policy as in production; the rest stays that of the tests."""
    values = {name: getattr(_security, name) for name in dir(_security) if name.isupper()}
    with override_settings(**{**values, "TESTING": True}):
        yield


@pytest.fixture
def world(db) -> World:
    return make_world()
