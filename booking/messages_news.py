"""News about who will see a patient: a letter to an account, or one to the contact in the file, which names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from booking.messages import _visit, _words
from booking.models import Appointment
from booking.selectors.reach import contact_of, is_deceased
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope
from notifications.selectors import preference_of
from patients.data_notice import notice_of, with_notice
from practitioners.enums import Discretion


def visit_told(message: Message) -> Appointment | None:
    """The visit that still takes place and may be spoken of; None when nobody is to be told."""
    visit = _visit(message, cancelled=False)
    if visit is None or is_deceased(visit) or visit.visit_reason.discretion == Discretion.NOT_NOTIFIED:
        return None
    return visit


def news(message: Message, visit: Appointment, more: Mapping[str, Any]) -> Envelope | None:
    """The letter or SMS of the message's kind, with `more` words for an account. None when its reader may not read the visit."""
    user = message.user
    if user is None:
        return _to_contact(message, visit)
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not user.is_active or not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
        return None
    words = {**_words(visit, reverse("booking:appointment", args=[visit.uid]), preference_of(user.pk)), **more}
    words["named"] = not words["masked"]
    if message.channel == ChannelName.SMS:
        return rendering.sms(message.kind, words, to=str(user.phone)) if user.phone_verified_at else None
    return rendering.email(message.kind, words, to=user.email)


def _to_contact(message: Message, visit: Appointment) -> Envelope | None:
    contact = contact_of(visit.record)
    to = contact.phone if message.channel == ChannelName.SMS else contact.email
    if not to:
        return None
    words = {**_words(visit, ""), "named": False, "link": "", "patient": ""}
    words["stub"] = {**words["stub"], "lines": words["stub"]["lines"][:-1]}
    words["data_notice"] = notice = notice_of(message, visit.record, masked=True)
    if message.channel == ChannelName.SMS:
        return with_notice(rendering.sms(message.kind, words, to=to), notice)
    return rendering.email(message.kind, words, to=to)
