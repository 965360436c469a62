"""What people in line are told: that a time is kept for them and until when, or that they wait no more and why.

No reason, no specialty. A reason kept discreet, and an address that nobody has proved, leave out who and where as well.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from booking.enums import WaitlistEnd, WaitlistState
from booking.messages import where_of
from booking.models import WaitlistEntry, WaitlistOffer
from booking.selectors.reach import contact_of
from booking.selectors.waitlist_line import current_visits
from booking.waitlist_links import birth_date_of, offer_path
from core import clock
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from notifications.selectors import preference_of
from notifications.topics import Topic
from patients.data_notice import notice_of, with_notice
from practitioners.enums import Discretion

OFFER = "booking.waitlist_offer"
ENDED = "booking.waitlist_ended"
_ENTRY = ("visit_reason", "practice", "patient", "record__patient", "user", "appointment__agenda__location")


@kind(OFFER, topic=Topic.WAITLIST)
def offer(message: Message) -> Envelope | None:
    """None once the offer is answered or over, or the reader may not answer for the person any more."""
    found = (
        WaitlistOffer.objects.filter(pk=int(message.subject.partition(":")[2]))
        .select_related(
            "agenda__location__place", "agenda__practice", "agenda__practitioner", "entry__visit_reason",
            "entry__practice", "entry__patient", "entry__record__patient", "entry__user", "entry__appointment__agenda",
        )
        .first()
    )  # fmt: skip
    if found is None or not found.is_live(clock.now()) or not found.entry.is_waiting:
        return None
    return _envelope(OFFER, message, found.entry, _offer_words(message, found), link=offer_path(found))


@kind(ENDED, topic=Topic.WAITLIST)
def ended(message: Message) -> Envelope | None:
    """None when the person is in line again for the same reason."""
    entry = WaitlistEntry.objects.filter(pk=int(message.subject.partition(":")[2])).select_related(*_ENTRY).first()
    if entry is None or entry.state != WaitlistState.ENDED:
        return None
    masked = _is_masked(message, entry)
    words = {
        "practice": "" if masked else entry.practice.name,
        "phone_number": "" if masked else str(entry.practice.phone or ""),
        **{f"was_{end.value}": entry.ended_by == end for end in WaitlistEnd},
        "link": rendering.absolute(reverse("booking:waitlist")) if message.user_id else "",
    }
    return _envelope(ENDED, message, entry, words, link=reverse("booking:waitlist"))


def _envelope(
    name: str, message: Message, entry: WaitlistEntry, words: dict[str, Any], *, link: str
) -> Envelope | None:
    user = message.user
    if user is None:
        return _to_contact(name, message, entry, words)
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not user.is_active or not scoped(reader, WaitlistEntry, "read").filter(pk=entry.pk).exists():
        return None
    if message.channel == ChannelName.BELL:
        return rendering.bell(name, words, user_id=user.pk, link=link)
    if message.channel == ChannelName.SMS:
        return rendering.sms(name, words, to=str(user.phone)) if user.phone_verified_at else None
    return rendering.email(name, words, to=user.email)


def _to_contact(name: str, message: Message, entry: WaitlistEntry, words: dict[str, Any]) -> Envelope | None:
    """At the address in the practice's file as it is now."""
    contact = contact_of(entry.record)
    to = contact.phone if message.channel == ChannelName.SMS else contact.email
    if not to:
        return None
    notice = notice_of(message, entry.record, masked=True)
    if message.channel == ChannelName.SMS:
        return with_notice(rendering.sms(name, words, to=to), notice)
    return rendering.email(name, {**words, "data_notice": notice}, to=to)


def _offer_words(message: Message, found: WaitlistOffer) -> dict[str, Any]:
    entry = found.entry
    visit = current_visits([entry], now=clock.now()).get(entry.pk)
    masked = _is_masked(message, entry)
    # Without a birth date nobody can be recognised: the practice's number is the way.
    may_answer = message.user_id is not None or birth_date_of(entry) is not None
    return {
        "start": found.start_at,
        "zone": found.agenda.location.timezone,
        "ends_at": found.expires_at,
        "performer": "" if masked else found.agenda.practitioner.display_name,
        "where": "" if masked else where_of(found.agenda.location),
        "patient": _name(entry) if message.user_id is not None and not _is_own(message, entry) else "",
        "current": visit.start_at if visit is not None else None,
        "practice": "" if masked else found.agenda.practice.name,
        "phone_number": str(found.agenda.practice.phone or ""),
        "link": rendering.absolute(offer_path(found)) if may_answer else "",
    }


def _is_masked(message: Message, entry: WaitlistEntry) -> bool:
    if message.user_id is None or entry.visit_reason.discretion == Discretion.CONCEALED:
        return True
    return preference_of(message.user_id).discreet


def _is_own(message: Message, entry: WaitlistEntry) -> bool:
    return entry.patient is not None and entry.patient.user_id == message.user_id


def _name(entry: WaitlistEntry) -> str:
    return entry.patient.first_name if entry.patient is not None else ""
