"""Told once to who has a visit in the days of a locum: who will see them. Names and an hour, nothing of health."""

from __future__ import annotations

from django.urls import reverse

from booking.messages import _visit, _words
from booking.models import Appointment
from booking.selectors.reach import is_deceased
from core.access import Actor, Space, scoped
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.enums import Discretion, Role
from practitioners.models import Membership
from practitioners.selectors.team import name_of

LOCUM = "booking.locum"


def locum_of(visit: Appointment) -> Membership | None:
    """Who replaces the practitioner of this visit at its hour; None when the replacement was called off."""
    rows = Membership.objects.active(visit.start_at).filter(role=Role.LOCUM, agendas=visit.agenda_id)
    return rows.select_related("user__practitioner").order_by("pk").first()


@kind(LOCUM)
def locum(message: Message) -> Envelope | None:
    visit, user = _visit(message, cancelled=False), message.user
    if visit is None or user is None or not user.is_active or is_deceased(visit):
        return None
    member = locum_of(visit)
    if member is None or visit.visit_reason.discretion != Discretion.NORMAL:
        return None
    reader = Actor(user_id=user.pk, space=Space.PATIENT)
    if not scoped(reader, Appointment, "read").filter(pk=visit.pk).exists():
        return None
    words = _words(visit, reverse("booking:appointment", args=[visit.uid]))
    return rendering.email(LOCUM, {**words, "locum": name_of(member.user)}, to=user.email)
