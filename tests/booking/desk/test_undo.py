"""One click brings back what was, tells nobody, and loses no message that was still to go."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.http import Http404

from booking.enums import ChangeKind, Status
from booking.selectors.history import history_of, undoable
from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.desk import (
    cancel_at_desk,
    hold_at_desk,
    move_at_desk,
    note_at_desk,
    stretch_at_desk,
    undo_batch,
    undo_change,
)
from booking.services.restore import restore_appointment
from core import clock
from core.access import Actor, Space
from core.models import AuditEvent
from notifications.testing import deliver_all
from tests.booking.conftest import refusal_code
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.booking.desk.test_telling import told
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db

CALLER = "appel@prendsoin.example"


def facts(visit):
    visit.refresh_from_db()
    return visit.start_at, visit.end_at, visit.agenda_id, visit.performer_id, visit.status


ACTS = {
    "move": lambda desk, visit: move_at_desk(
        actor=desk.actor("sophie"), appointment=visit.uid, start=at_hour(desk.agenda, 14)
    ),
    "stretch": lambda desk, visit: stretch_at_desk(
        actor=desk.actor("sophie"), appointment=visit.uid, end=visit.end_at + timedelta(minutes=20)
    ),
    "cancel": lambda desk, visit: cancel_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, reason="Panne"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_undo_restores_all_of_it_and_nobody_hears_of_it(desk, act):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    before = facts(visit)
    change = ACTS[act](desk, visit)
    assert facts(visit) != before
    undone = undo_change(actor=desk.actor("anna"), change=change.uid)
    assert facts(visit) == before
    assert (undone.revision, undone.cancel_reason, undone.cancelled_at) == (2, "", None)
    assert told(CALLER) == []
    last, former, _booked = history_of(desk.actor("sophie"), visit.uid)
    assert (last.kind, last.by, former.undone_at is not None) == (ChangeKind.UNDONE, desk.users["anna"], True)
    assert AuditEvent.objects.filter(action="booking.desk_undone", target_id=visit.pk).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_the_team_is_not_told_either_of_what_was_undone(desk, act):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    undo_change(actor=desk.actor("sophie"), change=ACTS[act](desk, visit).uid)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert deliver_all() == []


@pytest.mark.parametrize("act", ACTS)
def test_a_confirmation_not_sent_yet_survives_a_change_and_its_undo(desk, act):
    visit = put(desk, at_hour(desk.agenda, 10))
    undo_change(actor=desk.actor("sophie"), change=ACTS[act](desk, visit).uid)
    (letter,) = told(CALLER)
    assert letter.subject.startswith("Rendez-vous confirmé")
    assert "à 10\xa0h" in letter.subject


def test_a_confirmation_not_sent_yet_takes_the_final_time(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    ACTS["move"](desk, visit)
    (letter,) = told(CALLER)
    assert letter.subject.startswith("Rendez-vous confirmé")
    assert "à 14\xa0h" in letter.subject


def test_the_confirmation_of_an_online_booking_still_under_way_survives_too(desk):
    patient = PatientFactory(user=UserFactory())
    visit = AppointmentFactory(
        agenda=desk.agenda,
        patient=patient,
        start_at=at_hour(desk.agenda, 10),
        visit_reason=desk.offer.visit_reason,
    )
    me = Actor(user_id=patient.user_id, space=Space.PATIENT)
    reschedule_appointment(actor=me, appointment=visit.uid, start=at_hour(desk.agenda, 11))
    change = ACTS["move"](desk, visit)
    undo_change(actor=desk.actor("sophie"), change=change.uid)
    (letter,) = told(patient.user.email)
    assert letter.subject.startswith("Rendez-vous déplacé")
    assert "à 11\xa0h" in letter.subject


def test_changes_are_undone_one_by_one_the_last_first(desk):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    before = facts(visit)
    first = ACTS["move"](desk, visit)
    visit.refresh_from_db()
    second = ACTS["stretch"](desk, visit)
    note_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, note="rappeler")
    assert refusal_code(lambda: undo_change(actor=desk.actor("sophie"), change=first.uid)) == "changed_meanwhile"
    assert undoable(history_of(desk.actor("sophie"), visit.uid)) == second
    undo_change(actor=desk.actor("sophie"), change=second.uid)
    assert undoable(history_of(desk.actor("sophie"), visit.uid)) == first
    undo_change(actor=desk.actor("sophie"), change=first.uid)
    assert facts(visit) == before
    assert undoable(history_of(desk.actor("sophie"), visit.uid)) is None
    assert told(CALLER) == []


def test_an_undo_of_the_last_of_two_changes_tells_the_first(desk):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    ACTS["move"](desk, visit)
    cancel = ACTS["cancel"](desk, visit)
    undo_change(actor=desk.actor("sophie"), change=cancel.uid)
    (letter,) = told(CALLER)
    assert letter.subject.startswith("Rendez-vous déplacé")
    assert "à 14\xa0h" in letter.subject


def test_after_five_minutes_twice_or_by_a_stranger_nothing_is_undone(desk):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    change = ACTS["move"](desk, visit)
    for who in ("diallo", "lea", "ended"):
        with pytest.raises(Http404):
            undo_change(actor=desk.actor(who), change=change.uid)
    with pytest.raises(Http404):
        undo_change(actor=desk.actor("sophie"), change=uuid4())
    with time_machine.travel(change.tell_at, tick=False):
        assert refusal_code(lambda: undo_change(actor=desk.actor("sophie"), change=change.uid)) == "undo_over"
    undo_change(actor=desk.actor("sophie"), change=change.uid)
    assert refusal_code(lambda: undo_change(actor=desk.actor("sophie"), change=change.uid)) == "undo_over"


def test_case_46_the_former_time_taken_since_is_not_given_back(desk):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    change = ACTS["move"](desk, visit)
    held = hold_at_desk(actor=desk.actor("anna"), agenda=desk.agenda.uid, start=at_hour(desk.agenda, 10))
    assert refusal_code(lambda: undo_change(actor=desk.actor("sophie"), change=change.uid)) == "slot_taken"
    put(desk, held.start_at, who="anna", record=caller(desk, first_name="Zoé"))
    assert refusal_code(lambda: undo_change(actor=desk.actor("sophie"), change=change.uid)) == "slot_taken"
    assert facts(visit)[0] == at_hour(desk.agenda, 14)
    assert len(told(CALLER)) == 2  # the move, and the confirmation of the other caller at the same address


def test_a_booking_undone_is_a_cancelled_visit_nobody_heard_of(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    undo_change(actor=desk.actor("sophie"), change=visit.changes.get().uid)
    assert facts(visit)[-1] == Status.CANCELLED_BY_PRACTICE
    assert told(CALLER) == []
    assert put(desk, at_hour(desk.agenda, 10)).status == Status.BOOKED


def test_a_visit_over_another_one_goes_back_there_as_it_was(desk):
    start = at_hour(desk.agenda, 10)
    put(desk, start)
    over = put(desk, start, who="martin", overbook=True, tell=False)
    change = ACTS["move"](desk, over)
    over.refresh_from_db()
    assert not over.overbooked
    undo_change(actor=desk.actor("sophie"), change=change.uid)
    over.refresh_from_db()
    assert (over.start_at, over.overbooked) == (start, True)


def test_what_the_practice_did_through_the_api_is_undone_as_well(desk):
    actor, start = desk.actor("sophie"), at_hour(desk.agenda, 10)
    visit = put(desk, start, tell=False)
    cancel_appointment(actor=actor, appointment=visit.uid)
    undo_change(actor=actor, change=visit.changes.get(kind=ChangeKind.CANCELLED).uid)
    assert facts(visit)[0::4] == (start, Status.BOOKED)
    reschedule_appointment(actor=actor, appointment=visit.uid, start=at_hour(desk.agenda, 11))
    undo_change(actor=actor, change=visit.changes.get(kind=ChangeKind.MOVED).uid)
    cancel_appointment(actor=actor, appointment=visit.uid)
    restore_appointment(actor=actor, appointment=visit.uid)
    assert facts(visit)[0::4] == (start, Status.BOOKED)
    assert told(CALLER) == []


def test_what_the_patient_did_is_not_for_the_desk_to_undo(desk):
    patient = PatientFactory(user=UserFactory())
    visit = AppointmentFactory(agenda=desk.agenda, patient=patient, start_at=at_hour(desk.agenda, 10))
    cancel_appointment(actor=Actor(user_id=patient.user_id, space=Space.PATIENT), appointment=visit.uid)
    with pytest.raises(Http404):
        undo_change(actor=desk.actor("sophie"), change=visit.changes.get().uid)


def test_the_changes_of_one_act_are_undone_together_or_not_at_all(desk):
    batch = uuid4()
    visits = [put(desk, at_hour(desk.agenda, hour), record=caller(desk, email="")) for hour in (10, 11, 12)]
    for visit in visits:
        cancel_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, batch=batch)
    rival = put(desk, at_hour(desk.agenda, 11))
    assert refusal_code(lambda: undo_batch(actor=desk.actor("sophie"), batch=batch)) == "slot_taken"
    assert [facts(visit)[-1] for visit in visits] == [Status.CANCELLED_BY_PRACTICE] * 3
    cancel_at_desk(actor=desk.actor("sophie"), appointment=rival.uid)
    assert len(undo_batch(actor=desk.actor("sophie"), batch=batch)) == 3
    assert [facts(visit)[-1] for visit in visits] == [Status.BOOKED] * 3
    with pytest.raises(Http404):
        undo_batch(actor=desk.actor("sophie"), batch=batch)
