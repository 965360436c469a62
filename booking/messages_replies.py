"""What a number that answered by SMS is told: days and hours, never a name, a place or a reason."""

from __future__ import annotations

from collections.abc import Sequence

from booking.enums import OPEN
from booking.models import Appointment
from core import phrasing
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind

SMS_ANSWER = "booking.sms_answer"


@kind(SMS_ANSWER)
def sms_answer(message: Message) -> Envelope | None:
    """The answer that `sealed` names, about the visits as they stand; None when one of them is no longer to come."""
    said, to = message.secrets, message.address
    if not to or "what" not in said:
        return None
    wanted = said.get("visits", [])
    rows = Appointment.objects.filter(pk__in=wanted, status__in=OPEN).select_related("agenda__location")
    visits = sorted(rows, key=lambda visit: wanted.index(visit.pk))
    if len(visits) != len(wanted):
        return None
    labels = labels_of(visits)
    words = {
        "what": said["what"],
        "moment": labels[0] if labels else "",
        "moments": ", ".join(labels),
        "options": " ".join(f"{figure} : {label}." for figure, label in enumerate(labels, 1)),
    }
    return rendering.sms(SMS_ANSWER, words, to=to)


def labels_of(visits: Sequence[Appointment]) -> list[str]:
    """« mar. 24 nov. à 9 h 40 », on the clock of the place."""
    return [_label(visit) for visit in visits]


def _label(visit: Appointment) -> str:
    zone = visit.agenda.location.timezone
    day = phrasing.day_text(phrasing.local(visit.start_at, zone).date(), short=True, year=False)
    return f"{day} {phrasing.hour_text(visit.start_at, zone)}"
