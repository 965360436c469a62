"""What patients of a closed day are told: that other hours are kept for them, until when, and where to choose.

Nothing about health, no reason of the absence. Without an account there is no page to open: the practice's number.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from booking.enums import RescueAnswer
from booking.models import Appointment, RescueOffer
from booking.selectors.reach import contact_of
from core import clock
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from notifications.selectors import preference_at, preference_of
from patients.data_notice import notice_of, with_notice
from practitioners.enums import Discretion

KIND = "booking.rescue"


@kind(KIND)
def compose(message: Message) -> Envelope | None:
    """None once the offer is answered or over, the visit is settled otherwise, or the reader may not see it."""
    offer = _offer(int(message.subject.partition(":")[2]))
    if offer is None:
        return None
    visit = offer.appointment
    user = message.user
    if user is None:
        return _to_address(message, offer, visit)
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not user.is_active or not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
        return None
    path = reverse("booking:rescue", args=[visit.uid])
    words = _words(offer, visit, link=rendering.absolute(path), discreet=preference_of(user.pk).discreet)
    if message.channel == ChannelName.BELL:
        return rendering.bell(KIND, words, user_id=user.pk, link=path)
    if message.channel == ChannelName.SMS:
        return rendering.sms(KIND, words, to=str(user.phone)) if user.phone_verified_at else None
    return rendering.email(KIND, words, to=user.email)


def _to_address(message: Message, offer: RescueOffer, visit: Appointment) -> Envelope | None:
    """At the contact the practice noted, which nobody has proved: no name of anybody."""
    if not message.address or contact_of(visit.record).is_empty:
        return None
    words = _words(offer, visit, link="", discreet=preference_at(message.address).discreet)
    words["data_notice"] = notice = notice_of(message, visit.record, masked=not words["practice"])
    if message.channel == ChannelName.SMS:
        return with_notice(rendering.sms(KIND, words, to=message.address), notice)
    return rendering.email(KIND, words, to=message.address)


def _offer(pk: int) -> RescueOffer | None:
    found = (
        RescueOffer.objects.filter(
            pk=pk, answer=RescueAnswer.WAITING, rescue__closed_at__isnull=True, rescue__ends_at__gt=clock.now()
        )
        .select_related(
            "rescue",
            "appointment__agenda__location",
            "appointment__agenda__practice",
            "appointment__performer",
            "appointment__visit_reason",
            "appointment__record__patient",
            "appointment__record__practice",
        )
        .first()
    )
    return found if found is not None and found.appointment.is_open else None


def _words(offer: RescueOffer, visit: Appointment, *, link: str, discreet: bool = False) -> dict[str, Any]:
    masked = discreet or visit.visit_reason.discretion == Discretion.CONCEALED
    return {
        "visit": visit,
        "zone": visit.agenda.location.timezone,
        "ends_at": offer.rescue.ends_at,
        "performer": "" if masked or not link else visit.performer.display_name,
        "patient": visit.record.display_name if link and visit.record else "",
        "practice": "" if masked else visit.agenda.practice.name,
        "phone_number": str(visit.agenda.practice.phone or ""),
        "link": link,
    }
