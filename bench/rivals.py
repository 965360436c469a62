"""One round of each race: what is prepared, what every client asks, and how many may win."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from bench.client import Caller
from bench.databases import connect
from bench.run import Run, expect
from bench.world import PER_PRACTICE, STARTS, uid
from booking.services.restore import restore_appointment
from core.access import Actor, Space
from core.exceptions import DomainError

APPOINTMENTS, CREATED = "/api/v1/appointments", 201
HALF = STARTS // 2
Act = Callable[[], tuple[int, str]]
# The acts of one round, and how many of them may succeed.
Round = tuple[list[Act], int]


class Rivals:
    """So many accounts, each with its kept connection."""

    def __init__(self, run: Run, count: int) -> None:
        self.run, self.count = run, count
        self.callers = [
            Caller(run.ports.large, token=token, number=number) for number, token in enumerate(run.tokens[:count], 1)
        ]

    def close(self) -> None:
        for caller in self.callers:
            caller.close()

    def asking(self, path: str, *bodies: dict[str, Any]) -> list[Act]:
        """Each client posts to the same address, taking turns with these bodies."""
        return [
            partial(outcome, caller, path, bodies[number % len(bodies)]) for number, caller in enumerate(self.callers)
        ]

    def wish(self, name: str, start: datetime, *, long: bool = False) -> dict[str, Any]:
        agenda = self.run.world.special(name)
        return {
            "agenda": str(uid("agenda", agenda)),
            "visit_reason": str(self.run.world.reason_of(agenda, long=long)),
            "start": start.isoformat(),
        }


def outcome(caller: Caller, path: str, body: dict[str, Any]) -> tuple[int, str]:
    """Status and code of the answer; every success counts as 201."""
    answer = caller.post(path, body)
    return (CREATED, "") if answer.status < 400 else (answer.status, answer.code)


def same_slot(rivals: Rivals, name: str = "race_same") -> Iterator[Round]:
    """All book the same start."""
    for start in rivals.run.world.race_starts():
        body = rivals.wish(name, start)
        yield rivals.asking(APPOINTMENTS, body), 1


def overlapping(rivals: Rivals) -> Iterator[Round]:
    """Half book forty-five minutes, the others twenty minutes that begin within them."""
    starts = rivals.run.world.race_starts()
    # Of the ten starts of a half day, the first and the fifth leave room for the long visit.
    for first, second in [
        pair for half in range(0, len(starts), HALF) for pair in (starts[half:][:2], starts[half + 4 :][:2])
    ]:
        bodies = (rivals.wish("race_overlap", first, long=True), rivals.wish("race_overlap", second))
        yield rivals.asking(APPOINTMENTS, *bodies), 1


def holding(rivals: Rivals) -> Iterator[Round]:
    """Half hold the start, the others book it."""
    agenda = rivals.run.world.special("race_hold")
    with connect(rivals.run.databases["large"]) as database:
        for start in rivals.run.world.race_starts():
            body = rivals.wish("race_hold", start)
            booked, held = (rivals.asking(path, body) for path in (APPOINTMENTS, "/api/v1/holds"))
            yield [act for pair in zip(booked[::2], held[1::2], strict=True) for act in pair], 1
            # So that nobody reaches the bound of holds by winning.
            database.execute("DELETE FROM booking_appointment WHERE agenda_id = %s AND status = 'held'", [agenda])


def moving(rivals: Rivals) -> Iterator[Round]:
    """Everybody has a visit of their own and moves it to the same start."""
    starts = rivals.run.world.race_starts()
    visits = [
        expect(caller.post(APPOINTMENTS, rivals.wish("race_move", start)), CREATED).json["id"]
        for caller, start in zip(rivals.callers, starts, strict=False)
    ]
    for start in starts[rivals.count :]:
        asked = {"start": start.isoformat()}
        yield (
            [
                partial(outcome, caller, f"{APPOINTMENTS}/{visit}/reschedule", asked)
                for caller, visit in zip(rivals.callers, visits, strict=True)
            ],
            1,
        )


def families(rivals: Rivals) -> Iterator[Round]:
    """Everybody books two consecutive visits from the same start, for oneself and a child."""
    starts = rivals.run.world.race_starts()
    accounts = rivals.run.scale.accounts
    for start in starts[0::2]:
        wish = rivals.wish("race_family", start)

        yield (
            rivals.asking(
                f"{APPOINTMENTS}/family", *(_family(wish, accounts, number) for number in range(rivals.count))
            ),
            1,
        )


def _family(wish: dict[str, Any], accounts: int, number: int) -> dict[str, Any]:
    """For the person of an account and their child."""
    return {**wish, "patients": [str(uid("patient", number + 1)), str(uid("patient", accounts + number + 1))]}


def first_available(rivals: Rivals) -> Iterator[Round]:
    """All book a start with whichever of twenty practitioners is free: as many win as there are practitioners."""
    for start in rivals.run.world.race_starts():
        body = rivals.wish("race_first", start)
        del body["agenda"]
        yield rivals.asking(APPOINTMENTS, body), min(PER_PRACTICE, rivals.count)


def restoring(rivals: Rivals) -> Iterator[Round]:
    """The practice brings back as many cancelled visits of the same start; without HTTP, as no address does it yet."""
    world = rivals.run.world
    agenda = world.special("race_restore")
    practice = world.practice_of(agenda)
    owner = Actor(user_id=rivals.run.scale.accounts, space=Space.PRACTICE, practice_id=practice, strong=True)
    with connect(rivals.run.databases["large"]) as database:
        for start in world.race_starts():
            asked = {"agenda": agenda, "practice": practice, "start": start, "count": rivals.count}
            visits = [row[0] for row in database.execute(CANCELLED, asked).fetchall()]
            yield [partial(restored, owner, visit) for visit in visits], 1


def restored(owner: Actor, visit: UUID) -> tuple[int, str]:
    try:
        restore_appointment(actor=owner, appointment=visit)
    except DomainError as refusal:
        return refusal.status, refusal.code
    return CREATED, ""


CANCELLED = """
INSERT INTO booking_appointment (uid, agenda_id, practice_id, performer_id, visit_reason_id, specialty_id, record_id,
    start_at, end_at, status, overbooked, mode, reason_name, buffer_before_minutes, buffer_after_minutes,
    change_until_minutes, revision, channel, concealed, note, internal_note, answers, holder, holder_ip, renewed, cancelled_at,
    cancelled_late, cancel_reason, created_at, updated_at)
SELECT gen_random_uuid(), %(agenda)s, %(practice)s, %(agenda)s, 2 * %(practice)s - 1, 1, %(practice)s, %(start)s,
    %(start)s::timestamptz + interval '20 minutes', 'cancelled_by_practice', false, 'office', 'Consultation', 0, 0, 240,
    1, 'web', false, '', '', '', '', '', false, now(), false, '', now(), now()
FROM generate_series(1, %(count)s)
RETURNING uid
"""
