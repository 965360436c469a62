"""Tables of the accounts app."""

from .lost_factor import LostFactorRequest
from .user import User, normalise_email

__all__ = ["LostFactorRequest", "User", "normalise_email"]
