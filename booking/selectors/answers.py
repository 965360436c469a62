"""What a link of answer opens: the visit as it stands, and the same person's others of that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from booking.answer_links import TOKEN, digest_of
from booking.enums import CANCELLED, OPEN
from booking.models import AnswerLink, Appointment
from booking.selectors.reach import is_deceased
from core import clock, phrasing
from core.access import Actor, Space, scoped
from practitioners.models import Agenda

READ = ("performer__specialty", "agenda__location__place", "agenda__practice", "record__patient", "visit_reason")
# So many dates that are not the patient's, and the link opens for nobody who is not signed in.
WRONG_DATES_AT_MOST = 20


def live_link(token: str) -> AnswerLink | None:
    """The link of this token while it holds; None for one that never was, whose visit began, or whose reader lost the right."""
    if not TOKEN.fullmatch(token):
        return None
    link = (
        AnswerLink.objects.filter(digest=digest_of(token), appointment__start_at__gt=clock.now())
        .select_related("user", *(f"appointment__{name}" for name in READ))
        .first()
    )
    if link is None or is_deceased(link.appointment) or link.appointment.status not in (*OPEN, *CANCELLED):
        return None
    if link.user is not None:
        reader = Actor(user_id=link.user.pk, space=Space.PATIENT)
        if not link.user.is_active or not _may_read(reader, link.appointment):
            return None
    return link


def is_entitled(actor: Actor, link: AnswerLink) -> bool:
    """Whether the actor, signed in, may change the visit of the link anyway."""
    return may_change(actor, link.appointment)


def may_change(actor: Actor, visit: Appointment) -> bool:
    """Whether the actor, signed in as a patient, may move and cancel this visit."""
    if actor.user_id is None or actor.space != Space.PATIENT:
        return False
    return scoped(actor, Appointment, "change").filter(pk=visit.pk).exists()


def has_public_practice(actor: Actor, visit: Appointment) -> bool:
    """Whether the practice is in the directory: its patients may then ask it for a code."""
    return scoped(actor, Agenda, "read").filter(practice=visit.practice_id).exists()


def visits_behind(link: AnswerLink) -> Sequence[Appointment]:
    """The visit of the link, then the others to come of the same file on that day, which one reminder speaks of."""
    visit = link.appointment
    zone = phrasing.zone_of(visit.agenda.location.timezone)
    day = clock.local_date(visit.start_at, zone)
    first, last = (clock.instant(clock.day_start(date, zone)) for date in (day, day + timedelta(days=1)))
    others = (
        Appointment.objects.filter(
            record=visit.record_id, status__in=OPEN, start_at__gte=max(first, clock.now()), start_at__lt=last
        )
        .exclude(pk=visit.pk)
        .select_related(*READ)
        .order_by("start_at", "pk")
    )
    found = [visit, *others]
    if link.user is not None:
        reader = Actor(user_id=link.user.pk, space=Space.PATIENT)
        known = set(
            scoped(reader, Appointment, "read").filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
        )
        found = [one for one in found if one.pk in known]
    return found


def _may_read(reader: Actor, visit: Appointment) -> bool:
    return scoped(reader, Appointment, "read").filter(pk=visit.pk).exists()
