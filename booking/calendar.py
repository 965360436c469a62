"""Reads the rows of agendas and hands them to the pure engine, with a fixed number of statements.

Whatever the number of agendas or days, `load_calendars` runs three statements: openings, absences, busy time.
Busy time is read by performer (a person cannot be in two places), by the btree index `appointment_busy`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, DateField, ExpressionWrapper, F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual

from booking.enums import OCCUPYING, Status
from booking.models import Absence, Appointment, OpeningHours
from booking.models.opening import WallClockRule
from booking.recurrence import Frequency, Recurrence
from booking.slots import AgendaCalendar, Busy, Closing, Opening, ReasonRules
from core import clock
from practitioners.holidays import public_holidays
from practitioners.models import AgendaReason

# The longest visit is eight hours: a busy range that reaches into the window began less than a day before.
LONGEST_VISIT = timedelta(days=1)


class Epoch(Func):
    """Whole seconds since 1970: integers reach Python much faster than timestamps."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::bigint"
    output_field = BigIntegerField()


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


def opening_of(row: OpeningHours, reasons: frozenset[int] | None) -> Opening:
    return Opening(
        id=row.pk,
        recurrence=recurrence_of(row),
        start=row.start_time,
        end=row.end_time,
        span_days=row.span_days,
        reasons=reasons,
        released_before=None if row.released_minutes is None else timedelta(minutes=row.released_minutes),
        open_on_holidays=row.open_on_holidays,
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


def load_openings(agendas: Iterable[int], first_day: date, last_day: date) -> Mapping[int, list[Opening]]:
    """The openings of these agendas that can touch the days, by agenda id; one statement."""
    rows = (
        OpeningHours.objects.filter(in_force(first_day, last_day), agenda_id__in=list(agendas))
        .annotate(reason_ids=ArrayAgg("reasons", filter=Q(reasons__isnull=False), default=[]))
        .order_by("agenda_id", "pk")
    )
    found: dict[int, list[Opening]] = defaultdict(list)
    for row in rows:
        reasons = None if row.accepts_all_reasons else frozenset(row.reason_ids)
        found[row.agenda_id].append(opening_of(row, reasons))
    return found


def _closings(agendas: Iterable[int], first_day: date, last_day: date) -> Mapping[int, list[Closing]]:
    rows = Absence.objects.filter(in_force(first_day, last_day), agenda_id__in=list(agendas)).order_by("pk")
    found: dict[int, list[Closing]] = defaultdict(list)
    for row in rows:
        found[row.agenda_id].append(closing_of(row))
    return found


BusyRow = tuple[int, int, int, int, int, int, int]


def _busy(
    performers: Iterable[int], first_day: date, last_day: date, now: datetime, exclude: int | None
) -> Mapping[int, list[BusyRow]]:
    """Rows (performer, start, end, buffers before and after, agenda, reason); expired holds are free."""
    # Local days of any zone lie within UTC-12 and UTC+14 of the same dates.
    low = datetime.combine(first_day, time.min, UTC) - timedelta(hours=14)
    high = datetime.combine(last_day + timedelta(days=2), time.min, UTC) + timedelta(hours=12)
    rows = (
        Appointment.objects.filter(
            performer_id__in=list(performers),
            status__in=OCCUPYING,
            start_at__gte=low - LONGEST_VISIT,
            start_at__lt=high,
            end_at__gt=low,
        )
        .exclude(status=Status.HELD, expires_at__lte=now)
        .exclude(pk=exclude or 0)
        .order_by("performer_id", "start_at")
        .values_list(
            "performer_id",
            Epoch(F("start_at")),
            Epoch(F("end_at")),
            "buffer_before_minutes",
            "buffer_after_minutes",
            "agenda_id",
            "visit_reason_id",
        )
    )
    found: dict[int, list[BusyRow]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _booked_on(rows: Iterable[BusyRow], offer: AgendaReason, zone: ZoneInfo) -> Mapping[date, int]:
    """Visits of this reason in this agenda by local day, for the daily quota."""
    counts: dict[date, int] = defaultdict(int)
    for row in rows:
        if row[5] == offer.agenda_id and row[6] == offer.visit_reason_id:
            counts[clock.local_date(datetime.fromtimestamp(row[1], UTC), zone)] += 1
    return counts
