"""Tables of the accounts app."""

from .user import User, normalise_email

__all__ = ["User", "normalise_email"]
