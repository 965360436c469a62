"""What the demo practices have behind them: two weeks of settled visits, a waiting room when it is the hour, tasks, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db.models import F

from booking.enums import Channel, Status, TaskKind
from booking.models import Appointment, NoShowMark, Task
from core import clock
from patients.models import PatientRecord
from practitioners.models import Agenda, AgendaReason

DAYS = 14
WINDOWS = ((time(8), time(12)), (time(14), time(18)))
# How visits end in an ordinary week, in percent.
ENDINGS = ((Status.SEEN, 86), (Status.NO_SHOW, 4), (Status.EXCUSED, 4), (Status.CANCELLED_BY_PATIENT, 6))
FILLED = 0.8
# How many days before a visit it was booked, in turn.
LEADS = (1, 3, 6, 9, 15)
TASKS = (
    (TaskKind.CALL_BACK, "Rappeler pour le certificat de sport", 0),
    (TaskKind.HAND_OVER, "Résultats de prise de sang arrivés ce matin", 1),
    (TaskKind.SIGN, "Attestation à signer avant vendredi", 2),
    (TaskKind.CALL_BACK, "Demande un rendez-vous plus tôt", -1),
)


def fill_the_past(random: Random, agendas: Iterable[Agenda]) -> int:
    """Settled visits of the last fortnight and of today so far; returns how many."""
    now, visits = clock.now(), []
    for agenda in agendas:
        offers = list(agenda.reasons.select_related("visit_reason").order_by("pk"))
        records = list(PatientRecord.objects.filter(practice=agenda.practice_id).order_by("pk"))
        if not offers or not records:
            continue
        for offer, start, end in _times(random, agenda, offers, now):
            if random.random() < FILLED:
                visits.append(_settled(random, agenda, offer, start, end, random.choice(records), now))
    Appointment.objects.bulk_create(visits, batch_size=1000)
    for number, days in enumerate(LEADS):
        keys = [visit.pk for visit in visits[number :: len(LEADS)]]
        Appointment.objects.filter(pk__in=keys).update(created_at=F("start_at") - timedelta(days=days))
    _mark_absences(visits)
    return len(visits)


def add_tasks(agenda: Agenda) -> None:
    """A few things to do, one of them late."""
    records = list(PatientRecord.objects.filter(practice=agenda.practice_id).order_by("pk")[: len(TASKS)])
    today = clock.today(ZoneInfo(agenda.location.timezone))
    for (kind, about, days), record in zip(TASKS, records, strict=False):
        Task.objects.create(
            practice_id=agenda.practice_id, kind=kind, about=about, record=record, due_on=today + timedelta(days=days)
        )


def _times(
    random: Random, agenda: Agenda, offers: list[AgendaReason], now: datetime
) -> Iterator[tuple[AgendaReason, datetime, datetime]]:
    zone = ZoneInfo(agenda.location.timezone)
    today = clock.today(zone)
    following = (
        Appointment.objects.filter(performer=agenda.practitioner_id, end_at__gt=now)
        .order_by("start_at")
        .values_list("start_at", flat=True)
        .first()
    )
    for day in (today - timedelta(days=back) for back in range(DAYS, -1, -1)):
        if day.weekday() < 5:
            yield from _of_day(random, day, zone, offers, now, following)


def _of_day(
    random: Random, day: date, zone: ZoneInfo, offers: list[AgendaReason], now: datetime, following: datetime | None
) -> Iterator[tuple[AgendaReason, datetime, datetime]]:
    for opens, closes in WINDOWS:
        start, last = clock.combine(day, opens, zone), clock.combine(day, closes, zone)
        while start < min(last, now):
            offer = random.choice(offers)
            end = start + timedelta(minutes=offer.duration_minutes)
            if end > last or (following is not None and end > following):
                break
            yield offer, start, end
            start = end


def _settled(
    random: Random,
    agenda: Agenda,
    offer: AgendaReason,
    start: datetime,
    end: datetime,
    record: PatientRecord,
    now: datetime,
) -> Appointment:
    ending = random.choices([status for status, _ in ENDINGS], [weight for _, weight in ENDINGS])[0]
    status = ending if end <= now else Status.ARRIVED
    came = status in (Status.SEEN, Status.ARRIVED)
    return Appointment(
        agenda=agenda,
        practice_id=agenda.practice_id,
        performer_id=agenda.practitioner_id,
        visit_reason=offer.visit_reason,
        specialty_id=offer.visit_reason.specialty_id,
        record=record,
        start_at=start,
        end_at=end,
        status=status,
        arrived_at=start - timedelta(minutes=random.randrange(2, 15)) if came else None,
        cancelled_at=start - timedelta(hours=20) if status == Status.CANCELLED_BY_PATIENT else None,
        reason_name=offer.visit_reason.name,
        price_cents=offer.price_cents,
        channel=Channel.DESK,
    )


def _mark_absences(visits: Iterable[Appointment]) -> None:
    NoShowMark.objects.bulk_create(
        NoShowMark(
            appointment=visit,
            record=visit.record,
            at=visit.end_at,
            expires_at=visit.end_at + timedelta(days=365),
        )
        for visit in visits
        if visit.status == Status.NO_SHOW and visit.record is not None
    )
