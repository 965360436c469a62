"""The people in line for the time of one practitioner, and the free starts that suit each, as the pure order reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.calendar import load_calendars, rules_of
from booking.enums import Status, WaitlistState
from booking.models import Appointment, WaitlistEntry
from booking.selectors.offers import offered_modes
from booking.selectors.waitlist_people import Span, given_back, history_of, told_later, zones_of
from booking.slots import Slot, available_slots
from booking.waitlist import Freed, Waiting, Window, Wish
from core import clock
from practitioners.enums import VerificationState
from practitioners.models import AgendaReason, OnlineBlock

ENTRY = ("visit_reason", "appointment__agenda", "patient", "record__patient", "user")


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in line: their entry, the visit they already have, and the times that suit and are free."""

    entry: WaitlistEntry
    visit: Appointment | None
    person: Waiting
    times: Sequence[Freed]


def entries_waiting_for(performer: int) -> QuerySet[WaitlistEntry]:
    """Those in line for an agenda of this practitioner who are alive and have not removed themselves, in order."""
    return (
        WaitlistEntry.objects.filter(state=WaitlistState.WAITING)
        .filter(
            pk__in=WaitlistEntry.agendas.through.objects.filter(agenda__practitioner=performer).values("waitlistentry")
        )
        .filter(
            Q(patient__isnull=True) | Q(patient__deceased_on__isnull=True, patient__removed_at__isnull=True),
            Q(record__isnull=True) | Q(record__deceased_on__isnull=True, record__blocked_at__isnull=True),
            Q(user__isnull=True) | Q(user__is_active=True),
        )
        .order_by("joined_at", "pk")
    )


def is_awaited(performer: int) -> bool:
    """Whether anybody waits for this practitioner's time: one statement."""
    return WaitlistEntry.objects.filter(state=WaitlistState.WAITING, agendas__practitioner=performer).exists()


def line_for(performer: int, spans: Sequence[Span], *, now: datetime) -> list[Place]:
    """Everybody in line, in order, with the free starts that lie in what was freed; a fixed number of statements."""
    entries = list(entries_waiting_for(performer).select_related(*ENTRY).prefetch_related("windows", "agendas"))
    if not entries:
        return []
    visits = current_visits(entries, now=now)
    offers = _offers_of(performer, {entry.visit_reason_id for entry in entries})
    told, asked, busy = history_of(entries, now=now)
    zones = zones_of(entries)
    left = given_back(entries, performer, now=now)
    slots = _Slots(offers.values(), spans, now)
    until = told_later(performer, now=now)
    found = []
    for entry in entries:
        visit = visits.get(entry.pk)
        person = Waiting(
            key=entry.pk,
            joined_at=entry.joined_at,
            wish=wish_of(entry, visit),
            zone=zones.get(entry.user_id or 0) or _zone_of_place(entry, offers),
            told_at=told[entry.pk],
            asked=frozenset(asked[entry.pk]),
            answers_until=None if visit is None or entry.by_desk else visit.may_cancel_until,
            is_asked_now=entry.pk in busy,
        )
        times = [
            freed
            for agenda in entry.agendas.all()
            if (offer := offers.get((agenda.pk, entry.visit_reason_id))) is not None and serves(offer, entry, visit)
            for freed in slots.of(offer, visit.duration if visit else None, until)
            if not any(start < freed.end and freed.start < end for start, end in left[entry.pk])
        ]
        found.append(Place(entry, visit, person, times))
    return found


def serves(offer: AgendaReason, entry: WaitlistEntry, visit: Appointment | None) -> bool:
    """Whether this offer may be proposed to the person at all: what is taken by phone only is for the desk's own list."""
    published = offer.agenda.practitioner.verification == VerificationState.PUBLISHED
    if not entry.by_desk and not (offer.online and published and not offer.closed_online):  # type: ignore[attr-defined]
        return False
    wanted = visit.mode if visit is not None else entry.mode
    modes = offered_modes(offer)
    return bool(modes) if not wanted else wanted in modes


def wish_of(entry: WaitlistEntry, visit: Appointment | None) -> Wish:
    windows = tuple(Window(row.weekday, row.start, row.end) for row in entry.windows.all())
    return Wish(windows, entry.earliest_on, entry.latest_on, visit.start_at if visit is not None else None)


def current_visits(entries: Iterable[WaitlistEntry], *, now: datetime) -> dict[int, Appointment]:
    """The visit to come that an acceptance would move, by entry: the one named, else one booked since for the reason."""
    rows = list(entries)
    found = {
        row.pk: row.appointment
        for row in rows
        if row.appointment is not None and row.appointment.status == Status.BOOKED and row.appointment.start_at > now
    }
    open_rows = [row for row in rows if row.pk not in found]
    if not open_rows:
        return found
    booked = (
        Appointment.objects.filter(status=Status.BOOKED, start_at__gt=now)
        .filter(visit_reason__in={row.visit_reason_id for row in open_rows})
        .filter(
            Q(record__patient__in={row.patient_id for row in open_rows if row.patient_id})
            | Q(record__in={row.record_id for row in open_rows if row.record_id})
        )
        .select_related("agenda", "record")
        .order_by("start_at", "pk")
    )
    for visit in booked:
        for row in open_rows:
            same = visit.record_id == row.record_id or (
                row.patient_id is not None and visit.patient_id == row.patient_id
            )
            if same and visit.visit_reason_id == row.visit_reason_id:
                found.setdefault(row.pk, visit)
    return found


class _Slots:
    """The free starts of each offer and length within the freed time, each worked out once."""

    def __init__(self, offers: Iterable[AgendaReason], spans: Sequence[Span], now: datetime) -> None:
        self.spans, self.now = spans, now
        self._found: dict[tuple[int, timedelta | None], list[Slot]] = {}
        rows = list(offers)
        self.calendars = {}
        if rows and spans:
            self.first = min(start for start, _end in spans).date() - timedelta(days=1)
            self.last = max(end for _start, end in spans).date() + timedelta(days=1)
            self.calendars = load_calendars(rows, first_day=self.first - timedelta(days=1), last_day=self.last, now=now)

    def of(
        self, offer: AgendaReason, duration: timedelta | None, told_later: Sequence[tuple[Span, datetime]]
    ) -> list[Freed]:
        zone, notice = ZoneInfo(offer.agenda.location.timezone), timedelta(minutes=offer.notice_minutes)
        return [
            Freed(
                offer.agenda_id, slot.start, slot.end, slot.start - notice, zone,
                max((at for (start, end), at in told_later if start < slot.end and slot.start < end), default=None),
            )
            for slot in self._slots(offer, duration)
        ]  # fmt: skip

    def _slots(self, offer: AgendaReason, duration: timedelta | None) -> list[Slot]:
        key = offer.pk, duration
        if key not in self._found:
            rules = rules_of(offer, duration=duration)
            found = available_slots(
                self.calendars[offer.pk], rules, first_day=self.first, last_day=self.last, now=self.now
            )
            apart = rules.buffer_before + rules.buffer_after
            self._found[key] = [slot for slot in found if self._is_freed(slot, apart, offer)]
        return self._found[key]

    def _is_freed(self, slot: Slot, apart: timedelta, offer: AgendaReason) -> bool:
        """In the freed time or just beside it, where its buffer stood; with a daily quota, on the same day."""
        if any(start - apart < slot.end and slot.start < end + apart for start, end in self.spans):
            return True
        if offer.daily_quota is None:
            return False
        zone = ZoneInfo(offer.agenda.location.timezone)
        day = clock.local_date(slot.start, zone)
        return any(clock.local_date(start, zone) == day for start, _end in self.spans)


def _offers_of(performer: int, reasons: set[int]) -> dict[tuple[int, int], AgendaReason]:
    blocks = OnlineBlock.objects.filter(agenda=OuterRef("agenda"), closed_at__isnull=True)
    rows = (
        AgendaReason.objects.filter(
            agenda__practitioner=performer, visit_reason__in=reasons, visit_reason__archived_at__isnull=True
        )
        .select_related(
            "agenda__location__place", "agenda__practice", "agenda__practitioner__specialty", "visit_reason"
        )
        .annotate(closed_online=Exists(blocks))
        .order_by("agenda_id", "pk")
    )
    return {(row.agenda_id, row.visit_reason_id): row for row in rows}


def _zone_of_place(entry: WaitlistEntry, offers: Mapping[tuple[int, int], AgendaReason]) -> ZoneInfo:
    for agenda in entry.agendas.all():
        offer = offers.get((agenda.pk, entry.visit_reason_id))
        if offer is not None:
            return ZoneInfo(offer.agenda.location.timezone)
    return ZoneInfo("Europe/Paris")
