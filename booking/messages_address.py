"""Where a patient without an account is reached by the other channel, when one fails: the contact in the practice's file."""

from __future__ import annotations

from booking.models import Appointment
from booking.selectors.reach import contact_of
from notifications.enums import ChannelName
from notifications.models import Message


def other_address(message: Message, channel: str) -> str:
    """The e-mail or mobile noted in the file of the visit that the message is about; empty when there is none."""
    visit = Appointment.objects.select_related("record").filter(pk=message.subject_id).first()
    contact = contact_of(visit.record if visit is not None else None)
    return contact.phone if channel == ChannelName.SMS else contact.email
