"""What booking says to people. Each message reads the visit again when it is sent, and dies if it no longer holds.

No specialty, no reason and no note is ever in a message; a reason kept discreet leaves out who and where as well.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.answer_links import answer_path
from booking.enums import OPEN
from booking.ics import calendar_file, calendar_method
from booking.messages_address import other_address
from booking.models import Appointment
from booking.selectors.reach import contact_of, is_deceased
from booking.two_clocks import hour_of, moment_of
from core import clock, phrasing
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message, ReminderPreference
from notifications.registry import Attachment, Envelope, kind
from notifications.selectors import preference_at, preference_of
from notifications.sms_text import sms_text
from patients.data_notice import notice_of, with_notice
from practitioners.enums import Discretion, Mode
from practitioners.models import Location


def _visit(message: Message, *, cancelled: bool) -> Appointment | None:
    """The visit as it is now, or None when another change has overtaken this news."""
    pk = int(message.subject.partition(":")[2])
    visit = (
        Appointment.objects.select_related(
            "performer",
            "agenda__location__place",
            "agenda__practice",
            "record__patient",
            "record__practice",
            "visit_reason",
        )
        .filter(pk=pk, revision=message.revision)
        .first()
    )
    if visit is None or visit.is_cancelled != cancelled:
        return None
    if not cancelled and (visit.status not in OPEN or visit.start_at <= clock.now()):
        return None
    return visit


def _words(visit: Appointment, link: str, preference: ReminderPreference | None = None) -> dict[str, Any]:
    """What the templates say of a visit; to a patient, with what they want of messages: their clock, their discretion."""
    wanted = preference or ReminderPreference()
    masked = wanted.discreet or visit.visit_reason.discretion == Discretion.CONCEALED
    patient = visit.record.display_name if visit.record else ""
    return {
        "visit": visit,
        "stub": _stub(visit, masked=masked, patient=patient, reader_zone=wanted.timezone),
        "moment": moment_of(visit, wanted.timezone, masked=masked),
        "zone": visit.agenda.location.timezone,
        "performer": visit.performer.display_name,
        "location": visit.agenda.location,
        "where": where_of(visit.agenda.location),
        "practice": visit.agenda.practice,
        "patient": patient,
        "masked": masked,
        "in_office": visit.mode == Mode.OFFICE,
        "by_patient": visit.status == "cancelled_by_patient",
        "link": rendering.absolute(link),
        "instructions": visit.visit_reason.instructions,
        "replies": settings.SMS_REPLIES and not visit.is_cancelled,
        "may_move": clock.now() <= visit.may_cancel_until,
    }


def where_of(location: Location) -> str:
    """« Cabinet des Lilas, 14 rue de Paris, 93260 Les Lilas »."""
    return f"{location.name}, {location.street}, {location.postcode} {location.place.name}"


def _stub(visit: Appointment, *, masked: bool, patient: str, reader_zone: str) -> dict[str, Any]:
    """The words of the appointment card, on the clock of the place, and of the reader where it is another."""
    location = visit.agenda.location
    day = phrasing.local(visit.start_at, location.timezone).date()
    where = [location.name, f"{location.street}, {location.postcode} {location.place.name}"]
    lines = [] if masked or visit.mode != Mode.OFFICE else where
    return {
        "weekday": phrasing.weekday_text(day),
        "number": day.day,
        "month": phrasing.month_text(day, short=True),
        "hour": hour_of(visit, reader_zone, masked=masked),
        "who": "" if masked else visit.performer.display_name,
        "lines": [*lines, _("Pour %s") % patient],
    }


def _to_patient(event: str, *, cancelled: bool = False) -> Callable[[Message], Envelope | None]:
    name = f"booking.{event}"

    @kind(name, falls_back=True, other_address=other_address)
    def compose(message: Message) -> Envelope | None:
        visit, user = _visit(message, cancelled=cancelled), message.user
        if visit is None or is_deceased(visit):
            return None
        if user is None:
            return _to_contact(event, message, visit)
        if not user.is_active:
            return None
        reader = Actor(user_id=user.pk, space=Space.PATIENT)
        if not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
            return None
        page = reverse("booking:appointment", args=[visit.uid])
        words = _words(
            visit, page if cancelled else answer_path(visit, user_id=user.pk) or page, preference_of(user.pk)
        )
        if message.channel == ChannelName.SMS:
            return rendering.sms(name, words, to=str(user.phone)) if user.phone_verified_at else None
        calendar = calendar_file(
            visit,
            organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            attendee=user.email,
            url=rendering.absolute(page),
            masked=words["masked"],
        )
        mimetype = f"text/calendar; charset=utf-8; method={calendar_method(visit)}"
        attachment = Attachment("rendez-vous.ics", mimetype, calendar)
        return rendering.email(name, words, to=user.email, attachments=(attachment,))

    return compose


def _to_contact(event: str, message: Message, visit: Appointment) -> Envelope | None:
    """For somebody without an account, at the address in the practice's file as it is now: when, where, whom to call.

    No name of a practitioner or a patient: the practice noted the address, nobody has proved it. The link asks for the
    birth date.
    """
    contact = contact_of(visit.record)
    to = contact.phone if message.channel == ChannelName.SMS else contact.email
    if not to:
        return None
    path = "" if event == "cancelled" else answer_path(visit, address=to)
    words = {**_words(visit, path, preference_at(to)), "event": event, "patient": ""}
    words["contact_lines"] = words["stub"]["lines"][:-1]
    words["link"] = rendering.absolute(path) if path else ""
    words["data_notice"] = notice = notice_of(message, visit.record, masked=words["masked"])
    if message.channel == ChannelName.SMS:
        whole = rendering.sms("booking.contact", words, to=to)
        fits = sms_text(whole.text).parts == 1
        return with_notice(whole if fits else rendering.sms("booking.contact", {**words, "brief": True}, to=to), notice)
    return rendering.email("booking.contact", words, to=to)


def _to_practice(event: str, *, cancelled: bool = False) -> Callable[[Message], Envelope | None]:
    name = f"booking.practice_{event}"

    @kind(name)
    def compose(message: Message) -> Envelope | None:
        visit, user = _visit(message, cancelled=cancelled), message.user
        if visit is None or user is None or not user.is_active:
            return None
        reader = Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=visit.practice_id)
        if not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
            return None
        link = reverse("notifications:bells")
        words = _words(visit, link)
        if message.channel == ChannelName.BELL:
            return rendering.bell(name, words, user_id=user.pk, link=link)
        return rendering.email(name, words, to=user.email)

    return compose


confirmed = _to_patient("confirmed")
moved = _to_patient("moved")
cancelled = _to_patient("cancelled", cancelled=True)
practice_booked = _to_practice("booked")
practice_moved = _to_practice("moved")
practice_cancelled = _to_practice("cancelled", cancelled=True)
