"""Tables of the accounts app."""

from .lost_factor import LostFactorRequest
from .user import User, normalise_email
from .workstation import StaffPin, Workstation, WorkstationSeat

__all__ = ["LostFactorRequest", "StaffPin", "User", "Workstation", "WorkstationSeat", "normalise_email"]
