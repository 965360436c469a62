"""The verbs of the desk: what binds the public does not bind it, what nobody may do it may not either."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.http import Http404

from booking.enums import ChangeKind, Channel, Status
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange
from booking.selectors.history import history_of
from booking.services.desk import (
    book_at_desk,
    cancel_at_desk,
    hold_at_desk,
    move_at_desk,
    note_at_desk,
    stretch_at_desk,
)
from core import clock
from core.idempotency import Claim
from core.models import AuditEvent
from tests.booking.conftest import refusal_code
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.factories import AbsenceFactory, AgendaReasonFactory, AppointmentFactory, HoldFactory, RecordFactory

pytestmark = pytest.mark.django_db


def test_a_caller_without_an_account_is_booked_and_it_is_written_down(desk):
    start = at_hour(desk.agenda, 10)
    visit = put(desk, start, internal_note="  vient avec un interprète ")
    assert (visit.start_at, visit.status, visit.channel) == (start, Status.BOOKED, Channel.DESK)
    assert (visit.overbooked, visit.internal_note) == (False, "vient avec un interprète")
    (change,) = history_of(desk.actor("sophie"), visit.uid)
    assert (change.kind, change.by, change.by_practice) == (ChangeKind.BOOKED, desk.users["sophie"], True)
    assert AuditEvent.objects.filter(action="booking.desk_booked", target_id=visit.pk).count() == 1


def test_notice_horizon_the_online_switch_and_a_block_do_not_bind_the_desk(desk):
    offer = desk.offer
    offer.online, offer.notice_minutes, offer.horizon_days = False, 30 * 24 * 60, 40
    offer.save()
    blocked = caller(desk, blocked_at=clock.now())
    assert put(desk, at_hour(desk.agenda, 10), record=blocked).status == Status.BOOKED
    assert put(desk, at_hour(desk.agenda, 10, days=80), record=blocked).status == Status.BOOKED


def test_a_reason_of_another_agenda_an_archived_one_and_unknown_rows_are_refused(desk):
    start, other = at_hour(desk.agenda, 10), desk.second.reasons.get().visit_reason
    assert refusal_code(lambda: put(desk, start, visit_reason=other.uid)) == "not_offered"
    for who, agenda in (("sophie", desk.second), ("ended", desk.agenda), ("diallo", desk.agenda)):
        with pytest.raises(Http404):
            put(desk, start, who=who, agenda=agenda)
    with pytest.raises(Http404):
        put(desk, start, record=RecordFactory(practice=desk.elsewhere.practice))
    with pytest.raises(Http404):
        book_at_desk(
            actor=desk.actor("sophie"),
            record=uuid4(),
            agenda=desk.agenda.uid,
            visit_reason=desk.offer.visit_reason.uid,
            start=start,
        )
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("minutes", [1, 4, 481, 7 * 24 * 60])
def test_lengths_that_no_visit_has_are_refused(desk, minutes):
    assert refusal_code(lambda: put(desk, at_hour(desk.agenda, 10), duration_minutes=minutes)) == "duration_invalid"


@pytest.mark.parametrize("days", [-1, 1100])
def test_yesterday_and_a_far_year_are_refused(desk, days):
    assert refusal_code(lambda: put(desk, at_hour(desk.agenda, 10, days=days), outside=True)) == "start_out_of_reach"


def test_outside_the_hours_and_in_an_absence_it_takes_a_clear_wish(desk):
    night, absent = at_hour(desk.agenda, 20), at_hour(desk.agenda, 11)
    AbsenceFactory(agenda=desk.agenda, starts_on=absent.date())
    for start in (night, absent):
        assert refusal_code(lambda start=start: put(desk, start)) == "outside_hours"
        assert put(desk, start, outside=True).start_at == start


def test_a_deceased_person_gets_no_visit(desk):
    gone = caller(desk, deceased_on=clock.now().date())
    assert refusal_code(lambda: put(desk, at_hour(desk.agenda, 10), record=gone)) == "patient_deceased"


def test_a_taken_time_is_refused_with_three_others_as_the_desk_sees_them(desk):
    offer, start = desk.offer, at_hour(desk.agenda, 10)
    offer.online = False
    offer.save()
    put(desk, start)
    with pytest.raises(Refusal) as refused:
        put(desk, start + timedelta(minutes=10))
    assert refused.value.code == "slot_taken"
    starts = [slot.start for slot in refused.value.alternatives]
    assert starts == [start + timedelta(minutes=20 * number) for number in (1, 2, 3)]


def test_case_49_only_who_has_the_right_books_over_a_visit_and_it_is_marked(desk):
    start = at_hour(desk.second, 10)
    first = put(desk, start, who="paul", agenda=desk.second)
    assert refusal_code(lambda: put(desk, start, who="paul", agenda=desk.second)) == "slot_taken"
    later = put(desk, at_hour(desk.second, 11), who="paul", agenda=desk.second)

    def as_the_locum():
        return move_at_desk(actor=desk.actor("lea"), appointment=later.uid, start=start, overbook=True)

    assert refusal_code(as_the_locum) == "overbooking_refused"
    for who in ("martin", "anna", "paul"):
        over = put(desk, start, who=who, agenda=desk.second, overbook=True)
        assert (over.overbooked, over.start_at) == (True, start)
    first.refresh_from_db()
    assert not first.overbooked
    free = put(desk, at_hour(desk.second, 12), who="paul", agenda=desk.second, overbook=True)
    assert not free.overbooked


def test_nobody_books_over_a_time_that_somebody_is_about_to_confirm(desk):
    start = at_hour(desk.agenda, 10)
    HoldFactory(agenda=desk.agenda, start_at=start)
    with pytest.raises(Refusal) as refused:
        put(desk, start, who="martin", overbook=True)
    assert refused.value.code == "slot_taken"
    assert refused.value.details["held_by"] == ""
    assert "held_until" in refused.value.details


def test_a_hold_lasts_five_minutes_names_its_holder_and_is_used_up_by_the_booking(desk):
    start = at_hour(desk.agenda, 10)
    desk.users["sophie"].display_name = "Sophie Bernard"
    desk.users["sophie"].save()
    held = hold_at_desk(actor=desk.actor("sophie"), agenda=desk.agenda.uid, start=start)
    assert abs(held.expires_at - clock.now() - timedelta(minutes=5)) < timedelta(seconds=30)
    with pytest.raises(Refusal) as refused:
        put(desk, start, who="anna")
    assert (refused.value.code, refused.value.details["held_by"]) == ("slot_taken", "Sophie Bernard")
    assert put(desk, start, hold=held.uid).status == Status.BOOKED
    assert not Appointment.objects.filter(status=Status.HELD).exists()


def test_a_second_hold_gives_up_the_first_and_an_old_one_stands_in_nobodys_way(desk):
    actor = desk.actor("sophie")
    hold_at_desk(actor=actor, agenda=desk.agenda.uid, start=at_hour(desk.agenda, 10))
    second = hold_at_desk(actor=actor, agenda=desk.agenda.uid, start=at_hour(desk.agenda, 11))
    assert list(Appointment.objects.filter(status=Status.HELD)) == [second]
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert put(desk, second.start_at, who="anna").start_at == second.start_at


def test_case_44_moving_onto_itself_over_itself_and_onto_another(desk):
    start, actor = at_hour(desk.agenda, 10), desk.actor("sophie")
    visit = put(desk, start, duration_minutes=40)
    rival = put(desk, at_hour(desk.agenda, 12))
    same = move_at_desk(actor=actor, appointment=visit.uid, start=start)
    assert (same.pk, AppointmentChange.objects.filter(appointment=visit).count()) == (None, 1)
    over = move_at_desk(actor=actor, appointment=visit.uid, start=start + timedelta(minutes=20))
    assert over.after["start"] == (start + timedelta(minutes=20)).isoformat()
    taken = refusal_code(lambda: move_at_desk(actor=actor, appointment=visit.uid, start=rival.start_at))
    assert taken == "slot_taken"
    visit.refresh_from_db()
    assert (visit.start_at, visit.duration, visit.revision) == (
        start + timedelta(minutes=20),
        timedelta(minutes=40),
        1,
    )


def test_a_visit_moves_to_a_colleague_who_offers_its_reason_only(desk):
    start, actor = at_hour(desk.agenda, 10), desk.actor("anna")
    visit = put(desk, start)

    def to_the_colleague():
        return move_at_desk(actor=actor, appointment=visit.uid, start=start, agenda=desk.second.uid)

    assert refusal_code(to_the_colleague) == "not_offered"
    AgendaReasonFactory(agenda=desk.second, visit_reason=visit.visit_reason)
    to_the_colleague()
    visit.refresh_from_db()
    assert (visit.agenda, visit.performer) == (desk.second, desk.second.practitioner)
    with pytest.raises(Http404):  # sophie does not run that agenda
        move_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, start=start)


def test_a_visit_moves_in_its_agenda_even_when_the_reason_is_given_up(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    desk.offer.delete()
    later = at_hour(desk.agenda, 11)
    move_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, start=later)
    visit.refresh_from_db()
    assert visit.start_at == later


def test_a_stale_edit_is_told_and_names_who_changed_it(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    desk.users["anna"].display_name = "Anna Petit"
    desk.users["anna"].save()
    move_at_desk(actor=desk.actor("anna"), appointment=visit.uid, start=at_hour(desk.agenda, 11), expected_revision=0)
    for act in (
        lambda: move_at_desk(
            actor=desk.actor("sophie"),
            appointment=visit.uid,
            start=at_hour(desk.agenda, 12),
            expected_revision=0,
        ),
        lambda: stretch_at_desk(
            actor=desk.actor("sophie"),
            appointment=visit.uid,
            end=at_hour(desk.agenda, 12),
            expected_revision=0,
        ),
        lambda: cancel_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, expected_revision=0),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("changed_meanwhile", 409)
        assert (refused.value.details["by"], refused.value.details["revision"]) == ("Anna Petit", 1)


def test_stretching_keeps_the_start_and_refuses_what_overlaps_or_has_no_length(desk):
    start, actor = at_hour(desk.agenda, 10), desk.actor("sophie")
    visit = put(desk, start)
    put(desk, start + timedelta(hours=1))
    stretch_at_desk(actor=actor, appointment=visit.uid, end=start + timedelta(hours=1))
    visit.refresh_from_db()
    assert (visit.start_at, visit.duration) == (start, timedelta(hours=1))

    def to(**span):
        return refusal_code(lambda: stretch_at_desk(actor=actor, appointment=visit.uid, end=start + timedelta(**span)))

    assert to(minutes=80) == "slot_taken"
    assert [to(minutes=0), to(hours=-1), to(hours=9)] == ["duration_invalid"] * 3


def test_cancelling_frees_the_time_and_is_done_once(desk):
    start, actor = at_hour(desk.agenda, 10), desk.actor("sophie")
    visit = put(desk, start)
    change = cancel_at_desk(actor=actor, appointment=visit.uid, reason="Praticien absent")
    visit.refresh_from_db()
    assert (visit.status, visit.cancel_reason) == (Status.CANCELLED_BY_PRACTICE, "Praticien absent")
    assert change.kind == ChangeKind.CANCELLED
    assert refusal_code(lambda: cancel_at_desk(actor=actor, appointment=visit.uid)) == "already_cancelled"
    assert put(desk, start).status == Status.BOOKED


def test_a_visit_is_not_moved_to_a_time_that_is_over_but_may_begin_now(desk):
    visit, now = put(desk, at_hour(desk.agenda, 15)), at_hour(desk.agenda, 11)
    with time_machine.travel(now, tick=False):
        move = partial(move_at_desk, actor=desk.actor("sophie"), appointment=visit.uid, tell_now=False)
        assert refusal_code(lambda: move(start=at_hour(desk.agenda, 9, days=0))) == "start_out_of_reach"
        move(start=now - timedelta(minutes=10))
    visit.refresh_from_db()
    assert visit.start_at == now - timedelta(minutes=10)


def test_a_visit_that_is_over_is_neither_moved_nor_cancelled(desk):
    visit = AppointmentFactory(agenda=desk.agenda, start_at=clock.now() - timedelta(hours=2))
    actor = desk.actor("sophie")
    assert refusal_code(lambda: cancel_at_desk(actor=actor, appointment=visit.uid)) == "already_past"
    later = at_hour(desk.agenda, 15)
    assert refusal_code(lambda: move_at_desk(actor=actor, appointment=visit.uid, start=later)) == "already_past"


def test_the_same_request_twice_is_done_once(desk):
    claim, start = Claim("k", "POST desk:book", "h"), at_hour(desk.agenda, 10)
    record = caller(desk)
    assert put(desk, start, record=record, claim=claim) == put(desk, start, record=record, claim=claim)
    visit, again = Appointment.objects.get(), Claim("m", "POST desk:move", "h")
    moved = [
        move_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, start=at_hour(desk.agenda, 11), claim=again)
        for _ in range(2)
    ]
    assert moved[0] == moved[1]
    visit.refresh_from_db()
    assert visit.revision == 1


def test_a_note_of_the_practice_is_written_down_and_raises_no_revision(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    written = note_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, note=" fauteuil roulant ")
    note_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, note="fauteuil roulant")
    assert (written.internal_note, written.revision) == ("fauteuil roulant", 0)
    assert AppointmentChange.objects.filter(appointment=visit, kind=ChangeKind.NOTED).count() == 1
    with pytest.raises(Http404):
        note_at_desk(actor=desk.actor("diallo"), appointment=visit.uid, note="x")
