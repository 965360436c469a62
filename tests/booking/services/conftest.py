"""The people of a practice."""

from tests.desk import desk

__all__ = ["desk"]
