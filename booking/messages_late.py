"""What patients are told of a delay: their hours and those to expect. No name, no place, no reason.

One message a reader: the visits of a family behind one telephone or address, or in one account, are told together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from booking.enums import Status
from booking.models import Appointment, LateNoticeLine
from booking.selectors.reach import Reach, contact_of, is_deceased, reach_of
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


def late_subject(notice_id: int) -> str:
    """The subject of every message about a notice."""
    return f"late:{notice_id}"


@kind(LATE, topic=Topic.LATE)
def late(message: Message) -> Envelope | None:
    """Of the visits that still stand: None once the notice is over, all patients arrived, or their visits changed."""
    now = clock.now()
    return _written(
        LATE,
        message,
        [
            line
            for line in _lines(message)
            if line.notice.ended_at is None and line.start_at + timedelta(minutes=line.notice.minutes) > now
        ],
    )


@kind(ON_TIME, topic=Topic.LATE)
def on_time(message: Message) -> Envelope | None:
    """To who was told of a delay that is over."""
    now = clock.now()
    return _written(ON_TIME, message, [line for line in _lines(message) if line.start_at > now])


def _lines(message: Message) -> list[LateNoticeLine]:
    """The lines that this reader is told of and that still hold, by time."""
    found = LateNoticeLine.objects.filter(notice=message.subject_id, readers__contains=[message.reader])
    return [line for line in found.select_related(*_READ).order_by("start_at", "pk") if _stands(line)]


def _stands(line: LateNoticeLine) -> bool:
    visit = line.appointment
    return visit.status == Status.BOOKED and visit.start_at == line.start_at and not is_deceased(visit)


def _written(name: str, message: Message, lines: Sequence[LateNoticeLine]) -> Envelope | None:
    to, lines = _to_account(message, lines) if message.user_id is not None else _to_address(message, lines)
    if not to or not lines:
        return None
    words, visits = words_of(lines), [line.appointment for line in lines]
    if message.user_id is None:
        words["data_notice"] = notice = notice_of(message, visits[0].record, masked=True)
        if message.channel == ChannelName.SMS:
            return with_notice(rendering.sms(name, words, to=to), notice)
        return rendering.email(name, words, to=to)
    link = reverse("booking:appointments") if len(lines) > 1 else reverse("booking:appointment", args=[visits[0].uid])
    if message.channel == ChannelName.BELL:
        return rendering.bell(name, words, user_id=message.user_id, link=link)
    if message.channel == ChannelName.SMS:
        return rendering.sms(name, words, to=to)
    return rendering.email(name, {**words, "link": rendering.absolute(link)}, to=to)


def words_of(lines: Sequence[LateNoticeLine]) -> dict[str, Any]:
    """Of how much, at which hours and about when, for one visit or for several."""
    minutes = lines[0].notice.minutes
    zone = lines[0].appointment.agenda.location.timezone
    hours = [phrasing.hour_text(line.start_at, zone) for line in lines]
    then = [phrasing.hour_text(line.start_at + timedelta(minutes=minutes), zone) for line in lines]
    return {
        "count": len(lines),
        "hour": get_text_list(hours, _("et")),
        "then": get_text_list(then, _("et")),
        "minutes": minutes,
    }


def _to_account(message: Message, lines: Sequence[LateNoticeLine]) -> tuple[str, Sequence[LateNoticeLine]]:
    """The account's address, and the lines that it may know of: visits it may read, files that hold the same address."""
    user = message.user
    if user is None or not user.is_active:
        return "", ()
    to = {ChannelName.BELL: str(user.pk), ChannelName.EMAIL: user.email}.get(
        ChannelName(message.channel), str(user.phone or "") if user.phone_verified_at else ""
    )
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    own = scoped(reader, Appointment, "read").filter(pk__in=[line.appointment_id for line in lines])
    readable = set(own.values_list("pk", flat=True))
    beside = [line for line in lines if line.appointment_id not in readable]
    reach = reach_of([line.appointment for line in beside]) if beside else {}
    shared = {pk for pk, one in reach.items() if not one.users and _same(_address(message, one), to)}
    return to, [line for line in lines if line.appointment_id in readable | shared]


def _to_address(message: Message, lines: Sequence[LateNoticeLine]) -> tuple[str, Sequence[LateNoticeLine]]:
    """The address that the files hold now, and the lines of those that hold the same."""
    contacts = [(line, _address(message, contact_of(line.appointment.record))) for line in lines]
    known = [(line, address) for line, address in contacts if address]
    if not known:
        return "", ()
    to = next((address for _line, address in known if _same(address, message.address or "")), known[0][1])
    return to, [line for line, address in known if _same(address, to)]


def _address(message: Message, reach: Reach) -> str:
    return reach.phone if message.channel == ChannelName.SMS else reach.email


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
