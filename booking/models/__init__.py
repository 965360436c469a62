"""Models of the booking package."""

from booking.models.appointment import Appointment
from booking.models.listing import ListedName, ListedWord, Listing, WordSource
from booking.models.opening import Absence, OpeningHours

__all__ = ["Absence", "Appointment", "ListedName", "ListedWord", "Listing", "OpeningHours", "WordSource"]
