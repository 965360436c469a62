"""Told once to who has a visit in the days of a locum: who will see them. Names and an hour, nothing of health."""

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
from practitioners.enums import Discretion, Role
from practitioners.models import Membership
from practitioners.selectors.team import name_of

LOCUM = "booking.locum"


def locum_of(visit: Appointment) -> Membership | None:
    """Who replaces the practitioner of this visit at its hour; None when the replacement was called off."""
    rows = Membership.objects.active(visit.start_at).filter(role=Role.LOCUM, agendas=visit.agenda_id)
    return rows.select_related("user__practitioner").order_by("pk").first()


@kind(LOCUM, falls_back=True)
def locum(message: Message) -> Envelope | None:
    """To the accounts by e-mail and SMS; without an account to the contact in the file, then without any name.

    A reason kept discreet leaves out who and where as well.
    """
    visit = _visit(message, cancelled=False)
    if visit is None or is_deceased(visit) or visit.visit_reason.discretion == Discretion.NOT_NOTIFIED:
        return None
    member = locum_of(visit)
    if member is None:
        return None
    user = message.user
    if user is None:
        return _to_contact(message, visit)
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not user.is_active or not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
        return None
    words = {
        **_words(visit, reverse("booking:appointment", args=[visit.uid]), preference_of(user.pk)),
        "locum": name_of(member.user),
    }
    words["named"] = not words["masked"]
    if message.channel == ChannelName.SMS:
        return rendering.sms(LOCUM, words, to=str(user.phone)) if user.phone_verified_at else None
    return rendering.email(LOCUM, words, to=user.email)


def _to_contact(message: Message, visit: Appointment) -> Envelope | None:
    contact = contact_of(visit.record)
    to = contact.phone if message.channel == ChannelName.SMS else contact.email
    if not to:
        return None
    words = {**_words(visit, ""), "named": False, "link": "", "patient": ""}
    words["stub"] = {**words["stub"], "lines": words["stub"]["lines"][:-1]}
    words["data_notice"] = notice = notice_of(message, visit.record, masked=True)
    if message.channel == ChannelName.SMS:
        return with_notice(rendering.sms(LOCUM, words, to=to), notice)
    return rendering.email(LOCUM, words, to=to)
