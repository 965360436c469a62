"""Told once to who has a visit in the days of a locum: who will see them. Names and an hour, nothing of health."""

from __future__ import annotations

from booking.messages_news import news, visit_told
from booking.models import Appointment
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.enums import Role
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
    visit = visit_told(message)
    member = locum_of(visit) if visit else None
    if visit is None or member is None:
        return None
    return news(message, visit, {"locum": name_of(member.user)})
