"""Many rivals for one slot: one visit, every other one a clean refusal. First the fault, with the guards off."""

from datetime import timedelta

import pytest
from django.db import connection

from booking.enums import OCCUPYING
from booking.models import Appointment
from booking.services import _booking, appointments, holds
from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.holds import hold_slot
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 24
CONSTRAINT = "appointment_no_double_booking"


def overlaps() -> int:
    """Pairs of visits of one performer at the same time, counted by the database and not by our code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM booking_appointment a JOIN booking_appointment b ON a.performer_id = b.performer_id"
            " AND a.id < b.id AND a.start_at < b.end_at AND b.start_at < a.end_at"
            " WHERE a.status = ANY(%s) AND b.status = ANY(%s)",
            [list(OCCUPYING), list(OCCUPYING)],
        )
        return cursor.fetchone()[0]


def assert_one_winner(found, rivals):
    """One success; the others are told it is taken or, on a machine too slow for the lock's patience, to come back."""
    assert found["ok"] == 1
    assert set(found) <= {"ok", "slot_taken", "agenda_busy"}
    assert sum(found.values()) == rivals


@pytest.fixture
def guards_off(monkeypatch):
    """No lock and no constraint: what is left is check, then insert."""
    constraint = next(one for one in Appointment._meta.constraints if one.name == CONSTRAINT)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    for module in (appointments, holds):
        monkeypatch.setattr(module, "lock_performers", lambda *ids: None)
    monkeypatch.setattr(appointments, "lock_booking", lambda **ids: None)
    yield
    Appointment.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Appointment, constraint)


def test_case_39_race_double_books_when_the_guards_are_off(guards_off, monkeypatch, offer, people):
    write, start = _booking._write.place, free_starts(offer)[0]
    actors = people(8)
    from threading import Barrier

    together = Barrier(len(actors))

    def place_together(*args, **kwargs):
        together.wait(20)
        return write(*args, **kwargs)

    monkeypatch.setattr(_booking._write, "place", place_together)
    race([lambda actor=actor: book(actor, offer, start) for actor in actors])
    assert Appointment.objects.filter(start_at=start).count() == len(actors)
    assert overlaps() > 0


def test_case_39_many_rivals_for_one_slot_make_one_visit(offer, people):
    start = free_starts(offer)[0]
    found = outcomes(race([lambda actor=actor: book(actor, offer, start) for actor in people(RIVALS)]))
    assert_one_winner(found, RIVALS)
    assert overlaps() == 0


def test_case_39_a_thousand_attempts_in_waves_make_one_visit(offer, people):
    start, actors = free_starts(offer)[0], people(20)
    total = {}
    for _wave in range(50):
        for code, count in outcomes(race([lambda actor=actor: book(actor, offer, start) for actor in actors])).items():
            total[code] = total.get(code, 0) + count
    assert_one_winner(total, 1000)
    assert Appointment.objects.count() == 1


def test_case_40_overlapping_visits_of_different_lengths_exclude_each_other(offer, long_offer, people):
    start = free_starts(offer)[0]
    later = start + timedelta(minutes=20)
    actors = people(RIVALS)
    acts = [
        (lambda actor=actor: book(actor, long_offer, start))
        if number % 2
        else (lambda actor=actor: book(actor, offer, later))
        for number, actor in enumerate(actors)
    ]
    found = outcomes(race(acts))
    assert_one_winner(found, RIVALS)
    assert overlaps() == 0


def test_holds_and_bookings_race_for_one_slot(offer, people):
    start, actors = free_starts(offer)[0], people(RIVALS)
    reason = {"agenda": offer.agenda.uid, "visit_reason": offer.visit_reason.uid, "start": start}
    acts = [
        (lambda actor=actor: hold_slot(actor=actor, **reason))
        if number % 2
        else (lambda actor=actor: book(actor, offer, start))
        for number, actor in enumerate(actors)
    ]
    assert_one_winner(outcomes(race(acts)), RIVALS)
    assert Appointment.objects.filter(start_at=start).count() == 1


def test_case_44_rivals_for_the_target_of_a_move_leave_every_old_slot_kept(offer, people):
    actors = people(8)
    starts = free_starts(offer)
    target = starts[-1]
    visits = [book(actor, offer, start) for actor, start in zip(actors, starts, strict=False)]
    found = outcomes(
        race(
            [
                lambda actor=actor, visit=visit: reschedule_appointment(
                    actor=actor, appointment=visit.uid, start=target
                )
                for actor, visit in zip(actors, visits, strict=True)
            ]
        )
    )
    assert_one_winner(found, len(actors))
    kept = set(Appointment.objects.values_list("start_at", flat=True))
    assert len(kept) == len(actors)
    assert target in kept
    assert overlaps() == 0


def test_case_45_two_visits_swap_their_hours_in_the_same_second_without_a_deadlock(offer, people):
    first, second = people(2)
    early, late = free_starts(offer)[0], free_starts(offer)[-1]
    one, two = book(first, offer, early), book(second, offer, late)
    results = race(
        [
            lambda: reschedule_appointment(actor=first, appointment=one.uid, start=late),
            lambda: cancel_appointment(actor=second, appointment=two.uid),
        ]
    )
    assert outcomes(results)["ok"] >= 1
    assert set(outcomes(results)) <= {"ok", "slot_taken", "agenda_busy"}
    assert overlaps() == 0


def test_case_46_cancelling_while_moving_ends_in_one_of_the_two_states(offer, people):
    (actor,) = people(1)
    starts = free_starts(offer)
    visit = book(actor, offer, starts[0])
    results = race(
        [
            lambda: cancel_appointment(actor=actor, appointment=visit.uid),
            lambda: reschedule_appointment(actor=actor, appointment=visit.uid, start=starts[1]),
        ]
    )
    assert set(outcomes(results)) <= {"ok", "already_cancelled", "agenda_busy"}
    visit.refresh_from_db()
    assert visit.is_cancelled or "agenda_busy" in outcomes(results)
    assert Appointment.objects.count() == 1
