"""Answers to a message by its link: shown to who knows the birth date, each act once, the later one wins."""

from datetime import timedelta

import pytest
import time_machine

from booking.answer_links import answer_path, digest_of, token_of
from booking.enums import AnsweredBy, Status
from booking.exceptions import Refusal
from booking.models import AnswerLink, Appointment, AppointmentChange
from booking.selectors.answers import WRONG_DATES_AT_MOST, live_link, visits_behind
from booking.services.answers import CANCEL, CONFIRM, LinkClosed, answer_by_link, answer_visit, open_link
from booking.services.appointments import reschedule_appointment
from core.exceptions import DomainError, NotForYou
from core.models import TokenBucket
from notifications.models import Message
from tests.booking.conftest import actor_of, book, free_starts, visitor
from tests.desk import events


@pytest.fixture
def visit(alice, offer):
    return book(alice, offer, free_starts(offer)[3])


@pytest.fixture
def token(visit, alice):
    answer_path(visit, user_id=alice.pk)
    return token_of(visit, user_id=alice.pk)


def by_link(token, visit, act, **more):
    return answer_by_link(actor=visitor(), token=token, visit=str(visit.uid), act=act, **{"proven": True, **more})


def birth(visit):
    return visit.record.patient.birth_date


def test_a_link_is_made_once_for_a_visit_and_a_reader(visit, alice):
    first = answer_path(visit, user_id=alice.pk)

    assert answer_path(visit, user_id=alice.pk) == first
    assert answer_path(visit, address="marie@exemple.fr") != first
    assert AnswerLink.objects.count() == 2


def test_only_a_digest_of_the_token_is_kept(visit, alice, token):
    (link,) = AnswerLink.objects.all()

    assert link.digest == digest_of(token)
    assert token not in str(AnswerLink.objects.values().get())


def test_without_a_birth_date_on_file_there_is_no_link(visit):
    visit.record.patient, visit.record.birth_date = None, None

    assert answer_path(visit, address="marie@exemple.fr") == ""


def test_the_birth_date_opens_the_link(visit, token):
    assert open_link(actor=visitor(), token=token, birth_date=birth(visit)).appointment == visit


def test_a_wrong_date_and_a_dead_link_get_one_answer(visit, token):
    other = birth(visit) + timedelta(days=1)
    with pytest.raises(LinkClosed) as wrong:
        open_link(actor=visitor(), token=token, birth_date=other)
    with pytest.raises(LinkClosed) as unknown:
        open_link(actor=visitor(), token="A" * 22, birth_date=birth(visit))

    assert (wrong.value.code, wrong.value.status, str(wrong.value.message)) == (
        unknown.value.code,
        unknown.value.status,
        str(unknown.value.message),
    )


def test_tries_are_limited_for_each_link_live_or_not(visit, token):
    for dead_or_live in (token, "A" * 22):
        codes = []
        for _ in range(7):
            with pytest.raises(DomainError) as refused:
                open_link(actor=visitor(ip=""), token=dead_or_live, birth_date=birth(visit) + timedelta(days=1))
            codes.append(refused.value.code)
        assert codes == ["link_closed"] * 6 + ["too_many_requests"]


def test_tries_are_limited_for_each_address(visit, token):
    for n in range(30):
        with pytest.raises(LinkClosed):
            open_link(actor=visitor(ip="192.0.2.7"), token=f"{n:022d}", birth_date=birth(visit))
    with pytest.raises(DomainError) as refused:
        open_link(actor=visitor(ip="192.0.2.7"), token=token, birth_date=birth(visit))

    assert refused.value.code == "too_many_requests"


def test_after_many_wrong_dates_no_date_opens_the_link(visit, token):
    for _ in range(WRONG_DATES_AT_MOST):
        TokenBucket.objects.all().delete()
        with pytest.raises(LinkClosed):
            open_link(actor=visitor(), token=token, birth_date=birth(visit) + timedelta(days=1))
    TokenBucket.objects.all().delete()

    with pytest.raises(LinkClosed):
        open_link(actor=visitor(), token=token, birth_date=birth(visit))


def test_a_link_dies_when_the_visit_begins(visit, token):
    assert live_link(token) is not None
    with time_machine.travel(visit.start_at, tick=False):
        assert live_link(token) is None
        with pytest.raises(LinkClosed):
            open_link(actor=visitor(), token=token, birth_date=birth(visit))


def test_a_link_shows_a_moved_visit_as_it_stands(visit, token, alice, offer):
    start = free_starts(offer)[8]
    reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=start)

    assert live_link(token).appointment.start_at == start


def test_a_link_dies_with_the_account_it_was_sent_to(visit, token, alice):
    alice.is_active = False
    alice.save()

    assert live_link(token) is None


def test_nothing_is_done_without_the_birth_date(visit, token):
    for act in (CONFIRM, CANCEL):
        with pytest.raises(NotForYou):
            by_link(token, visit, act, proven=False)

    assert Appointment.objects.get().status == Status.BOOKED


def test_who_is_signed_in_and_entitled_needs_no_birth_date(visit, token, alice, charlie):
    answer_by_link(actor=actor_of(alice), token=token, visit=str(visit.uid), act=CONFIRM, proven=False)
    with pytest.raises(NotForYou):
        answer_by_link(actor=actor_of(charlie), token=token, visit=str(visit.uid), act=CANCEL, proven=False)

    assert Appointment.objects.get().confirmed_at is not None


def test_a_confirmation_is_noted_once(visit, token):
    by_link(token, visit, CONFIRM)
    first = Appointment.objects.get().confirmed_at
    by_link(token, visit, CONFIRM)

    assert Appointment.objects.get().confirmed_at == first
    assert list(AppointmentChange.objects.values_list("kind", "via").order_by("pk"))[-1] == ("confirmed", "link")
    assert AppointmentChange.objects.filter(kind="confirmed").count() == 1
    assert [event.facts for event in events("booking.confirm_visit")] == [{"via": "link"}]


def test_confirmed_on_monday_and_cancelled_on_tuesday_is_cancelled(visit, token):
    by_link(token, visit, CONFIRM)
    by_link(token, visit, CANCEL)
    by_link(token, visit, CANCEL)

    gone = Appointment.objects.get()
    assert (gone.status, gone.cancelled_late, gone.confirmed_at) == (Status.CANCELLED_BY_PATIENT, False, None)
    assert len(events("booking.cancel")) == 1


def test_a_cancelled_visit_is_not_confirmed_again(visit, token):
    by_link(token, visit, CANCEL)
    with pytest.raises(Refusal) as refused:
        by_link(token, visit, CONFIRM)

    assert refused.value.code == "already_cancelled"


def test_cancelling_after_the_cutoff_works_is_late_and_frees_the_time(visit, token, offer):
    start = visit.start_at
    with time_machine.travel(visit.may_cancel_until + timedelta(minutes=1), tick=False):
        by_link(token, visit, CANCEL)

    gone = Appointment.objects.get()
    assert (gone.status, gone.cancelled_late) == (Status.CANCELLED_BY_PATIENT, True)
    assert start in free_starts(offer)


def test_a_move_takes_the_confirmation_back(visit, token, alice, offer):
    by_link(token, visit, CONFIRM)
    reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=free_starts(offer)[8])

    assert Appointment.objects.get().confirmed_at is None


def test_another_visit_is_not_reached_through_a_link(visit, token, charlie, offer):
    other = book(charlie, offer, free_starts(offer)[5])
    with pytest.raises(NotForYou):
        by_link(token, other, CANCEL)


def test_the_other_visits_of_the_day_are_behind_the_same_link(visit, token, alice, offer):
    same_day = [one for one in free_starts(offer) if one.date() == visit.start_at.date()]
    other = Appointment.objects.get(pk=visit.pk)
    other.pk, other.uid, other.start_at = None, "0b1f4c1e-7f0c-4b69-9d52-0d4f5a8c0a11", same_day[-1]
    other.end_at = other.start_at + timedelta(minutes=10)
    other.save(force_insert=True)

    assert [one.pk for one in visits_behind(live_link(token))] == [visit.pk, other.pk]


def test_cancelling_a_past_visit_is_refused(visit):
    with time_machine.travel(visit.start_at, tick=False), pytest.raises(Refusal) as refused:
        answer_visit(visitor(), visit, CANCEL, via=AnsweredBy.SMS)

    assert refused.value.code == "already_past"


def test_the_team_is_told_of_a_cancellation_by_link(visit, token):

    by_link(token, visit, CANCEL)

    assert set(Message.objects.filter(kind="booking.cancelled").values_list("channel", flat=True)) == {"email", "sms"}
