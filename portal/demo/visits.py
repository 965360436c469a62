"""Fills the agendas to a realistic degree with fictional visits: fuller tomorrow than in a month, some almost full."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from random import Random

from booking.calendar import load_calendars, rules_of
from booking.enums import Channel, Status
from booking.models import Appointment
from booking.selectors.offers import public_offers
from booking.slots import available_slots
from core import clock
from patients.enums import Sex
from patients.models import PatientRecord
from patients.naming import name_key
from patients.phones import phone_key
from portal.demo import names
from practitioners.models import Agenda, AgendaReason

DAYS = 21
RECORDS_PER_PRACTICE, RECORDS_OF_LARGE = 25, 240
CHUNK = 2000


def fill_agendas(random: Random, agendas: Sequence[Agenda], large: Collection[int] = ()) -> int:
    """Visits over the next three weeks in every agenda; returns how many. `large` practices have many patients."""
    wanted = [agenda.pk for agenda in agendas]
    records = _records(random, sorted({agenda.practice_id for agenda in agendas}), large)
    offered: dict[int, list[AgendaReason]] = {}
    for found in public_offers().filter(agenda__in=wanted):
        offered.setdefault(found.agenda_id, []).append(found)
    offers = [found[0] for found in offered.values()]
    now = clock.now()
    today = now.date()
    calendars = load_calendars(
        offers, first_day=today - timedelta(days=1), last_day=today + timedelta(days=DAYS), now=now
    )
    visits = []
    for offer in offers:
        busy_rate = random.choice([0.35, 0.5, 0.6, 0.75, 0.9, 0.97])
        slots = available_slots(
            calendars[offer.pk], rules_of(offer), first_day=today, last_day=today + timedelta(days=DAYS), now=now
        )
        end = None
        for slot in slots:
            if (end is None or slot.start >= end) and random.random() < _rate(busy_rate, slot.start.date(), today):
                end = slot.end
                fitting = [one for one in offered[offer.agenda_id] if one.duration_minutes <= offer.duration_minutes]
                chosen = random.choice(fitting)
                ends = slot.start + timedelta(minutes=chosen.duration_minutes)
                visits.append(_visit(chosen, slot.start, ends, random.choice(records[offer.agenda.practice_id])))
    Appointment.objects.bulk_create(visits, batch_size=CHUNK)
    return len(visits)


def _rate(rate: float, day: date, today: date) -> float:
    return float(rate) * max(0.25, 1 - (day - today).days / (DAYS * 1.3))


def _records(random: Random, practices: list[int], large: Collection[int]) -> dict[int, list[PatientRecord]]:
    rows = []
    for practice in practices:
        for _ in range(RECORDS_OF_LARGE if practice in large else RECORDS_PER_PRACTICE):
            first, last = random.choice(names.FIRST_NAMES), random.choice(names.LAST_NAMES)
            phone = names.phone(random.randrange(100_000))
            rows.append(
                PatientRecord(
                    practice_id=practice,
                    first_name=first,
                    birth_name=last,
                    name_key=name_key(last, first, ""),
                    birth_date=date(random.randrange(1935, 2024), random.randrange(1, 13), random.randrange(1, 28)),
                    sex=random.choice(list(Sex)),
                    phone=phone,
                    phone_key=phone_key(phone),
                    known_since=clock.now() - timedelta(days=400),
                )
            )
    PatientRecord.objects.bulk_create(rows, batch_size=CHUNK)
    found: dict[int, list[PatientRecord]] = {}
    for row in rows:
        found.setdefault(row.practice_id, []).append(row)
    return found


def _visit(offer: AgendaReason, start: datetime, end: datetime, record: PatientRecord) -> Appointment:
    return Appointment(
        agenda=offer.agenda,
        practice_id=offer.agenda.practice_id,
        performer_id=offer.agenda.practitioner_id,
        visit_reason=offer.visit_reason,
        specialty_id=offer.visit_reason.specialty_id,
        record=record,
        start_at=start,
        end_at=end,
        status=Status.BOOKED,
        reason_name=offer.visit_reason.name,
        price_cents=offer.price_cents,
        channel=Channel.DESK,
    )
