"""Whom a delay of an agenda would be told to, and the one that stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.enums import Status
from booking.models import Appointment, LateNotice, LateNoticeLine
from booking.selectors.reach import Reach, must_be_called, reach_of
from core import clock
from core.access import Actor, scoped
from notifications.enums import MessageState
from notifications.models import Message
from practitioners.models import Agenda

# A patient hears of a delay at most so often a day.
TOLD_AT_MOST = 2
HALF_DAY = "demi-journee"
HOURS = {"1h": 1, "2h": 2, "3h": 3, "4h": 4}
WINDOWS = (HALF_DAY, *HOURS)
NOON = time(13)
READ = (
    "record__patient",
    "record__practice",
    "visit_reason",
    "agenda__location__place",
    "agenda__practice",
    "performer",
)


@dataclass(frozen=True, slots=True)
class LateVisit:
    """One visit whose patient to tell: told `told` times already today, for this visit or another of this agenda.

    `to_call`: no message reaches them; `may_tell`: not too often yet.
    """

    visit: Appointment
    reach: Reach
    told: int
    to_call: bool

    @property
    def may_tell(self) -> bool:
        return self.told < TOLD_AT_MOST


def window_end(window: str, agenda: Agenda, now: datetime) -> datetime:
    """When the hours of a notice end: the half-day (13 h, then midnight, on the clock of the place), or so many hours.

    Never past the day. Raises ValueError for a window that is not offered.
    """
    zone = ZoneInfo(agenda.location.timezone)
    today = clock.local_date(now, zone)
    midnight = clock.instant(clock.day_start(today + timedelta(days=1), zone))
    if window == HALF_DAY:
        noon = clock.combine(today, NOON, zone)
        return noon if now < noon else midnight
    if window not in HOURS:
        raise ValueError("window")
    return min(now + timedelta(hours=HOURS[window]), midnight)


def late_visits(actor: Actor, agenda: Agenda, *, until: datetime, now: datetime) -> list[LateVisit]:
    """The visits that begin between now and `until` and whose patient has not arrived, by time. A fixed number of statements."""
    visits = list(
        scoped(actor, Appointment, "change")
        .filter(agenda=agenda, status=Status.BOOKED, start_at__gt=now, start_at__lt=until)
        .select_related(*READ)
        .order_by("start_at", "pk")
    )
    reach, told = reach_of(visits), told_today(visits)
    return [
        LateVisit(visit, reach[visit.pk], told.get(visit.pk, 0), to_call=must_be_called(visit, reach[visit.pk]))
        for visit in visits
    ]


def told_today(visits: Sequence[Appointment]) -> Mapping[int, int]:
    """By visit, how often a notice of its agenda and day has left for its patient, whichever visit it spoke of."""
    lines = LateNoticeLine.objects.filter(
        to_call=False,
        appointment__record__in={visit.record_id for visit in visits if visit.record_id is not None},
        notice__agenda__in={visit.agenda_id for visit in visits},
        notice__day__in={_day(visit) for visit in visits},
    ).select_related("notice", "appointment")
    known = list(lines)
    left = told_readers([line for line in known if line.withdrawn])
    notices: dict[tuple[int | None, int, date], set[int]] = {}
    for line in known:
        if not line.withdrawn or line.pk in left:
            whose = (line.appointment.record_id, line.notice.agenda_id, line.notice.day)
            notices.setdefault(whose, set()).add(line.notice_id)
    return {visit.pk: len(notices.get((visit.record_id, visit.agenda_id, _day(visit)), ())) for visit in visits}


def told_readers(lines: Sequence[LateNoticeLine]) -> set[int]:
    """Those of these lines of which a message has left, or is leaving. One statement, none without lines."""
    keys = {late_key(line.notice_id, reader) for line in lines for reader in line.readers}
    if not keys:
        return set()
    gone = Message.objects.filter(key__in=keys, state__in=(MessageState.SENDING, MessageState.SENT))
    left = set(gone.values_list("key", flat=True))
    return {line.pk for line in lines if any(late_key(line.notice_id, reader) in left for reader in line.readers)}


def late_key(notice: int, reader: str) -> str:
    """The key of the message by which a reader hears of a notice."""
    channel, _, recipient = reader.partition("|")
    return f"late:{notice}|0|booking.late|{channel}|{recipient}"


def _day(visit: Appointment) -> date:
    return clock.local_date(visit.start_at, ZoneInfo(visit.agenda.location.timezone))


def standing_notices(actor: Actor, agendas: Sequence[Agenda], now: datetime | None = None) -> list[LateNotice]:
    """The delays announced today that still stand, of the agendas the actor runs. One statement."""
    at = now or clock.now()
    found = (
        LateNotice.objects.filter(agenda__in=[one.pk for one in agendas], ended_at__isnull=True, until__gt=at)
        .select_related("agenda__practitioner", "agenda__location")
        .order_by("agenda__practitioner__last_name", "pk")
    )
    return list(found)


def notice_of_day(agenda: Agenda, now: datetime) -> LateNotice | None:
    """The delay that stands today in an agenda that the caller may run."""
    today = clock.local_date(now, ZoneInfo(agenda.location.timezone))
    return LateNotice.objects.filter(agenda=agenda, day=today, ended_at__isnull=True).first()


def minutes_late(visit: Appointment, now: datetime | None = None) -> int | None:
    """By how much the practice said to be late for this very visit, while it stands and the visit is to come."""
    at = now or clock.now()
    # A delay is of the day: nothing is read for a visit further away.
    if visit.status != Status.BOOKED or not at < visit.start_at + timedelta(minutes=120) < at + timedelta(
        days=1, hours=2
    ):
        return None
    line = (
        LateNoticeLine.objects.filter(
            appointment=visit, start_at=visit.start_at, withdrawn=False, notice__ended_at__isnull=True
        )
        .select_related("notice")
        .order_by("-pk")
        .first()
    )
    if line is None or visit.start_at + timedelta(minutes=line.notice.minutes) <= at:
        return None
    return line.notice.minutes
