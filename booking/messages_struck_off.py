"""Told once, when the staff decides so, to who has a visit with somebody that the national register states no more.

Neutral on purpose: why somebody leaves the register is not known and not for the site to guess.
"""

from __future__ import annotations

from django.urls import reverse

from booking.messages import _visit, _words
from booking.models import Appointment
from booking.selectors.reach import contact_of, is_deceased
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from notifications.selectors import preference_of
from patients.data_notice import notice_of, with_notice
from practitioners.enums import Discretion

STRUCK_OFF = "booking.struck_off"


@kind(STRUCK_OFF, falls_back=True)
def struck_off(message: Message) -> Envelope | None:
    """To the accounts by e-mail and SMS; without an account to the contact in the file, then without any name.

    Nothing when the person came back to the register meanwhile. A reason kept discreet leaves out who and where.
    """
    visit = _visit(message, cancelled=False)
    if visit is None or is_deceased(visit) or visit.visit_reason.discretion == Discretion.NOT_NOTIFIED:
        return None
    if visit.performer.struck_off_on is None:
        return None
    user = message.user
    if user is None:
        return _to_contact(message, visit)
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not user.is_active or not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
        return None
    words = _words(visit, reverse("booking:appointment", args=[visit.uid]), preference_of(user.pk))
    words["named"] = not words["masked"]
    if message.channel == ChannelName.SMS:
        return rendering.sms(STRUCK_OFF, words, to=str(user.phone)) if user.phone_verified_at else None
    return rendering.email(STRUCK_OFF, words, to=user.email)


def _to_contact(message: Message, visit: Appointment) -> Envelope | None:
    contact = contact_of(visit.record)
    to = contact.phone if message.channel == ChannelName.SMS else contact.email
    if not to:
        return None
    words = {**_words(visit, ""), "named": False, "link": "", "patient": ""}
    words["stub"] = {**words["stub"], "lines": words["stub"]["lines"][:-1]}
    words["data_notice"] = notice = notice_of(message, visit.record, masked=True)
    if message.channel == ChannelName.SMS:
        return with_notice(rendering.sms(STRUCK_OFF, words, to=to), notice)
    return rendering.email(STRUCK_OFF, words, to=to)
