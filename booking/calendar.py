"""Reads the rows of agendas and hands them to the pure engine, with a fixed number of statements.

Whatever the number of agendas or days, `load_calendars` runs three statements: openings, absences, busy time.
Busy time is read by performer (a person cannot be in two places), by the btree index `appointment_busy`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, ExpressionWrapper, F, Q
from django.db.models.lookups import GreaterThanOrEqual

from booking.enums import OCCUPYING, Status
from booking.models import Absence
from booking.models.opening import WallClockRule
from booking.recurrence import Frequency, Recurrence
from booking.slots import AgendaCalendar, Busy, Closing, Opening, ReasonRules
from core import clock
from core.prepared import fetch_prepared
from core.replica import reading
from practitioners.holidays import public_holidays
from practitioners.models import AgendaReason

# The longest visit is eight hours: a busy range that reaches into the window began less than a day before.
LONGEST_VISIT = timedelta(days=1)


def rules_of(offer: AgendaReason, *, duration: timedelta | None = None) -> ReasonRules:
    """The engine's view of an offer. `duration` keeps the booked length when a visit is moved."""
    return ReasonRules(
        id=offer.pk,
        duration=duration or timedelta(minutes=offer.duration_minutes),
        step=timedelta(minutes=offer.step_minutes),
        buffer_before=timedelta(minutes=offer.buffer_before_minutes),
        buffer_after=timedelta(minutes=offer.buffer_after_minutes),
        notice=timedelta(minutes=offer.notice_minutes),
        horizon_days=offer.horizon_days,
        daily_quota=offer.daily_quota,
    )


def recurrence_of(row: WallClockRule) -> Recurrence:
    return Recurrence(
        frequency=Frequency(row.frequency),
        starts_on=row.starts_on,
        interval=row.interval,
        weekdays=frozenset(row.weekdays),
        nth=row.nth,
        ends_on=row.ends_on,
        excluded=frozenset(row.excluded_on),
    )


def closing_of(row: Absence) -> Closing:
    return Closing(
        id=row.pk, recurrence=recurrence_of(row), start=row.start_time, end=row.end_time, span_days=row.span_days
    )


def load_calendars(
    offers: Sequence[AgendaReason],
    *,
    first_day: date,
    last_day: date,
    now: datetime,
    exclude: int | None = None,
    busy_until: date | None = None,
) -> dict[int, AgendaCalendar]:
    """The calendars of these offers for inclusive local days, by offer id.

    `offers` come with `agenda__location__place` loaded. `exclude` is an appointment that does not count as busy
    (the one being moved, or the hold being confirmed). `busy_until` reads busy time up to an earlier day only;
    `with_busy` completes it.
    """
    agendas = {offer.agenda_id: offer.agenda for offer in offers}
    openings = load_openings(agendas, first_day, last_day)
    # A visit that begins late on the last day may reach into the absence of the next one.
    closings = _closings(agendas, first_day, last_day + timedelta(days=1))
    calendars = {
        offer.pk: AgendaCalendar(
            zone=ZoneInfo(offer.agenda.location.timezone),
            openings=openings[offer.agenda_id],
            closings=closings[offer.agenda_id],
            holidays=public_holidays(offer.agenda.location.place.department, first_day, last_day),
            busy=[],
            booked_on={},
        )
        for offer in offers
    }
    return with_busy(calendars, offers, first_day=first_day, last_day=busy_until or last_day, now=now, exclude=exclude)


def with_busy(
    calendars: Mapping[int, AgendaCalendar],
    offers: Sequence[AgendaReason],
    *,
    first_day: date,
    last_day: date,
    now: datetime,
    exclude: int | None = None,
) -> dict[int, AgendaCalendar]:
    """The same calendars with the busy time of these days, in one statement."""
    performers = {offer.agenda.practitioner_id for offer in offers}
    busy = _busy(performers, first_day, last_day, now, exclude)
    ranges = {who: [Busy(row[1], row[2], row[3] * 60, row[4] * 60) for row in rows] for who, rows in busy.items()}
    return {
        offer.pk: replace(
            calendars[offer.pk],
            busy=ranges.get(offer.agenda.practitioner_id, []),
            booked_on={}
            if offer.daily_quota is None
            else _booked_on(busy[offer.agenda.practitioner_id], offer, calendars[offer.pk].zone),
        )
        for offer in offers
    }


# The last local day that a rule can touch: its last date, and the days over which that occurrence lasts.
LAST_TOUCHED = ExpressionWrapper(F("ends_on") + F("span_days"), output_field=DateField())


def in_force(first_day: date, last_day: date | None = None) -> Q:
    """Rules that can touch these days, those to come included when no last day is given.

    Those that are over are not read, however long the list of past leaves; a leave that began long before is.
    """
    alive = Q(ends_on__isnull=True) | Q(GreaterThanOrEqual(LAST_TOUCHED, first_day))
    return alive if last_day is None else Q(starts_on__lte=last_day) & alive


# Written out, as making these texts anew took longer than reading the rows. The lists are arrays: one text for any number.
_RULE = """
    agenda_id, id, frequency, starts_on, "interval", weekdays, nth, ends_on, excluded_on, start_time, end_time, span_days"""
_IN_FORCE = """
    agenda_id = ANY(%s::bigint[]) AND starts_on <= %s AND (ends_on IS NULL OR ends_on + span_days >= %s)
    ORDER BY agenda_id, id"""
_OPENINGS = f"""
    SELECT {_RULE}, released_minutes, open_on_holidays, accepts_all_reasons, CASE WHEN accepts_all_reasons THEN NULL ELSE ARRAY(
        SELECT agendareason_id FROM booking_openinghours_reasons WHERE openinghours_id = booking_openinghours.id) END
    FROM booking_openinghours WHERE {_IN_FORCE}"""  # noqa: S608  (our own names)
_ABSENCES = f"SELECT {_RULE} FROM booking_absence WHERE {_IN_FORCE}"  # noqa: S608
_TAKEN = f"""
    SELECT performer_id, EXTRACT(EPOCH FROM start_at)::bigint, EXTRACT(EPOCH FROM end_at)::bigint,
        buffer_before_minutes, buffer_after_minutes, agenda_id, visit_reason_id
    FROM booking_appointment
    WHERE performer_id = ANY(%s::bigint[]) AND status IN ({", ".join(f"'{status.value}'" for status in OCCUPYING)})
        AND start_at >= %s AND start_at < %s AND end_at > %s
        AND (status <> '{Status.HELD.value}' OR expires_at > %s) AND id <> %s
    ORDER BY performer_id, start_at"""  # noqa: S608


def _rows(statement: str, *values: Any) -> list[Any]:
    return fetch_prepared(reading(), statement, values)


def _recurrence(row: Sequence[Any]) -> Recurrence:
    """From the columns of `_RULE`."""
    _, _, frequency, starts_on, interval, weekdays, nth, ends_on, excluded_on, *_ = row
    return Recurrence(
        Frequency(frequency), starts_on, interval, frozenset(weekdays), nth, ends_on, frozenset(excluded_on)
    )


def load_openings(agendas: Iterable[int], first_day: date, last_day: date) -> Mapping[int, list[Opening]]:
    """The openings of these agendas that can touch the days, by agenda id; one statement."""
    found: dict[int, list[Opening]] = defaultdict(list)
    for row in _rows(_OPENINGS, list(agendas), last_day, first_day):
        released, on_holidays, accepts_all, reasons = row[12:]
        opening = Opening(
            id=row[1],
            recurrence=_recurrence(row),
            start=row[9],
            end=row[10],
            span_days=row[11],
            reasons=None if accepts_all else frozenset(reasons),
            released_before=None if released is None else timedelta(minutes=released),
            open_on_holidays=on_holidays,
        )
        found[row[0]].append(opening)
    return found


def _closings(agendas: Iterable[int], first_day: date, last_day: date) -> Mapping[int, list[Closing]]:
    found: dict[int, list[Closing]] = defaultdict(list)
    for row in _rows(_ABSENCES, list(agendas), last_day, first_day):
        found[row[0]].append(Closing(row[1], _recurrence(row), row[9], row[10], row[11]))
    return found


BusyRow = tuple[int, int, int, int, int, int, int]


def _busy(
    performers: Iterable[int], first_day: date, last_day: date, now: datetime, exclude: int | None
) -> Mapping[int, list[BusyRow]]:
    """Rows (performer, start, end, buffers before and after, agenda, reason); expired holds are free."""
    # Local days of any zone lie within UTC-12 and UTC+14 of the same dates.
    low = datetime.combine(first_day, time.min, UTC) - timedelta(hours=14)
    high = datetime.combine(last_day + timedelta(days=2), time.min, UTC) + timedelta(hours=12)
    found: dict[int, list[BusyRow]] = defaultdict(list)
    for row in _rows(_TAKEN, list(performers), low - LONGEST_VISIT, high, low, now, exclude or 0):
        found[row[0]].append(row)
    return found


def _booked_on(rows: Iterable[BusyRow], offer: AgendaReason, zone: ZoneInfo) -> Mapping[date, int]:
    """Visits of this reason in this agenda by local day, for the daily quota."""
    counts: dict[date, int] = defaultdict(int)
    for row in rows:
        if row[5] == offer.agenda_id and row[6] == offer.visit_reason_id:
            counts[clock.local_date(datetime.fromtimestamp(row[1], UTC), zone)] += 1
    return counts
