"""The busy time of another program's calendar as absences of an agenda: looked at first, then written, all or nothing.

Only times are kept. Each upload under a name replaces what the one before it wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from booking.enums import OPEN
from booking.intervals import Interval, merged
from booking.models import Absence, Appointment
from booking.outside_dates import Unreadable
from booking.outside_ics import BUSY_AT_MOST, read_busy
from booking.recurrence import Frequency
from booking.selectors.affected import VisitTime, touched
from booking.services._agenda_rules import write_rule
from core import audit, clock, idempotency
from core.access import Actor, get_or_404, scoped
from core.exceptions import DomainError
from practitioners.models import Agenda

SOURCE_AT_MOST = 64

MESSAGES = {
    "calendar_too_big": _("Ce fichier est trop gros : un mégaoctet au plus."),
    "calendar_not_ics": _("Ce fichier n’est pas un calendrier (.ics)."),
    "calendar_too_many_events": _("Ce calendrier a trop d’événements : deux mille au plus."),
    "calendar_too_many_dates": _("Ce calendrier a trop de dates à venir : cinq mille au plus."),
    "calendar_too_many_busy": _("Ce calendrier occupe trop de plages à venir : cinq cents au plus."),
    "calendar_too_slow": _("Ce calendrier est trop compliqué à lire."),
    "calendar_zone": _("Ce calendrier nomme un fuseau horaire inconnu."),
    "calendar_rule": _("Ce calendrier a une répétition que nous ne lisons pas."),
    "calendar_date": _("Ce calendrier a une date impossible."),
    "calendar_name": _("Donnez un nom à ce calendrier, en 64 signes au plus."),
}


class CalendarRefused(DomainError):
    """A calendar that is not taken, for one of the codes of `MESSAGES`; nothing is written."""

    def __init__(self, code: str) -> None:
        super().__init__(code, MESSAGES[code])


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload would write: busy ranges (epoch seconds), how many it replaces, and how many visits lie under them."""

    agenda: Agenda
    source: str
    events: int
    busy: Sequence[Interval]
    replaced: int
    visits: int


def preview_calendar(*, actor: Actor, agenda: UUID, source: str, content: bytes) -> Preview:
    """Read the file and say what would be written; writes nothing. Raises NotForYou, `CalendarRefused`."""
    found, source = _agenda(actor, agenda), _named(source)
    zone = ZoneInfo(found.location.timezone)
    try:
        outside = read_busy(content, zone=zone, now=clock.now())
    except Unreadable as error:
        raise CalendarRefused(error.code) from error
    replaced = Absence.objects.filter(agenda=found, source=source).count()
    visits = len(touched(_visits(actor, found), outside.busy))
    return Preview(found, source, outside.events, outside.busy, replaced, visits)


def import_calendar(
    *, actor: Actor, agenda: UUID, source: str, busy: Sequence[Interval], claim: idempotency.Claim | None = None
) -> int:
    """Write the busy ranges in the place of those of the same name; how many absences that makes.

    Visits under them stay: the practice sees them. Raises NotForYou, `calendar_too_many_busy`, `agenda_busy`.
    """
    found, source = _agenda(actor, agenda), _named(source)
    ranges = merged(busy)
    if len(ranges) > BUSY_AT_MOST:
        raise CalendarRefused("calendar_too_many_busy")
    zone = ZoneInfo(found.location.timezone)

    def work() -> Agenda:
        others = Absence.objects.filter(agenda=found).exclude(source__in=("", source)).count()
        if others + len(ranges) > BUSY_AT_MOST:
            raise CalendarRefused("calendar_too_many_busy")
        gone = Absence.objects.filter(agenda=found, source=source).delete()[0]
        Absence.objects.bulk_create([_absence(found, source, zone, one) for one in ranges])
        _record(actor, "booking.import_calendar", found, written=len(ranges), replaced=gone)
        return found

    write_rule(found, work, actor=actor, claim=claim)
    return len(ranges)


def forget_calendar(*, actor: Actor, agenda: UUID, source: str) -> int:
    """Take back what was written under this name; how many absences that frees. Raises NotForYou, `agenda_busy`."""
    found, source = _agenda(actor, agenda), _named(source)

    def work() -> int:
        gone = Absence.objects.filter(agenda=found, source=source).delete()[0]
        if gone:
            _record(actor, "booking.forget_calendar", found, removed=gone)
        return gone

    return write_rule(found, work, actor=actor)


def _agenda(actor: Actor, uid: UUID) -> Agenda:
    found = get_or_404(actor, Agenda, "arrange", uid=uid)
    return Agenda.objects.select_related("location", "practitioner").get(pk=found.pk)


def _named(source: str) -> str:
    source = " ".join(source.split())
    if not source or len(source) > SOURCE_AT_MOST:
        raise CalendarRefused("calendar_name")
    return source


def _visits(actor: Actor, agenda: Agenda) -> list[VisitTime]:
    rows = scoped(actor, Appointment, "read").filter(agenda=agenda, status__in=OPEN, end_at__gt=clock.now())
    return [
        VisitTime(uid, clock.epoch_of(start), clock.epoch_of(end))
        for uid, start, end in rows.order_by("start_at", "pk").values_list("uid", "start_at", "end_at")
    ]


def _absence(agenda: Agenda, source: str, zone: ZoneInfo, busy: Interval) -> Absence:
    """The row of one range, on the wall of the place; a part of a minute is a whole one."""
    start, end = _wall(busy[0], zone), _wall(-(-busy[1] // 60) * 60, zone)
    if end <= start:
        # The clock went back meanwhile: its second hour is shown as the first one's continuation.
        end = start + timedelta(seconds=busy[1] - busy[0])
    return Absence(
        agenda=agenda,
        source=source,
        frequency=Frequency.ONCE,
        starts_on=start.date(),
        ends_on=start.date(),
        start_time=start.time(),
        end_time=end.time(),
        span_days=(end.date() - start.date()).days,
    )


def _wall(seconds: int, zone: ZoneInfo) -> datetime:
    """What the clock of the place shows, to the minute; its zone is known by the caller."""
    return clock.instant(seconds).astimezone(zone).replace(second=0, tzinfo=None)


def _record(actor: Actor, action: str, agenda: Agenda, **facts: Any) -> None:
    audit.record(actor, action, agenda, practice_id=agenda.practice_id, agenda=agenda.pk, **facts)
