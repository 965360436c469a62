"""Callers whom the desk writes down: calls instead of messages, answers on the phone, the practice's page."""

import re

import pytest
from django.urls import reverse

from booking.enums import Status, TaskKind
from booking.exceptions import Refusal
from booking.models import Task, WaitlistEntry, WaitlistOffer
from booking.selectors.waitlist import desk_list
from booking.services.deceased import record_death
from booking.services.waitlist import (
    When,
    accept_offer,
    decline_offer,
    enlist_caller,
    forget_agendas,
    remove_from_waitlist,
)
from booking.services.waitlist.by_link import TAKE, answer_by_link, open_offer_link
from booking.waitlist_links import token_of
from core import clock
from core.access import Actor
from core.exceptions import NotForYou
from notifications.models import Message
from tests.booking.conftest import actor_of
from tests.booking.waitlist.conftest import at, book, held, join, live, person, work
from tests.booking.waitlist.test_cases import free, team_of
from tests.factories import RecordFactory

LINK = Actor(user_id=None, space=None, session="c" * 64, ip="192.0.2.7")


@pytest.fixture
def owner(offer):
    return person("owner")


def enlist(offer, record, **more):
    return enlist_caller(
        actor=team_of(offer),
        record_uid=record.uid,
        visit_reason=offer.visit_reason.uid,
        agendas=[offer.agenda.uid],
        when=When(),
        **more,
    )


def caller(offer, **more):
    return RecordFactory(practice=offer.agenda.practice, first_name="Odette", patient=None, **more)


def test_a_caller_without_email_is_called(offer, owner):
    record = caller(offer, email="", phone="", landline="+33148972014")
    enlist(offer, record)
    visit = book(owner, offer, at(3, 10))
    free(visit)
    (made,) = live()
    task = Task.objects.get()
    assert (task.kind, task.record, task.done_at, made.task) == (TaskKind.CALL_BACK, record, None, task)
    assert offer.agenda.practitioner.display_name in task.about
    assert not Message.objects.filter(kind="booking.waitlist_offer").exists()
    taken = accept_offer(actor=team_of(offer), offer=made.uid)
    task.refresh_from_db()
    assert (taken.record, taken.status, taken.start_at, taken.channel) == (record, Status.BOOKED, at(3, 10), "desk")
    assert task.done_at is not None


def test_the_call_is_over_when_the_offer_is(offer, owner, noon):
    first, second = caller(offer, email="", phone=""), caller(offer, email="", phone="")
    enlist(offer, first)
    enlist(offer, second)
    free(book(owner, offer, at(3, 10)))
    noon(live()[0].expires_at)
    work()
    assert [(task.record, task.done_at is None) for task in Task.objects.order_by("pk")] == [
        (first, False),
        (second, True),
    ]


def test_a_caller_with_a_mobile_gets_an_sms_and_a_call(offer, owner):
    record = caller(offer, email="", phone="+33612345678")
    enlist(offer, record)
    free(book(owner, offer, at(3, 10)))
    assert [message.channel for message in Message.objects.filter(kind="booking.waitlist_offer")] == ["sms"]
    assert Task.objects.get().done_at is None


def test_a_caller_with_an_email_answers_by_the_link(offer, owner):
    record = caller(offer, email="odette@prendsoin.example", birth_date="1950-03-02")
    enlist(offer, record)
    free(book(owner, offer, at(3, 10)))
    (made,) = live()
    assert not Task.objects.exists()
    made.entry.record.refresh_from_db()
    token = token_of(made)
    with pytest.raises(NotForYou):
        answer_by_link(actor=LINK, token=token, act=TAKE, proven=False)
    open_offer_link(actor=LINK, token=token, birth_date=made.entry.record.birth_date)
    taken = answer_by_link(actor=LINK, token=token, act=TAKE, proven=True)
    assert (taken.record, taken.start_at, taken.status) == (record, at(3, 10), Status.BOOKED)
    assert answer_by_link(actor=LINK, token=token, act=TAKE, proven=True).pk == taken.pk


def test_accepting_for_a_caller_moves_the_visit_of_the_file(offer, owner):
    mine = book(person("anne"), offer, at(6, 15))
    enlist(offer, mine.record)
    free(book(owner, offer, at(3, 10)))
    taken = accept_offer(actor=team_of(offer), offer=live()[0].uid)
    assert (taken.pk, taken.start_at, held()) == (mine.pk, at(3, 10), [])


def test_a_reason_taken_by_phone_only_is_offered_by_a_call(offer, owner):
    visit = book(owner, offer, at(3, 10))
    offer.online = False
    offer.save(update_fields=["online"])
    enlist(offer, caller(offer, email="odette@prendsoin.example"))
    free(visit)
    assert len(live()) == 1
    assert Task.objects.filter(done_at__isnull=True).count() == 1
    assert not Message.objects.filter(kind="booking.waitlist_offer").exists()
    assert accept_offer(actor=team_of(offer), offer=live()[0].uid).status == Status.BOOKED


def test_the_desk_declines_for_somebody_on_the_phone(offer, owner):
    enlist(offer, caller(offer, email="", phone=""))
    bruno = person("bruno")
    join(bruno, offer)
    free(book(owner, offer, at(3, 10)))
    decline_offer(actor=team_of(offer), offer=live()[0].uid)
    assert [made.entry.user for made in live()] == [bruno]


def test_a_death_or_a_departure_ends_the_wait(offer, owner, desk):
    record = caller(offer, email="odette@prendsoin.example")
    enlist(offer, record)
    record_death(actor=team_of(offer), record=record.uid, died_on=clock.now().date())
    free(book(owner, offer, at(3, 10)))
    assert live() == []
    anne = person("anne")
    join(anne, offer)
    forget_agendas([offer.agenda_id])
    work()
    entry = WaitlistEntry.objects.get(user=anne)
    assert (entry.state, entry.ended_by) == ("ended", "not_offered")
    assert Message.objects.filter(kind="booking.waitlist_ended", user=anne).count() == 2


def test_removing_somebody_hands_the_time_on_and_tells(offer, owner):
    anne, bruno = person("anne"), person("bruno")
    join(anne, offer)
    join(bruno, offer)
    free(book(owner, offer, at(3, 10)))
    entry = remove_from_waitlist(actor=team_of(offer), entry=live()[0].entry.uid)
    assert (entry.state, entry.ended_by) == ("ended", "removed")
    assert [made.entry.user for made in live()] == [bruno]
    assert Message.objects.filter(kind="booking.waitlist_ended", user=anne).exists()


def test_another_practice_reaches_nothing(offer, owner, desk):
    join(person("anne"), offer)
    free(book(owner, offer, at(3, 10)))
    (made,) = live()
    stranger = desk.actor("diallo")
    for act in (
        lambda: remove_from_waitlist(actor=stranger, entry=made.entry.uid),
        lambda: accept_offer(actor=stranger, offer=made.uid),
        lambda: accept_offer(actor=actor_of(person("other")), offer=made.uid),
    ):
        with pytest.raises(NotForYou):
            act()
    assert desk_list(stranger) == []


def test_a_blocked_file_is_not_enlisted(offer):
    with pytest.raises(Refusal) as refused:
        enlist(offer, caller(offer, blocked_at=clock.now()))
    assert refused.value.code == "blocked"


def sign_in(client, actor):
    from django.contrib.auth import get_user_model

    from practitioners.models import Practice

    client.force_login(get_user_model().objects.get(pk=actor.user_id))
    session = client.session
    session["space"] = f"practice:{Practice.objects.get(pk=actor.practice_id).uid}"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(actor.user_id)
    session.save()


def test_the_page_enlists_and_takes_an_answer(client, offer, owner):
    sign_in(client, team_of(offer))
    record = caller(offer, email="", phone="+33612345678")
    page = client.get(f"{reverse('desk:waitlist')}?fiche={record.uid}")
    assert "Sans e-mail" in page.content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page.content.decode())[1]
    body = {
        "form_token": token,
        "record": str(record.uid),
        "reason": str(offer.visit_reason.uid),
        "agendas": [str(offer.agenda.uid)],
    }
    assert client.post(reverse("desk:waitlist"), body).status_code == 302
    free(book(owner, offer, at(3, 10)))
    listed = client.get(reverse("desk:waitlist")).content.decode()
    assert "À appeler" in listed
    done = client.post(
        reverse("desk:waitlist_answer", args=[live()[0].uid]), {"answer": "take", "form_token": "a" * 20}
    )
    assert done.status_code == 302
    assert WaitlistOffer.objects.get().answer == "accepted"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_statements_for_three_as_for_one(offer, django_assert_num_queries, count):
    for number in range(count):
        join(person(f"anne{number}"), offer)
    actor = team_of(offer)
    with django_assert_num_queries(4):
        assert len(desk_list(actor)) == count
