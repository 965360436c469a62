"""What a reminder says: written when it is sent, from the visits as they are then.

Several visits of one person on one day are told once, and by SMS those of all who share a telephone: the first reminder
to be sent speaks of all and says so in `GroupedReminder`, the others cancel themselves. No specialty, no reason and no
note is ever in it, nor a name in one for several people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.answer_links import answer_path
from booking.enums import Status
from booking.messages_address import other_address
from booking.models import Appointment, GroupedReminder
from booking.selectors.reach import contact_of, is_deceased
from booking.two_clocks import hour_of, moment_of
from core import clock, phrasing
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.channels import Unreachable
from notifications.enums import ChannelName, MessageState
from notifications.models import Message, ReminderPreference
from notifications.registry import Envelope, kind
from notifications.selectors import are_reminders_wanted, preference_at, preference_of
from notifications.sms_text import sms_text
from notifications.stop_links import stop_path
from notifications.topics import Topic
from patients.data_notice import notice_of, with_notice
from practitioners.enums import Discretion, Mode

REMINDER = "booking.reminder"
_READ = (
    "performer",
    "agenda__location__place",
    "agenda__practice",
    "record__patient",
    "record__practice",
    "visit_reason",
)
# The first number of PostgreSQL's two-number advisory locks says what is locked.
_LOCK = 7_304


@kind(REMINDER, topic=Topic.REMINDER, falls_back=True, other_address=other_address)
def reminder(message: Message) -> Envelope | None:
    """The reminder of one visit, or of all those of its day. Raises Unreachable while another message speaks of it."""
    visit = _visit(message)
    if visit is None:
        return None
    to, preference = _recipient(message, visit)
    if not to or not are_reminders_wanted(preference, message.channel):
        return None
    others = _others(message, visit, to)
    if _is_told_elsewhere(message, visit, others):
        return None
    return _written(message, sorted([visit, *others], key=lambda one: (one.start_at, one.pk)), to, preference)


def _visit(message: Message) -> Appointment | None:
    """The visit if this reminder still holds: same revision, to come, and the reader may know of it."""
    found = Appointment.objects.select_related(*_READ).filter(
        pk=message.subject_id, revision=message.revision, status=Status.BOOKED, start_at__gt=clock.now()
    )
    visit = found.first()
    if visit is None or is_deceased(visit) or visit.visit_reason.discretion == Discretion.NOT_NOTIFIED:
        return None
    if message.user_id is not None and visit.pk not in _readable(message, [visit]):
        return None
    return visit


def _readable(message: Message, visits: Sequence[Appointment]) -> set[int]:
    reader = Actor(user_id=message.user_id, space=Space.PATIENT)
    return set(
        scoped(reader, Appointment, "read").filter(pk__in=[one.pk for one in visits]).values_list("pk", flat=True)
    )


def _recipient(message: Message, visit: Appointment) -> tuple[str, ReminderPreference]:
    """The address as it is now, empty when there is none to write to, and what its reader wants."""
    user, by_sms = message.user, message.channel == ChannelName.SMS
    if user is not None:
        address = (str(user.phone or "") if user.phone_verified_at else "") if by_sms else user.email
        return (address if user.is_active else ""), preference_of(user.pk)
    contact = contact_of(visit.record)
    address = contact.phone if by_sms else contact.email
    return address, preference_at(address)


def _others(message: Message, visit: Appointment, to: str) -> list[Appointment]:
    """The other visits of that day with an unsent reminder of the same step for the same reader.

    By e-mail those of the same person; by SMS those of everybody whom this reader hears of: a family has one telephone.
    """
    zone = phrasing.zone_of(visit.agenda.location.timezone)
    day = clock.local_date(visit.start_at, zone)
    first, last = (clock.instant(clock.day_start(date, zone)) for date in (day, day + timedelta(days=1)))
    near = Appointment.objects.select_related(*_READ).filter(
        _of_the_reader(message, visit, to),
        status=Status.BOOKED,
        start_at__gte=max(first, clock.now()),
        start_at__lt=last,
    )
    found = list(near.exclude(pk=visit.pk).exclude(visit_reason__discretion=Discretion.NOT_NOTIFIED))
    if not found:
        return []
    # Their keys differ by the visit alone: an index finds these few rows among millions.
    keys = {f"appointment:{one.pk}|{one.revision}{_step(message)}{message.reader}": one.pk for one in found}
    waiting = Message.objects.filter(key__in=keys, state__in=(MessageState.PENDING, MessageState.SENDING))
    due = {keys[key] for key in waiting.values_list("key", flat=True)}
    found = [one for one in found if one.pk in due and not is_deceased(one)]
    if found and message.user_id is not None:
        readable = _readable(message, found)
        found = [one for one in found if one.pk in readable]
    return found


def _of_the_reader(message: Message, visit: Appointment, to: str) -> Q:
    """The visits among which to look, whatever their day."""
    if message.channel != ChannelName.SMS:
        own = message.user_id is not None and visit.patient_id is not None
        return Q(record__patient=visit.patient_id) if own else Q(record=visit.record_id)
    if message.user_id is None:
        # The day of each agenda of the practice is a short run of an index.
        return Q(agenda__practice=visit.practice_id, record__phone=to, record__messages_refused_at__isnull=True)
    waiting = Message.objects.filter(
        user=message.user_id,
        kind=REMINDER,
        channel=message.channel,
        state__in=(MessageState.PENDING, MessageState.SENDING),
        key__contains=_step(message),
    ).exclude(pk=message.pk)
    return Q(pk__in=[row.subject_id for row in waiting])


def _step(message: Message) -> str:
    """The part of the key that names the step of the plan: `|booking.reminder#d1-1500|`."""
    return f"|{REMINDER}#{message.occasion}|"


def _is_told_elsewhere(message: Message, visit: Appointment, others: Sequence[Appointment]) -> bool:
    """Whether another reminder has told of this visit; if not, this one takes it on itself to tell of all of them.

    Under a lock of the person's day, so that of two sent at the same moment one speaks. Raises Unreachable while
    another is being sent: should it fail, this one comes back.
    """
    with transaction.atomic():
        if others:
            _lock(message, visit)
        me = f"{visit.pk}@{visit.revision}"
        voices = GroupedReminder.objects.filter(
            visits__contains=[me],
            message__channel=message.channel,
            message__user=message.user_id,
            message__kind=REMINDER,
            message__key__contains=_step(message),
        ).exclude(message=message.pk)
        now = clock.now()
        for state, lease_until in voices.values_list("message__state", "message__lease_until"):
            if state == MessageState.SENT:
                return True
            if state == MessageState.SENDING and lease_until is not None and lease_until > now:
                raise Unreachable("told_with_another")
        if others:
            visits = [me, *(f"{one.pk}@{one.revision}" for one in others)]
            GroupedReminder.objects.update_or_create(message=message, defaults={"visits": visits})
        elif message.attempts > 1:
            GroupedReminder.objects.filter(message=message).delete()
    return False


def _lock(message: Message, visit: Appointment) -> None:
    day = clock.local_date(visit.start_at, phrasing.zone_of(visit.agenda.location.timezone))
    person = "" if message.channel == ChannelName.SMS else visit.patient_id or visit.record_id
    whose = f"{person}|{day}|{message.reader}|{_step(message)}"
    number = int.from_bytes(blake2b(whose.encode(), digest_size=4).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, number])


def _written(message: Message, visits: Sequence[Appointment], to: str, preference: ReminderPreference) -> Envelope:
    own = message.user_id is not None
    family = len({visit.patient_id or f"file:{visit.record_id}" for visit in visits}) > 1
    cards = [_card(visit, preference, own=own) for visit in visits]
    location = visits[0].agenda.location
    # The page behind it shows the others of that day too, of one person: several have no page together but the account's.
    link = "" if family else answer_path(visits[0], user_id=message.user_id, address="" if own else to)
    if own and not link:
        link = reverse("booking:appointments")
    practice = visits[0].agenda.practice
    notice = notice_of(message, visits[0].record, masked=cards[0]["masked"])
    stop = stop_path(message.channel, user_id=message.user_id, address="" if own else to)
    words = {
        "cards": cards,
        "one": cards[0],
        "count": len(cards),
        "day": phrasing.day_text(phrasing.local(visits[0].start_at, location.timezone).date()),
        "hours": ", ".join(card["hour"] for card in cards),
        "link": rendering.absolute(link) if link else "",
        "own": own,
        "phone": "" if any(card["masked"] for card in cards) else practice.phone,
        "family": family,
        "replies": settings.SMS_REPLIES,
        "data_notice": notice,
        "stop": rendering.absolute(stop),
        "brief": False,
    }
    if message.channel != ChannelName.SMS:
        return rendering.email(REMINDER, words, to=to)
    whole = rendering.sms(REMINDER, words, to=to)
    # One SMS: who and where are left out when they do not fit.
    fits = sms_text(whole.text).parts == 1
    return with_notice(whole if fits else rendering.sms(REMINDER, brief(words), to=to), notice)


def brief(words: Mapping[str, Any]) -> dict[str, Any]:
    """The same words for an SMS in which who and where do not fit."""
    return {**words, "brief": True, "one": {**words["one"], "moment": words["one"]["short_moment"]}}


def _card(visit: Appointment, preference: ReminderPreference, *, own: bool) -> dict[str, Any]:
    """When and where of one visit; who and for whom only for the person's own account, nothing of a discreet one."""
    location, zone = visit.agenda.location, preference.timezone
    masked = preference.discreet or visit.visit_reason.discretion == Discretion.CONCEALED
    wall = phrasing.local(visit.start_at, location.timezone)
    where = [location.name, f"{location.street}, {location.postcode} {location.place.name}"]
    lines = [] if masked or visit.mode != Mode.OFFICE else where
    patient = visit.record.display_name if visit.record else ""
    return {
        "masked": masked,
        "weekday": phrasing.weekday_text(wall.date()),
        "number": wall.day,
        "month": phrasing.month_text(wall.date(), short=True),
        "hour": hour_of(visit, zone, masked=masked),
        "moment": moment_of(visit, zone, masked=masked),
        "short_moment": moment_of(visit, zone, masked=True),
        "who": visit.performer.display_name if own and not masked else "",
        "address": lines[-1] if lines else "",
        "lines": [*lines, *([_("Pour %s") % patient] if own else [])],
    }
