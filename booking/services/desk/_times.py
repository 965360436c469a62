"""Whether the desk may put a visit at a time: what is there already, and what the hours of the agenda say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from booking.calendar import LONGEST_VISIT, load_calendars
from booking.enums import OCCUPYING, Channel, Status
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.desk_slots import as_desk_sees, desk_rules, until_of
from booking.slots import HiddenBy, why_not
from core import clock
from core.access import Actor, get_or_404, may
from practitioners.models import Agenda, AgendaReason
from practitioners.rules import end_of_reach, is_within

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
# A visit may be noted on the day it takes place, and three years ahead.
FARTHEST = timedelta(days=1096)
_MINUTE = timedelta(minutes=1)
_OUTSIDE = {
    HiddenBy.NO_OPENING,
    HiddenBy.OUTSIDE_OPENING,
    HiddenBy.REASON_NOT_ACCEPTED,
    HiddenBy.HOLIDAY,
    HiddenBy.ABSENCE,
}


def desk_offer(actor: Actor, agenda: UUID, visit_reason: UUID) -> AgendaReason:
    """How an agenda that the actor runs offers a reason, online or not.

    Raises NotForYou for an agenda not theirs, `not_offered` when it does not have the reason.
    """
    found = get_or_404(actor, Agenda, "manage", uid=agenda)
    offer = (
        AgendaReason.objects.filter(agenda=found, visit_reason__uid=visit_reason, visit_reason__archived_at=None)
        .annotate(until=end_of_reach(actor, "agenda__"))
        .select_related(
            "agenda__location__place", "agenda__practice", "agenda__practitioner__specialty", "visit_reason"
        )
        .first()
    )
    if offer is None:
        raise Refusal("not_offered")
    return offer


def check_length(start: datetime, end: datetime) -> None:
    """Refuse lengths that no visit has. Raises `duration_invalid`."""
    if not SHORTEST <= end - start <= LONGEST:
        raise Refusal("duration_invalid")


def check_date(agenda: Agenda, start: datetime, now: datetime) -> None:
    """Refuse a day before today, at the place of the agenda, and one too far ahead. Raises `start_out_of_reach`."""
    zone = ZoneInfo(agenda.location.timezone)
    if clock.local_date(start, zone) < clock.local_date(now, zone) or start > now + FARTHEST:
        raise Refusal("start_out_of_reach")


def check_reach(offer: AgendaReason, start: datetime) -> None:
    """Refuse a visit after the replacement in which the offer of the desk was read. Raises `outside_your_dates`."""
    if not is_within(until_of(offer), start):
        raise Refusal("outside_your_dates")


def check_still_theirs(actor: Actor, visit: Appointment) -> None:
    """Refuse a time, just written, at which the visit is no longer the actor's. Raises `outside_your_dates`."""
    if not may(actor, "change", visit):
        raise Refusal("outside_your_dates")


def check_free(
    actor: Actor,
    agenda: Agenda,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    exclude: int | None = None,
    overbook: bool = False,
) -> bool:
    """Whether the visit is put over another one; that takes the right to it and a clear wish.

    The caller holds the performer's lock. The actor's own holds there are given up. Raises `slot_taken`, also for a
    slot that somebody else is holding at this moment (even with `overbook`: they may be about to confirm it), and
    `overbooking_refused`.
    """
    taken = overlapping(agenda.practitioner_id, start, end, now=now).exclude(pk=exclude or 0)
    taken.filter(desk_holds(actor)).delete()
    rivals = list(taken.select_related("booked_by").order_by("start_at")[:5])
    if not rivals:
        return False
    held = next((rival for rival in rivals if rival.status == Status.HELD), None)
    if held is not None or not overbook:
        raise Refusal("slot_taken", **_who_holds(held))
    if not may(actor, "overbook", agenda):
        raise Refusal("overbooking_refused")
    return True


def overlapping(performer: int, start: datetime, end: datetime, *, now: datetime) -> QuerySet[Appointment]:
    """What occupies a practitioner in this time, in any agenda; holds that are over do not."""
    alive = Q(expires_at__gt=now) | ~Q(status=Status.HELD)
    return Appointment.objects.filter(
        alive, performer=performer, status__in=OCCUPYING, start_at__lt=end, start_at__gt=start - LONGEST_VISIT,
        end_at__gt=start,
    )  # fmt: skip


def desk_holds(actor: Actor) -> Q:
    """The slots that the actor keeps while booking at the desk."""
    return Q(status=Status.HELD, channel=Channel.DESK, booked_by_id=actor.user_id or 0, practice_id=actor.practice_id)


def _who_holds(held: Appointment | None) -> dict[str, Any]:
    """Who keeps the slot and until when: a colleague by name, a visitor of the site without."""
    if held is None or held.expires_at is None:
        return {}
    colleague = held.booked_by.display_name if held.channel == Channel.DESK and held.booked_by else ""
    return {"held_until": held.expires_at.isoformat(), "held_by": colleague}


def is_outside_hours(offer: AgendaReason, start: datetime, length: timedelta, *, now: datetime) -> bool:
    """Whether the visit lies outside the openings that accept its reason, on a closed holiday or in an absence."""
    day = clock.local_date(start, ZoneInfo(offer.agenda.location.timezone))
    calendar = load_calendars([offer], first_day=day - timedelta(days=1), last_day=day, now=now)[offer.pk]
    rules = replace(desk_rules(offer, length), step=_MINUTE)
    return why_not(replace(as_desk_sees(calendar), busy=[]), rules, start, now=min(now, start)) in _OUTSIDE
