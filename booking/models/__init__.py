"""Models of the booking package."""

from booking.models.answer import AnswerLink, SmsDialogue
from booking.models.appointment import Appointment
from booking.models.broadcast import Broadcast
from booking.models.caller_file import CallerFile
from booking.models.change import AppointmentChange
from booking.models.feed import AgendaFeed
from booking.models.import_run import ImportRun
from booking.models.late import LateNotice, LateNoticeLine
from booking.models.listing import ListedName, ListedWord, Listing, WordSource
from booking.models.no_show import NoShowMark
from booking.models.opening import Absence, OpeningHours
from booking.models.referral import Referral
from booking.models.reminder import GroupedReminder, ReminderPlan
from booking.models.rescue import Rescue, RescueOffer
from booking.models.task import Task
from booking.models.waitlist import WaitlistEntry, WaitlistOffer, WaitlistWindow

__all__ = [
    "Absence",
    "AgendaFeed",
    "AnswerLink",
    "Appointment",
    "AppointmentChange",
    "Broadcast",
    "CallerFile",
    "GroupedReminder",
    "ImportRun",
    "LateNotice",
    "LateNoticeLine",
    "ListedName",
    "ListedWord",
    "Listing",
    "NoShowMark",
    "OpeningHours",
    "Referral",
    "ReminderPlan",
    "Rescue",
    "RescueOffer",
    "SmsDialogue",
    "Task",
    "WaitlistEntry",
    "WaitlistOffer",
    "WaitlistWindow",
    "WordSource",
]
