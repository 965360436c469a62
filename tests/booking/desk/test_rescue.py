"""Closing a sick practitioner's day: what is kept, for whom, who is told and who is called."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.http import Http404

from booking.enums import RescueAnswer, TaskKind
from booking.models import Absence, Appointment, OpeningHours, Rescue, RescueOffer, Task
from booking.selectors.availability import availability
from booking.selectors.offers import find_offers
from booking.selectors.rescue import HOLDER
from booking.selectors.rescue_progress import holds_of
from booking.services._rescue import RescueRefused
from booking.services.rescue import close_sick_days
from booking.services.rescue_answers import decline_offer, give_up_visit, take_offer
from booking.services.rescue_end import end_rescue, note_agreement, settle_rescue, undo_rescue
from core import clock
from core.exceptions import NotForYou
from core.models import Job
from notifications.models import Message
from tests.booking.desk.rescue_world import PARIS, at, close, closed_day, evening, holds, patient_actor, visit_at
from tests.desk import desk, events, statements
from tests.factories import (
    AgendaReasonFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    RecordFactory,
    UserFactory,
)

__all__ = ["desk"]


def code_of(act):
    from core.exceptions import DomainError

    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def offers_of(rescue):
    return list(rescue.offers.order_by("position"))


def kept_for(rescue):
    """Starts kept, by position."""
    offers = offers_of(rescue)
    found = holds_of(offers)
    return {offer.position: found[offer.pk] for offer in offers}


def test_closing_a_day_keeps_three_starts_for_each_and_tells_each_later(desk):
    visits = [visit_at(desk, at(9)), visit_at(desk, at(9, 20))]
    rescue = close(desk)

    assert [offer.appointment for offer in offers_of(rescue)] == visits
    kept = kept_for(rescue)
    assert [len(rows) for rows in kept.values()] == [3, 3]
    assert all(row.start_at >= evening() and row.start_at.date() != closed_day() for row in holds(rescue))
    assert {row.expires_at for row in holds(rescue)} == {evening()}
    assert Absence.objects.filter(agenda=desk.agenda, starts_on=closed_day()).count() == 1
    news = Message.objects.filter(kind="booking.rescue")
    assert sorted(news.values_list("channel", flat=True)) == ["bell", "bell", "email", "email", "sms", "sms"]
    assert all(timedelta(minutes=4) < one.due_at - clock.now() <= timedelta(minutes=5) for one in news)
    assert set(Appointment.objects.filter(pk__in=[v.pk for v in visits]).values_list("status", flat=True)) == {"booked"}


def test_each_has_one_start_before_anybody_has_a_second_in_the_given_order(desk):
    first, second = visit_at(desk, at(9)), visit_at(desk, at(15))
    rescue = close(desk, order=[second.uid])

    assert [offer.appointment for offer in offers_of(rescue)] == [second, first]
    kept = kept_for(rescue)
    assert kept[1][0].start_at < kept[2][0].start_at
    days = [row.start_at.date() for row in kept[1]]
    assert len(set(days)) == 3


def test_never_more_than_thirty_per_cent_of_a_day_is_kept(desk):
    for number in range(9):
        visit_at(desk, at(9 + number // 3, 20 * (number % 3)))
    rescue = close(desk)

    by_day = {}
    for row in holds(rescue):
        by_day[row.start_at.date()] = by_day.get(row.start_at.date(), 0) + 1
    # Open from 9 to 17 for visits of twenty minutes: twenty-four starts, of which seven at most.
    assert max(by_day.values()) == 7
    assert len(holds(rescue)) == 27


def test_another_rescue_counts_in_the_share_of_a_day(desk):
    for number in range(9):
        visit_at(desk, at(9 + number // 3, 20 * (number % 3)))
    close(desk)
    for number in range(5):
        visit_at(desk, at(9 + number // 3, 20 * (number % 3), days=12))
    close(desk, day=closed_day() + timedelta(days=11))

    by_day = {}
    for row in holds():
        by_day[row.start_at.date()] = by_day.get(row.start_at.date(), 0) + 1
    assert max(by_day.values()) == 7


def test_what_is_kept_is_not_in_the_public_list_and_keeps_its_length(desk):
    visit_at(desk, at(9), minutes=60)
    rescue = close(desk)

    rows = holds(rescue)
    assert {row.end_at - row.start_at for row in rows} == {timedelta(hours=1)}
    offer = find_offers(desk.offer.visit_reason.uid, [desk.agenda.uid])[0]
    shown = availability([offer], first_day=rows[0].start_at.date(), days=7)
    starts = {slot.start for _, slots in shown.days for slot in slots}
    for row in rows:
        assert not any(row.start_at - timedelta(minutes=20) < start < row.end_at for start in starts)


def test_a_colleague_is_asked_only_with_her_agreement_and_hears_of_it(desk):
    visit_at(desk, at(9))
    AgendaReasonFactory(agenda=desk.second, visit_reason=desk.offer.visit_reason)
    Absence.objects.create(
        agenda=desk.agenda, frequency="once", starts_on=closed_day() + timedelta(days=1),
        ends_on=closed_day() + timedelta(days=1), start_time="00:00", end_time="00:00", span_days=40,
    )  # fmt: skip
    alone = close(desk)
    assert {row.agenda for row in holds(alone)} <= {desk.agenda}
    undo_rescue(actor=desk.actor("martin"), rescue=alone.uid)

    rescue = close(desk, colleagues=[desk.second.uid])
    assert {row.agenda for row in holds(rescue)} == {desk.second}
    assert len(holds(rescue)) == 3
    assert events("booking.close_sick_day")[-1].facts["agreed"] == [desk.second.pk]
    note_agreement(rescue.pk, [desk.second.pk])
    (task,) = Task.objects.filter(kind=TaskKind.OTHER)
    assert task.assignee == desk.users["paul"]


def test_a_colleague_of_another_practice_or_the_sick_one_herself_is_nobody_s_colleague(desk):
    visit_at(desk, at(9))
    for agenda in (desk.elsewhere.uid, desk.agenda.uid, uuid4()):
        with pytest.raises(Http404):
            close(desk, colleagues=[agenda])
    with pytest.raises(Http404):
        close(desk, "sophie", colleagues=[desk.second.uid])
    assert Rescue.objects.count() == 0


@pytest.mark.parametrize("stranger", ["diallo", "lea", "ended", "pending", "later", "alice", "paul"])
def test_only_who_writes_the_agenda_s_hours_closes_a_day(desk, stranger):
    visit_at(desk, at(9))
    with pytest.raises(Http404):
        close(desk, stranger)


def test_bad_wishes_are_refused_and_nothing_is_written(desk):
    visit = visit_at(desk, at(9))
    now = clock.now()
    assert code_of(lambda: close(desk, day=closed_day() - timedelta(days=2))) == "rescue_day"
    assert code_of(lambda: close(desk, day=closed_day() + timedelta(days=40))) == "rescue_day"
    assert code_of(lambda: close(desk, day=closed_day() + timedelta(days=3))) == "rescue_nobody"
    assert code_of(lambda: close(desk, ends_at=now)) == "rescue_end"
    assert code_of(lambda: close(desk, ends_at=now + timedelta(days=8))) == "rescue_end"
    assert code_of(lambda: close(desk, slots_per_patient=4)) == "rescue_slots"
    assert code_of(lambda: close(desk, order=[visit.uid, uuid4()])) == "rescue_order"
    assert (Rescue.objects.count(), Absence.objects.count(), holds(), Message.objects.count()) == (0, 0, [], 0)


def test_closing_twice_gives_the_same_rescue(desk):
    visit_at(desk, at(9))
    assert close(desk) == close(desk)
    assert (len(holds()), Absence.objects.count()) == (3, 1)


def test_who_cannot_be_told_and_who_has_no_start_are_called(desk):
    lonely = visit_at(desk, at(9), record=RecordFactory(practice=desk.practice))
    other = AgendaReasonFactory(agenda=desk.agenda, modes=["phone"]).visit_reason
    stuck = visit_at(desk, at(10), visit_reason=other)
    rescue = close(desk)

    assert [offer.answer for offer in offers_of(rescue)] == [RescueAnswer.TO_CALL, RescueAnswer.TO_CALL]
    assert set(Task.objects.filter(kind="tell").values_list("appointment", flat=True)) == {lonely.pk, stuck.pk}
    kept = kept_for(rescue)
    assert [len(rows) for rows in kept.values()] == [3, 0]
    assert not Message.objects.filter(kind="booking.rescue").exists()


def test_the_dead_are_left_in_peace(desk):
    visit_at(desk, at(9), record=RecordFactory(practice=desk.practice, deceased_on=closed_day()))
    assert code_of(lambda: close(desk)) == "rescue_nobody"


def test_undoing_takes_everything_back_and_nobody_is_told(desk):
    visit_at(desk, at(9))
    visit_at(desk, at(10), record=RecordFactory(practice=desk.practice))
    rescue = close(desk)
    undo_rescue(actor=desk.actor("martin"), rescue=rescue.uid)

    assert (Rescue.objects.count(), Absence.objects.count(), holds(), Task.objects.count()) == (0, 0, [], 0)
    assert set(Message.objects.filter(kind="booking.rescue").values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(Http404):
        undo_rescue(actor=desk.actor("martin"), rescue=rescue.uid)


def test_undoing_is_refused_once_told_or_answered(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    Rescue.objects.update(created_at=clock.now() - timedelta(minutes=5))
    assert code_of(lambda: undo_rescue(actor=desk.actor("martin"), rescue=rescue.uid)) == "rescue_undo_over"
    Rescue.objects.update(created_at=clock.now())
    decline_offer(actor=desk.actor("martin"), appointment=visit.uid)
    assert code_of(lambda: undo_rescue(actor=desk.actor("martin"), rescue=rescue.uid)) == "rescue_answered"
    with pytest.raises(Http404):
        undo_rescue(actor=desk.actor("diallo"), rescue=rescue.uid)


def test_taking_moves_the_visit_onto_the_hold_and_frees_the_others(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    chosen = holds(rescue)[1]
    moved = take_offer(actor=patient_actor(visit.booked_by), appointment=visit.uid, hold=chosen.uid)

    assert (moved.pk, moved.start_at, moved.end_at, moved.revision) == (visit.pk, chosen.start_at, chosen.end_at, 1)
    assert holds(rescue) == []
    assert offers_of(rescue)[0].answer == RescueAnswer.TAKEN
    assert Message.objects.filter(kind="booking.moved").exists()
    assert not Message.objects.filter(kind="booking.rescue", state="pending").exists()
    assert moved.changes.get().before["start"] == visit.start_at.isoformat()
    again = lambda: take_offer(actor=patient_actor(visit.booked_by), appointment=visit.uid, hold=chosen.uid)  # noqa: E731
    assert code_of(again) == "rescue_answered"


def test_a_start_kept_for_another_is_not_there(desk):
    mine, hers = visit_at(desk, at(9)), visit_at(desk, at(10))
    rescue = close(desk)
    theirs = kept_for(rescue)[2][0]

    assert (
        code_of(lambda: take_offer(actor=patient_actor(mine.booked_by), appointment=mine.uid, hold=theirs.uid))
        == "hold_expired"
    )
    with pytest.raises(Http404):
        take_offer(actor=patient_actor(mine.booked_by), appointment=hers.uid, hold=theirs.uid)
    assert len(holds(rescue)) == 6


def test_an_hour_closed_since_is_not_given(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    chosen = holds(rescue)[0]
    Absence.objects.create(
        agenda=desk.agenda, frequency="once", starts_on=chosen.start_at.date(), ends_on=chosen.start_at.date(),
        start_time="00:00", end_time="00:00", span_days=1,
    )  # fmt: skip
    act = lambda: take_offer(actor=patient_actor(visit.booked_by), appointment=visit.uid, hold=chosen.uid)  # noqa: E731
    assert code_of(act) == "not_offered"
    assert len(holds(rescue)) == 3


def test_declining_frees_the_starts_and_asks_for_a_call(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    decline_offer(actor=patient_actor(visit.booked_by), appointment=visit.uid)

    assert (holds(rescue), offers_of(rescue)[0].answer) == ([], RescueAnswer.DECLINED)
    assert Task.objects.get().appointment == visit
    assert Appointment.objects.get(pk=visit.pk).start_at == visit.start_at


def test_giving_up_cancels_without_being_late_and_without_a_call(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    done = give_up_visit(actor=patient_actor(visit.booked_by), appointment=visit.uid)

    assert (done.status, done.cancelled_late, holds(rescue), Task.objects.count()) == (
        "cancelled_by_patient",
        False,
        [],
        0,
    )


def test_the_desk_answers_on_the_phone_and_the_call_is_made(desk):
    visit = visit_at(desk, at(9), record=RecordFactory(practice=desk.practice))
    rescue = close(desk)
    take_offer(actor=desk.actor("sophie"), appointment=visit.uid, hold=holds(rescue)[0].uid)

    assert Task.objects.get().done_by == desk.users["sophie"]
    with pytest.raises(Http404):
        take_offer(actor=desk.actor("diallo"), appointment=visit.uid, hold=uuid4())


def test_ending_frees_what_nobody_took_and_calls_the_silent(desk):
    silent, quick = visit_at(desk, at(9)), visit_at(desk, at(10))
    rescue = close(desk)
    take_offer(actor=patient_actor(quick.booked_by), appointment=quick.uid, hold=kept_for(rescue)[2][0].uid)
    ended = end_rescue(actor=desk.actor("martin"), rescue=rescue.uid)

    assert (holds(), [offer.answer for offer in offers_of(rescue)]) == ([], [RescueAnswer.EXPIRED, RescueAnswer.TAKEN])
    assert Task.objects.get().appointment == silent
    again = end_rescue(actor=desk.actor("martin"), rescue=rescue.uid)
    assert again.closed_at == ended.closed_at
    assert (
        code_of(lambda: decline_offer(actor=patient_actor(silent.booked_by), appointment=silent.uid)) == "rescue_over"
    )


def test_the_clock_ends_it_and_settles_visits_cancelled_meanwhile(desk):
    gone, silent = visit_at(desk, at(9)), visit_at(desk, at(10))
    rescue = close(desk)
    Appointment.objects.filter(pk=gone.pk).update(status="cancelled_by_patient")
    settle_rescue(rescue.pk)

    assert [len(rows) for rows in kept_for(rescue).values()] == [0, 3]
    assert Job.objects.filter(kind="booking.settle_rescue", state="pending").count() == 1
    Rescue.objects.update(ends_at=clock.now())
    settle_rescue(rescue.pk)
    rescue.refresh_from_db()
    assert (holds(), rescue.closed_at is not None, Task.objects.get().appointment) == ([], True, silent)
    settle_rescue(rescue.pk)


def test_after_the_end_nothing_is_taken_even_before_the_clock_has_passed(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    chosen = holds(rescue)[0]
    Rescue.objects.update(ends_at=clock.now())
    act = lambda: take_offer(actor=patient_actor(visit.booked_by), appointment=visit.uid, hold=chosen.uid)  # noqa: E731
    assert code_of(act) == "rescue_over"


def test_closing_takes_about_the_same_statements_for_one_and_for_three(desk):
    visit_at(desk, at(9))
    rescue, one = statements(lambda: close(desk))
    undo_rescue(actor=desk.actor("martin"), rescue=rescue.uid)
    visit_at(desk, at(10))
    visit_at(desk, at(11))
    _, three = statements(lambda: close(desk))
    assert three == one
    assert HOLDER in holds()[0].holder


def test_refusals_have_their_sentence():
    assert str(RescueRefused("rescue_over").message)


def close_days(desk, days=3, places=None, **more):
    wish = {"ends_at": evening(), **more}
    agendas = [one.uid for one in places or [desk.agenda]]
    last = closed_day() + timedelta(days=days - 1)
    return close_sick_days(actor=desk.actor("martin"), agendas=agendas, first_day=closed_day(), last_day=last, **wish)


def test_three_sick_days_are_closed_by_one_act_with_one_plan(desk):
    visits = [visit_at(desk, at(9, days=days)) for days in (1, 2, 3)]

    found = close_days(desk)

    assert [one.day for one in found] == [closed_day() + timedelta(days=n) for n in range(3)]
    assert [one.offers.get().appointment_id for one in found] == [visit.pk for visit in visits]
    closed = {one.day for one in found}
    assert len(holds()) == 9
    assert not {clock.local_date(hold.start_at, PARIS) for hold in holds()} & closed
    assert Absence.objects.filter(agenda=desk.agenda).count() == 3


def test_everybody_of_all_days_has_one_start_before_anybody_has_a_second(desk):
    """Two hours a day give one start under the share, and few days are left: sooner days must not take them all."""
    OpeningHours.objects.filter(agenda=desk.agenda).update(
        start_time=time(9), end_time=time(11), ends_on=closed_day() + timedelta(days=8)
    )
    for days in (1, 2, 3):
        for minute in (0, 20, 40):
            visit_at(desk, at(9, minute, days=days))

    found = close_days(desk)

    kept = [len(holds_of([offer])[offer.pk]) for offer in RescueOffer.objects.order_by("position")]
    assert len(kept) == 9
    assert max(kept) == 1
    assert sum(kept) > 3
    assert {one.offers.count() for one in found} == {3}


def test_a_day_without_visits_between_two_others_is_closed_too(desk):
    visit_at(desk, at(9))
    visit_at(desk, at(9, days=3))
    found = close_days(desk)
    assert [one.offers.count() for one in found] == [1, 0, 1]
    assert Absence.objects.filter(agenda=desk.agenda, starts_on=found[1].day).exists()


def test_one_absence_reaches_both_places_of_a_practitioner(desk):
    other = BookableAgendaFactory(practice=desk.practice, practitioner=desk.agenda.practitioner)
    here, there = visit_at(desk, at(9)), AppointmentFactory(agenda=other, start_at=at(14), end_at=at(14, 20))

    found = close_days(desk, days=1, places=[desk.agenda, other])

    assert {one.agenda_id: one.offers.get().appointment_id for one in found} == {
        desk.agenda.pk: here.pk,
        other.pk: there.pk,
    }
    assert closed_day() not in {clock.local_date(hold.start_at, PARIS) for hold in holds()}


def test_an_undo_takes_all_the_days_of_the_act_back(desk):
    for days in (1, 2, 3):
        visit_at(desk, at(9, days=days))
    found = close_days(desk)

    undo_rescue(actor=desk.actor("martin"), rescue=found[1].uid)

    assert (Rescue.objects.count(), Absence.objects.count(), holds()) == (0, 0, [])
    assert not Message.objects.filter(state="pending", subject__startswith=HOLDER).exists()


def test_one_answer_on_any_day_keeps_them_all(desk):
    user = UserFactory()
    first = visit_at(desk, at(9), user)
    visit_at(desk, at(9, days=2))
    found = close_days(desk, days=2)
    take_offer(actor=patient_actor(user), appointment=first.uid, hold=holds(found[0])[0].uid)

    with pytest.raises(RescueRefused) as refused:
        undo_rescue(actor=desk.actor("martin"), rescue=found[1].uid)

    assert refused.value.code == "rescue_answered"
    assert Rescue.objects.count() == 2


def test_ending_one_day_ends_them_all(desk):
    for days in (1, 2):
        visit_at(desk, at(9, days=days))
    found = close_days(desk, days=2)
    end_rescue(actor=desk.actor("martin"), rescue=found[0].uid)
    assert holds() == []
    assert not Rescue.objects.filter(closed_at__isnull=True).exists()


def test_a_day_being_rescued_already_is_left_as_it_is(desk):
    visit_at(desk, at(9, days=2))
    alone = close(desk, day=closed_day() + timedelta(days=1))
    visit_at(desk, at(9))

    found = close_days(desk)

    assert found[1].pk == alone.pk
    assert Rescue.objects.count() == 3
    assert RescueOffer.objects.count() == 2


@pytest.mark.parametrize(("days", "code"), [(15, "rescue_too_many_days"), (0, "rescue_day")])
def test_too_many_days_or_days_turned_round_are_refused(desk, days, code):
    visit_at(desk, at(9))
    with pytest.raises(RescueRefused) as refused:
        close_days(desk, days=days)
    assert refused.value.code == code
    assert Absence.objects.count() == 0


def test_places_of_somebody_else_are_like_none(desk):
    visit_at(desk, at(9))
    for stranger in (desk.second, desk.elsewhere):
        with pytest.raises(NotForYou):
            close_days(desk, days=1, places=[desk.agenda, stranger])
    assert Rescue.objects.count() == 0
