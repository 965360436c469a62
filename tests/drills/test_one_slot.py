"""D09: a crowd on one slot, slot after slot, by every door at once: one gets it, whoever else asks is told so."""

import time
from collections import Counter
from datetime import datetime
from statistics import quantiles

import pytest
from django.db import connection

from booking.services.desk.booking import book_at_desk
from core.access import Actor, Space
from core.exceptions import DomainError
from practitioners.enums import Role
from tests.drills.checker import check_bookings
from tests.drills.extent import FULL, sized
from tests.drills.web import APPOINTMENTS, CONFLICT, CREATED, Program, accounts, offer, start_web, starts_of, together
from tests.factories import MembershipFactory, RecordFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

CROWD, SLOTS = sized(20, 100), sized(2, 40)
# One in ten holds, one in ten moves a visit of theirs, one in ten asks at the desk, the others book.
DOORS = ["hold", "move", "desk", *["book"] * 7]


class Desk:
    """A secretary who books for a caller, in this process: its door is not for programs."""

    def __init__(self, found):
        member = MembershipFactory(practice=found.agenda.practice, role=Role.OWNER)
        self.offer = found
        self.actor = Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=member.practice_id, strong=True)

    def book(self, record, start):
        try:
            book_at_desk(
                actor=self.actor,
                record=record,
                agenda=self.offer.agenda.uid,
                visit_reason=self.offer.visit_reason.uid,
                start=start,
            )
        except DomainError as refusal:
            return refusal.status, refusal.code
        finally:
            connection.close()
        return CREATED, ""


def test_d09_one_of_a_crowd_gets_each_slot_whatever_the_door(start, environment, clients, tell, live_server, settings):
    found = offer()
    tokens, desk = accounts(CROWD), Desk(found)
    records = [RecordFactory(practice=found.agenda.practice).uid for _ in range(CROWD // len(DOORS))]
    starts = starts_of(found, sized(7, 14))
    settings.HOLDS_PER_VISITOR = settings.HOLDS_PER_ADDRESS = 1000
    more = {"HOLDS_PER_VISITOR": "1000", "HOLDS_PER_ADDRESS": "1000"}
    port = start_web(start, workers=2, **more) if FULL else live_server.thread.port
    programs = [Program(port, token, seconds=60) for token in tokens]
    body = {"agenda": str(found.agenda.uid), "visit_reason": str(found.visit_reason.uid)}
    # Whoever moves has a visit late in the month.
    movers = range(1, CROWD, len(DOORS))
    visits = {}
    for mover, late in zip(movers, reversed(starts), strict=False):
        booked = programs[mover].post(APPOINTMENTS, {**body, "start": late})
        assert booked.status == CREATED, booked.body
        visits[mover] = booked.json["id"]
        clients.write(act="booked", uid=booked.json["id"])

    seconds, winners, others, waits = [], [], Counter(), []
    for moment in starts[:SLOTS]:
        acts = [door(number, moment, programs, body, visits, desk, records) for number in range(CROWD)]
        results = [answered(result) for result in together([asked_again(act, waits) for act in acts])]
        winners.append(sum(status == CREATED for status, _code, _took in results))
        others.update(f"{status} {code}" for status, code, _took in results if status not in (CREATED, CONFLICT))
        seconds += [took for _status, _code, took in results]

    there = check_bookings(environment["DATABASE_URL"], clients.path)
    tell(
        "D09",
        f"{SLOTS} slots, {CROWD} at once by {len(set(DOORS))} doors: {Counter(winners)} winners by slot, "
        f"{there.overlapping} overlapping; {len(waits)} times asked to come back; "
        f"p99 {quantiles(seconds, n=100)[98] * 1000:.0f} ms",
    )
    assert set(winners) == {1}
    assert (there.overlapping, dict(others)) == (0, {})


def asked_again(act, waits):
    """The same act, tried again while the answer is that the agenda is busy: a lock was held for more than two seconds."""

    def ask():
        for _ in range(30):
            status, code, took = act()
            if (status, code) != (503, "agenda_busy"):
                break
            waits.append(code)
            time.sleep(0.3)
        return status, code, took

    return ask


def answered(result):
    """(status, code, seconds) of an act; an error is an answer that nobody should get."""
    return result if isinstance(result, tuple) else (0, type(result).__name__, 0.0)


def door(number, moment, programs, body, visits, desk, records):
    """What this one of the crowd does: gives (status, code, seconds)."""
    kind, program = DOORS[number % len(DOORS)], programs[number]

    def ask():
        began = time.perf_counter()
        if kind == "desk":
            status, code = desk.book(records[number // len(DOORS)], datetime.fromisoformat(moment))
        else:
            path = f"{APPOINTMENTS}/{visits[number]}/reschedule" if kind == "move" else APPOINTMENTS
            wanted = {"start": moment} if kind == "move" else {**body, "start": moment}
            answer = program.post("/api/v1/holds" if kind == "hold" else path, wanted)
            status = CREATED if answer.status < 300 else answer.status
            code = "" if answer.status < 300 else answer.json.get("code", "")
        return status, code, time.perf_counter() - began

    return ask
