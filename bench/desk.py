"""The practice's side, without HTTP: a week of five agendas with 600 visits, one patient among 50,000, the next free time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.report import spread
from bench.row import Row
from bench.run import Run
from bench.world import PER_PRACTICE
from booking.selectors.desk_agenda import agendas_run, desk_window
from booking.selectors.desk_slots import next_slots_across
from core.access import Actor, Space
from patients.enums import Sex
from patients.models import PatientRecord
from patients.naming import name_key
from patients.phones import phone_key
from patients.selectors.files import find_records
from portal.demo.names import FIRST_NAMES, LAST_NAMES
from practitioners.models import Agenda, AgendaReason

GOAL = 14
FILES = 50_000
AGENDAS, SHOWN = 30, 5
CALLS = 60

# A long day of each of the first five agendas, Monday to Friday of next week: 24 visits of twenty minutes.
WEEK = """
INSERT INTO booking_appointment (uid, agenda_id, practice_id, performer_id, visit_reason_id, specialty_id, record_id, start_at,
    end_at, status, overbooked, mode, reason_name, buffer_before_minutes, buffer_after_minutes, change_until_minutes, revision,
    channel, concealed, note, internal_note, answers, holder, holder_ip, renewed, cancelled_late, cancel_reason, created_at,
    updated_at)
SELECT gen_random_uuid(), n, p, n, 2 * p - 1, 1, p, start_at, start_at + interval '20 minutes', 'booked', false, 'office',
    'Consultation', 0, 0, 240, 0, 'desk', false, '', '', '', '', '', false, false, '', now(), now()
FROM generate_series(%(agenda)s, %(agenda)s + 4) AS n, LATERAL (SELECT %(practice)s AS p) AS practice,
    generate_series(0, 4) AS weekday, generate_series(0, 23) AS slot,
    LATERAL (SELECT (%(monday)s::date + weekday + time '09:00' + slot * interval '20 minutes') AT TIME ZONE 'Europe/Paris'
        AS start_at) AS placed
"""


def measure(run: Run) -> None:
    """How long each read takes beside the floor (one row by its key), and that its statements do not grow."""
    world = run.world
    first, practice = world.special("desk"), world.practice_of(world.special("desk"))
    monday = world.monday + timedelta(days=7)
    _prepare(run, first, practice, monday)
    actor = Actor(user_id=run.scale.accounts, space=Space.PRACTICE, practice_id=practice, strong=True)
    reason = world.reason_of(first)
    random = Random(11)
    asked = _questions(actor, reason, monday, random)
    found = {name: spread(_times(question)) for name, question in asked.items()}
    run.report.note("desk_ms", found)
    floor = found.pop("floor")
    for name, times in found.items():
        run.report.tell(GOAL, f"{name}, p95 / floor p95", times["p95"] / floor["p95"])
    _judge_statements(run, actor, reason, monday)


def _questions(actor: Actor, reason: UUID, monday: date, random: Random) -> dict[str, Callable[[], object]]:
    def agenda_week() -> object:
        agendas = agendas_run(actor)[:SHOWN]
        return desk_window(actor, agendas, first_day=monday, last_day=monday + timedelta(days=6))

    def typo() -> str:
        name = random.choice(LAST_NAMES)
        return name[:2] + name[3:] if len(name) > 5 else name

    return {
        "floor": lambda: Row.objects.get(pk=random.randint(1, 40_000)),
        "a week of 5 agendas with 600 visits": agenda_week,
        "a patient by the start of two names": lambda: find_records(
            actor, f"{random.choice(LAST_NAMES)[:4]} {random.choice(FIRST_NAMES)[:2]}"
        ),
        "a patient by a name with a letter missing": lambda: find_records(actor, typo()),
        "a patient by a part of a number": lambda: find_records(actor, f"{random.randint(1000, 9999)}"),
        "the next four times of 30 agendas over 60 days": lambda: next_slots_across(actor, visit_reasons=[reason]),
    }


def _times(question: Callable[[], object]) -> list[float]:
    for _ in range(5):
        question()
    times = []
    for _ in range(CALLS):
        began = time.perf_counter()
        question()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _judge_statements(run: Run, actor: Actor, reason: UUID, monday: date) -> None:
    agendas = agendas_run(actor)

    def week(count: int) -> int:
        return _statements(
            lambda: desk_window(actor, agendas[:count], first_day=monday, last_day=monday + timedelta(days=6))
        )

    def following(count: int) -> int:
        chosen = [agenda.uid for agenda in agendas[:count]]
        return _statements(lambda: next_slots_across(actor, visit_reasons=[reason], agendas=chosen))

    run.report.tell(GOAL, "statements of a week, 5 agendas less 1", week(SHOWN) - week(1), 0)
    run.report.tell(GOAL, "statements of the next times, 30 agendas less 1", following(AGENDAS) - following(1), 0)


def _statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _prepare(run: Run, first: int, practice: int, monday: date) -> None:
    """Thirty agendas in one practice, its files, and the visits of the week."""
    lent = list(range(run.world.special("desk_more"), run.world.special("desk_more") + AGENDAS - PER_PRACTICE))
    location = Agenda.objects.values_list("location_id", flat=True).get(pk=first)
    Agenda.objects.filter(pk__in=lent).update(practice_id=practice, location_id=location)
    for short in (0, 1):
        offers = AgendaReason.objects.filter(agenda__in=lent, duration_minutes=45 - 25 * short)
        offers.update(visit_reason_id=2 * practice - short)
    with connection.cursor() as cursor:
        cursor.execute(WEEK, {"agenda": first, "practice": practice, "monday": monday})
    random = Random(5)
    rows = (_file(random, practice, number) for number in range(FILES))
    while chunk := list(islice(rows, 5000)):
        PatientRecord.objects.bulk_create(chunk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE patients_patientrecord, booking_appointment, practitioners_agenda")


def _file(random: Random, practice: int, number: int) -> PatientRecord:
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    mobile = f"+336399{number:05d}"
    return PatientRecord(
        practice_id=practice,
        first_name=first,
        birth_name=last,
        name_key=name_key(last, first, ""),
        birth_date=date(random.randrange(1935, 2024), random.randrange(1, 13), random.randrange(1, 28)),
        sex=random.choice(list(Sex)),
        phone=mobile,
        phone_key=phone_key(mobile, ""),
    )
