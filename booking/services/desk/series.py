"""A treatment of several sessions: every conflict is listed with another time, and nothing is put until all is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.availability import FreeSlot
from booking.selectors.desk_slots import next_at_desk
from booking.services import _once
from booking.services._checks import whole_minute
from booking.services._transaction import run_verb
from booking.services.desk import _times
from booking.services.desk.booking import DeskWish, length_of, lock_file, put
from core import clock, idempotency
from core.access import Actor
from practitioners.models import AgendaReason

FEWEST, MOST = 2, 30
CHOICES = 3


@dataclass(frozen=True, slots=True)
class Session:
    """One wanted session. `refusal` is None when it can be put; else its code, with the next free starts after it."""

    start: datetime
    end: datetime
    timezone: str
    refusal: str | None = None
    choices: Sequence[FreeSlot] = ()


def sessions_every(offer: AgendaReason, first: datetime, *, count: int, every_days: int) -> list[datetime]:
    """The same wall-clock time every so many days, at the place of the agenda. Raises `series_size`."""
    if not FEWEST <= count <= MOST or not 1 <= every_days <= 92:
        raise Refusal("series_size", at_least=FEWEST, at_most=MOST)
    zone = ZoneInfo(offer.agenda.location.timezone)
    wall = first.astimezone(zone)
    day: date = wall.date()
    return [clock.combine(day + timedelta(days=every_days * number), wall.time(), zone) for number in range(count)]


def plan_series(
    *, actor: Actor, agenda: UUID, visit_reason: UUID, starts: Sequence[datetime], duration_minutes: int | None = None
) -> list[Session]:
    """What stands in the way of each session, as things are now; nothing is written.

    Raises NotForYou, `not_offered`, `series_size`, `start_out_of_reach`, `duration_invalid`.
    """
    offer = _times.desk_offer(actor, agenda, visit_reason)
    return _planned(actor, offer, _wanted(starts), length_of(offer, duration_minutes))


def book_series(
    *,
    actor: Actor,
    record: UUID,
    agenda: UUID,
    visit_reason: UUID,
    starts: Sequence[datetime],
    duration_minutes: int | None = None,
    mode: str | None = None,
    internal_note: str = "",
    tell: bool = True,
    claim: idempotency.Claim | None = None,
) -> list[Appointment]:
    """Put all sessions in one transaction, tied by `series`, or none of them.

    On any conflict `series_conflicts` says of every session whether it fits (`sessions`: start, code or null,
    alternatives), so that the caller chooses another time for each and sends all again: never a silent hole. Raises as
    `book_at_desk` and `series_size`.
    """
    offer, wanted = _times.desk_offer(actor, agenda, visit_reason), _wanted(starts)
    wish = DeskWish(
        length=length_of(offer, duration_minutes), mode=mode, internal_note=internal_note, tell=tell, series=uuid4()
    )

    def work() -> list[Appointment]:
        done = _once.begin(actor, claim)
        if done is not None:
            return list(Appointment.objects.filter(series=done.series, series__isnull=False).order_by("start_at"))
        file = lock_file(actor, record, {offer.agenda.practitioner_id})
        booked, refused, now = [], 0, clock.now()
        for start in wanted:
            try:
                booked.append(put(actor, offer, file, start, wish, now=now))
            except Refusal as refusal:
                if refusal.code not in ("slot_taken", "outside_hours", "start_out_of_reach", "outside_your_dates"):
                    raise
                refused += 1
        if refused:
            raise Refusal("series_conflicts", count=refused)
        idempotency.complete(actor, claim, booked[0])
        return booked

    try:
        return run_verb(work)
    except Refusal as refusal:
        if refusal.code in ("series_conflicts", "slot_taken"):
            raise _listed(_planned(actor, offer, wanted, wish.length)) from refusal
        raise


def _wanted(starts: Sequence[datetime]) -> list[datetime]:
    """In order of time, each once. Raises `series_size`, `start_out_of_reach` for what no calendar holds."""
    now = clock.now()
    if any(abs(start - now) > 2 * _times.FARTHEST for start in starts):
        raise Refusal("start_out_of_reach")
    wanted = sorted({whole_minute(start) for start in starts})
    if not FEWEST <= len(wanted) <= MOST:
        raise Refusal("series_size", at_least=FEWEST, at_most=MOST)
    return wanted


def _planned(actor: Actor, offer: AgendaReason, starts: Sequence[datetime], length: timedelta) -> list[Session]:
    now, zone = clock.now(), offer.agenda.location.timezone
    planned: list[Session] = []
    for start in starts:
        code = _refusal(actor, offer, start, length, now, planned)
        choices: Sequence[FreeSlot] = ()
        if code is not None:
            others = [other for other in starts if other != start]
            found = next_at_desk([offer], count=CHOICES + len(starts), from_=start, length=length)
            choices = [slot for slot in found if all(abs(slot.start - other) >= length for other in others)][:CHOICES]
        planned.append(Session(start, start + length, zone, code, choices))
    return planned


def _refusal(
    actor: Actor,
    offer: AgendaReason,
    start: datetime,
    length: timedelta,
    now: datetime,
    before: Sequence[Session],
) -> str | None:
    taken = _times.overlapping(offer.agenda.practitioner_id, start, start + length, now=now)
    if taken.exclude(_times.desk_holds(actor)).exists() or any(start < session.end for session in before):
        return "slot_taken"
    try:
        _times.check_date(offer.agenda, start, now)
        _times.check_reach(offer, start)
    except Refusal as refusal:
        return refusal.code
    return "outside_hours" if _times.is_outside_hours(offer, start, length, now=now) else None


def _listed(sessions: Sequence[Session]) -> Refusal:
    """The refusal that says of each session what stands in its way."""
    refusal = Refusal(
        "series_conflicts",
        sessions=[
            {
                "start": session.start.isoformat(),
                "code": session.refusal,
                "alternatives": [slot.start.isoformat() for slot in session.choices],
            }
            for session in sessions
        ],
    )
    refusal.alternatives = sessions
    return refusal
