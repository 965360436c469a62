"""The people of a practice, and a small directory."""

from tests.desk import desk
from tests.directory import dermatology, general_practice, listed, lyon, monday

__all__ = ["dermatology", "desk", "general_practice", "listed", "lyon", "monday"]
