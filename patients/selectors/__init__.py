"""Reads of the patients package; each takes the actor first."""

from patients.selectors.contact import has_verified_contact

__all__ = ["has_verified_contact"]
