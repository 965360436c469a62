"""A small directory, on one Monday morning."""

import pytest

from tests.directory import dermatology, general_practice, listed, lyon, monday, stated, visitor

__all__ = ["dermatology", "general_practice", "listed", "lyon", "monday", "stated", "visitor"]


@pytest.fixture(autouse=True)
def _always_monday(monday):
    pass
