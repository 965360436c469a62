"""The practice of `tests.desk`, for the tests of its side."""

from tests.desk import desk

__all__ = ["desk"]
