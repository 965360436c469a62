"""Races around a closed day: the answer against the end, one start asked for twice, the public against the rescue."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.enums import RescueAnswer
from booking.models import Absence, Appointment, Rescue, Task
from booking.services.rescue import close_sick_day
from booking.services.rescue_answers import decline_offer, take_offer
from booking.services.rescue_end import end_rescue, undo_rescue
from core import clock
from core.access import Actor, Space
from practitioners.enums import Role
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race
from tests.concurrency.test_one_slot import overlaps
from tests.factories import AppointmentFactory, MembershipFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

PARIS = ZoneInfo("Europe/Paris")
ROUNDS = 6


@pytest.fixture
def closing(offer: Any) -> Callable[..., Any]:
    """The owner of the practice, and what closes tomorrow."""
    owner = MembershipFactory(practice=offer.agenda.practice, role=Role.OWNER)
    actor = Actor(user_id=owner.user_id, space=Space.PRACTICE, practice_id=offer.agenda.practice_id, strong=True)
    tomorrow = clock.today(PARIS) + timedelta(days=1)

    def close(**more: Any) -> Rescue:
        ends_at = clock.combine(tomorrow, time(20), PARIS)
        return close_sick_day(actor=actor, agenda=offer.agenda.uid, day=tomorrow, ends_at=ends_at, **more)

    close.actor, close.day = actor, tomorrow  # type: ignore[attr-defined]
    return close


def patients_of_tomorrow(offer: Any, people: Any, day: Any, count: int) -> list[tuple[Actor, Appointment]]:
    found = []
    for number, actor in enumerate(people(count)):
        start = clock.combine(day, time(9 + number), PARIS)
        identity = PatientFactory._meta.model.objects.get(user_id=actor.user_id)
        visit = AppointmentFactory(
            agenda=offer.agenda, visit_reason=offer.visit_reason, patient=identity, booked_by_id=actor.user_id,
            start_at=start, end_at=start + timedelta(minutes=20),
        )  # fmt: skip
        found.append((actor, visit))
    return found


def held() -> list[Appointment]:
    return list(Appointment.objects.filter(status="held").order_by("start_at"))


def test_a_patient_takes_an_hour_while_the_rescue_ends(offer, people, closing):
    """Either the visit was moved, or it is to be called: never both, never neither, and nothing stays held."""
    for _ in range(ROUNDS):
        ((actor, visit),) = patients_of_tomorrow(offer, people, closing.day, 1)
        rescue = closing()
        chosen = held()[0].uid
        results = race(
            [
                lambda actor=actor, visit=visit, chosen=chosen: take_offer(
                    actor=actor, appointment=visit.uid, hold=chosen
                ),
                lambda rescue=rescue: end_rescue(actor=closing.actor, rescue=rescue.uid),
            ]
        )
        found = outcomes(results)
        assert set(found) <= {"ok", "rescue_over", "agenda_busy"}
        rescue.refresh_from_db()
        moved = Appointment.objects.get(pk=visit.pk).start_at != visit.start_at
        answer = rescue.offers.get().answer
        if rescue.closed_at is not None:
            assert held() == []
            assert answer == (RescueAnswer.TAKEN if moved else RescueAnswer.EXPIRED)
            assert Task.objects.filter(appointment=visit, done_at=None).exists() != moved
        for model in (Task, Rescue, Appointment, Absence):
            model.objects.all().delete()


def test_the_same_answer_sent_many_times_moves_the_visit_once(offer, people, closing):
    ((actor, visit),) = patients_of_tomorrow(offer, people, closing.day, 1)
    closing()
    starts = [row.uid for row in held()]
    acts = [lambda uid=uid: take_offer(actor=actor, appointment=visit.uid, hold=uid) for uid in starts * 3]
    acts.append(lambda: decline_offer(actor=actor, appointment=visit.uid))
    found = outcomes(race(acts))
    assert found["ok"] == 1
    assert set(found) <= {"ok", "rescue_answered", "rescue_over", "agenda_busy"}
    assert Appointment.objects.get(pk=visit.pk).revision <= 1
    assert held() == []


def test_two_patients_cannot_take_one_hour(offer, people, closing):
    both = patients_of_tomorrow(offer, people, closing.day, 2)
    rescue = closing()
    first = rescue.offers.get(position=1)
    wanted = Appointment.objects.filter(holder=f"rescue:{first.uid}").order_by("start_at")[0]
    found = race(
        [
            lambda actor=actor, visit=visit: take_offer(actor=actor, appointment=visit.uid, hold=wanted.uid)
            for actor, visit in both
        ]
    )
    assert set(outcomes(found)) <= {"ok", "hold_expired", "agenda_busy"}
    assert Appointment.objects.filter(start_at=wanted.start_at, status="booked").count() <= 1
    assert overlaps() == 0


def test_the_public_books_while_a_day_is_closed_and_never_overlaps(offer, people, closing):
    patients_of_tomorrow(offer, people, closing.day, 4)
    strangers = people(8)
    starts = free_starts(offer)
    after = [start for start in starts if start.astimezone(PARIS).date() > closing.day][:8]
    acts = [
        lambda actor=actor, start=start: book(actor, offer, start)
        for actor, start in zip(strangers, after, strict=True)
    ]
    found = outcomes(race([closing, *acts]))
    assert set(found) <= {"ok", "slot_taken", "agenda_busy"}
    assert overlaps() == 0


def test_a_day_closed_by_many_at_once_is_closed_once(offer, people, closing):
    patients_of_tomorrow(offer, people, closing.day, 2)
    found = race([closing for _ in range(6)])
    assert set(outcomes(found)) <= {"ok", "agenda_busy"}
    assert (Rescue.objects.count(), Absence.objects.count(), len(held())) == (1, 1, 6)


def test_an_answer_races_the_undo_and_one_of_them_stands(offer, people, closing):
    ((actor, visit),) = patients_of_tomorrow(offer, people, closing.day, 1)
    rescue = closing()
    chosen = held()[0].uid
    results = race(
        [
            lambda: take_offer(actor=actor, appointment=visit.uid, hold=chosen),
            lambda: undo_rescue(actor=closing.actor, rescue=rescue.uid),
        ]
    )
    assert set(outcomes(results)) <= {"ok", "rescue_answered", "rescue_over", "Http404", "NotForYou", "agenda_busy"}
    moved = Appointment.objects.get(pk=visit.pk).start_at != visit.start_at
    assert Rescue.objects.exists() or not moved
    assert moved or outcomes(results)["ok"] <= 1
