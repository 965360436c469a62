"""Statements that depend on who asks are made once, and still mean the rule, the person and the instant."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from booking.services._booking import _TO_BOOK_FOR
from booking.services._checks import _TO_COME
from booking.services._write import _HOLDS
from core import clock
from core.access import ANONYMOUS, Actor, Space, scoped, system_actor
from core.compiled_by_actor import ActorQuery
from patients.majority import last_adult_birth_date
from patients.models import Patient
from practitioners.models import AgendaReason
from tests import factories as make

pytestmark = pytest.mark.django_db


def bookable(actor, *, uid):
    return scoped(actor, Patient, "book").filter(uid=uid)


def actors_of(*people):
    practice = [Actor(user_id=one.user.pk, space=Space.PRACTICE, practice_id=1) for one in people]
    anonymous = [ANONYMOUS, Actor(user_id=None, space=None, session="a visitor")]
    return [*(one.actor for one in people), *practice, *anonymous, system_actor("night")]


def test_each_actor_gets_what_the_rule_gives(alice, bob, charlie, leo, father, django_assert_max_num_queries):
    query = ActorQuery(bookable)

    for actor in actors_of(alice, bob, charlie):
        for one in (alice.patient, bob.patient, charlie.patient, leo, father):
            with django_assert_max_num_queries(1):
                found = query.fetch(actor, uid=one.uid)
            assert found == list(bookable(actor, uid=one.uid))
            assert query.is_made_once(actor, uid=one.uid)


def test_a_statement_made_before_sees_the_clock_go_on(bob, leo):
    query, end = ActorQuery(bookable), clock.now() + timedelta(days=2)
    make.GuardianshipFactory(user=bob.user, patient=leo, ends_at=end)
    assert query.fetch(bob.actor, uid=leo.uid) == [leo]

    with time_machine.travel(end - timedelta(microseconds=1), tick=False):
        assert query.fetch(bob.actor, uid=leo.uid) == [leo]
    with time_machine.travel(end, tick=False):
        assert query.fetch(bob.actor, uid=leo.uid) == []


def adults(actor, *, uid):
    return bookable(actor, uid=uid).filter(birth_date__lte=last_adult_birth_date(clock.now()))


def of_the_account_before(actor, *, uid):
    return Patient.objects.filter(user_id=actor.user_id - 1, uid=uid)


def of_a_name_read_first(actor, *, uid):
    User.objects.filter(pk=actor.user_id).first()
    return bookable(actor, uid=uid)


def of_one_of_two_texts(actor, *, uid):
    rows = bookable(actor, uid=uid)
    return rows if actor.user_id % 2 else rows.order_by("pk")


@pytest.mark.parametrize("build", [adults, of_the_account_before, of_a_name_read_first, of_one_of_two_texts])
def test_what_is_counted_from_the_clock_or_the_actor_is_built_each_time(alice, leo, build):
    query = ActorQuery(build)

    assert not query.is_made_once(alice.actor, uid=leo.uid)
    for uid in (alice.patient.uid, leo.uid):
        assert query.fetch(alice.actor, uid=uid) == list(build(alice.actor, uid=uid))
    with time_machine.travel(clock.now() + timedelta(days=365 * 30), tick=False):
        assert query.fetch(alice.actor, uid=leo.uid) == list(build(alice.actor, uid=leo.uid))


def test_a_number_of_a_small_column_is_no_question_that_nothing_answers(alice):
    offer = make.AgendaReasonFactory(duration_minutes=25)
    query = ActorQuery(lambda actor, *, minutes: AgendaReason.objects.filter(duration_minutes=minutes))

    assert query.fetch(alice.actor, minutes=25) == [offer]
    assert query.is_made_once(alice.actor, minutes=25)


def test_a_value_without_a_mark_is_an_error(alice):
    with pytest.raises(TypeError):
        ActorQuery(bookable).fetch(alice.actor, uid=1.5)


def test_the_questions_of_a_booking_are_made_once(alice):
    now, visitor = clock.now(), Actor(user_id=None, space=None, session="a visitor", ip="192.0.2.1")
    span = {"after": now, "before": now, "at": now}
    owner = Actor(user_id=alice.user.pk, space=Space.PRACTICE, practice_id=1, strong=True)

    for actor in (alice.actor, owner, visitor):
        assert _TO_BOOK_FOR.is_made_once(actor, own=1)
        assert _TO_BOOK_FOR.is_made_once(actor, uid=uuid4())
        assert _TO_COME.is_made_once(actor, 5, patient=1, specialty=1, practice=1, **span)
        assert _HOLDS.is_made_once(actor, performer=1, agenda=1, visit_reason=1, start=now, at=now)
