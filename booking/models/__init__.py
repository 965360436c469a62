"""Models of the booking package."""

from booking.models.appointment import Appointment
from booking.models.change import AppointmentChange
from booking.models.feed import AgendaFeed
from booking.models.import_run import ImportRun
from booking.models.listing import ListedName, ListedWord, Listing, WordSource
from booking.models.no_show import NoShowMark
from booking.models.opening import Absence, OpeningHours
from booking.models.reminder import GroupedReminder, ReminderPlan
from booking.models.rescue import Rescue, RescueOffer
from booking.models.task import Task

__all__ = [
    "Absence",
    "AgendaFeed",
    "Appointment",
    "AppointmentChange",
    "GroupedReminder",
    "ImportRun",
    "ListedName",
    "ListedWord",
    "Listing",
    "NoShowMark",
    "OpeningHours",
    "ReminderPlan",
    "Rescue",
    "RescueOffer",
    "Task",
    "WordSource",
]
