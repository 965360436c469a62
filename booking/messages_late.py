"""What patients are told of a delay: their hour and the one to expect. No name, no place, no reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from booking.enums import Status
from booking.models import LateNoticeLine
from booking.selectors.reach import contact_of, is_deceased
from core import clock, phrasing
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from notifications.topics import Topic
from patients.data_notice import notice_of, with_notice

LATE = "booking.late"
ON_TIME = "booking.on_time"
_READ = (
    "notice",
    "appointment__agenda__location__place",
    "appointment__agenda__practice",
    "appointment__record__patient",
    "appointment__record__practice",
    "appointment__visit_reason",
)


def late_subject(line_id: int) -> str:
    """The subject of every message about one line of a notice."""
    return f"late:{line_id}"


@kind(LATE, topic=Topic.LATE)
def late(message: Message) -> Envelope | None:
    """None once the notice is over, the patient arrived, or the visit was moved or cancelled."""
    line = _line(message)
    if line is None or line.notice.ended_at is not None:
        return None
    if line.start_at + timedelta(minutes=line.notice.minutes) <= clock.now():
        return None
    return _written(LATE, message, line)


@kind(ON_TIME, topic=Topic.LATE)
def on_time(message: Message) -> Envelope | None:
    """To who was told of a delay that is over."""
    line = _line(message)
    if line is None or line.start_at <= clock.now():
        return None
    return _written(ON_TIME, message, line)


def _line(message: Message) -> LateNoticeLine | None:
    line = LateNoticeLine.objects.filter(pk=message.subject_id).select_related(*_READ).first()
    if line is None:
        return None
    visit = line.appointment
    stands = visit.status == Status.BOOKED and visit.start_at == line.start_at
    return line if stands and not is_deceased(visit) else None


def _written(name: str, message: Message, line: LateNoticeLine) -> Envelope | None:
    visit, user = line.appointment, message.user
    zone = visit.agenda.location.timezone
    words: dict[str, Any] = {
        "hour": phrasing.hour_text(line.start_at, zone),
        "then": phrasing.hour_text(line.start_at + timedelta(minutes=line.notice.minutes), zone),
        "minutes": line.notice.minutes,
    }
    if user is None:
        contact = contact_of(visit.record)
        to = contact.phone if message.channel == ChannelName.SMS else contact.email
        if not to:
            return None
        words["data_notice"] = notice = notice_of(message, visit.record, masked=True)
        if message.channel == ChannelName.SMS:
            return with_notice(rendering.sms(name, words, to=to), notice)
        return rendering.email(name, words, to=to)
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not user.is_active or not scoped(reader, type(visit), "read").filter(pk=visit.pk).exists():
        return None
    link = reverse("booking:appointment", args=[visit.uid])
    if message.channel == ChannelName.BELL:
        return rendering.bell(name, words, user_id=user.pk, link=link)
    if message.channel == ChannelName.SMS:
        return rendering.sms(name, words, to=str(user.phone)) if user.phone_verified_at else None
    return rendering.email(name, {**words, "link": rendering.absolute(link)}, to=user.email)
