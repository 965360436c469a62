"""The first message to somebody a practice entered says who holds the data; the objection is heard."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from booking.models import Task
from booking.selectors.reach import contact_of
from core import clock
from notifications.channels import Unreachable
from notifications.models import Message
from notifications.testing import deliver_all
from patients.data_notice import digest_of, notice_of, token_of
from patients.models import DataNotice
from patients.services.merging_files import merge_files
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.desk import desk, events  # noqa: F401

pytestmark = pytest.mark.django_db
PHONE = "+33639980001"


def sent(to=None):
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        return [one for one in deliver_all() if to is None or one.to == to]


def test_the_first_email_says_who_holds_the_data_and_the_next_does_not(desk):  # noqa: F811
    record = caller(desk, email="appel@prendsoin.example")
    put(desk, at_hour(desk.agenda, 10), record=record)
    (first,) = sent("appel@prendsoin.example")
    put(desk, at_hour(desk.agenda, 14), record=record)
    (second,) = sent("appel@prendsoin.example")

    link = f"/donnees-cabinet/{token_of(record)}/"
    assert desk.practice.name in first.text
    assert link in first.text
    assert link in first.html
    assert "cnil.fr" in first.text
    assert link not in second.text
    assert link not in second.html


def test_an_sms_bears_the_link_alone(desk):  # noqa: F811
    record = caller(desk, email="", phone=PHONE)
    put(desk, at_hour(desk.agenda, 10), record=record)
    (text,) = sent(PHONE)

    assert text.text.endswith(f"/donnees-cabinet/{token_of(record)}/")
    assert desk.practice.name not in text.text


def test_one_of_two_messages_of_the_same_news_bears_it(desk):  # noqa: F811
    record = caller(desk, email="appel@prendsoin.example", phone=PHONE)
    put(desk, at_hour(desk.agenda, 10), record=record)

    assert sum("donnees-cabinet" in one.text for one in sent()) == 1
    assert DataNotice.objects.count() == 1


def test_each_practice_says_it_for_itself(desk):  # noqa: F811
    put(desk, at_hour(desk.agenda, 10), record=caller(desk))
    put(desk, at_hour(desk.agenda, 11), record=caller(desk, email="autre@prendsoin.example"))

    assert sum("donnees-cabinet" in one.text for one in sent()) == 2


def message(state="sending", **more):
    now = clock.now()
    return Message.objects.create(
        key=f"k{Message.objects.count()}",
        kind="booking.confirmed",
        channel="email",
        subject="appointment:1",
        address="appel@prendsoin.example",
        state=state,
        due_at=now,
        expires_at=now + timedelta(days=1),
        lease_until=now + timedelta(seconds=30),
        **more,
    )


def test_the_message_that_took_the_notice_keeps_it_when_tried_again(desk):  # noqa: F811
    record, one = caller(desk), message()

    assert notice_of(one, record) == notice_of(one, record) != None  # noqa: E711


def test_another_message_waits_while_the_first_is_leaving(desk):  # noqa: F811
    record = caller(desk)
    notice_of(message(), record)

    with pytest.raises(Unreachable):
        notice_of(message(), record)


@pytest.mark.parametrize(
    ("state", "more"), [("dead", {}), ("expired", {}), ("cancelled", {}), ("sent", {"receipt": "undelivered"})]
)
def test_the_next_message_takes_over_from_one_that_did_not_arrive(desk, state, more):  # noqa: F811
    record, first = caller(desk), message()
    notice_of(first, record)
    Message.objects.filter(pk=first.pk).update(state=state, **more)

    assert notice_of(message(), record) is not None


def test_a_message_forgotten_by_now_was_told_long_ago(desk):  # noqa: F811
    record, first = caller(desk), message()
    notice_of(first, record)
    first.delete()

    assert notice_of(message(), record) is None


def test_a_merge_does_not_tell_again(desk):  # noqa: F811
    kept, other = caller(desk), caller(desk, first_name="Même")
    first = message()
    notice_of(first, other)
    Message.objects.filter(pk=first.pk).update(state="sent")
    merge_files(actor=desk.actor("martin"), kept=kept.uid, other=other.uid)

    assert notice_of(message(), kept) is None


def page(client, record, **post):
    path = reverse("patients:data_notice", args=[token_of(record)])
    return client.post(path, post) if post else client.get(path)


@pytest.fixture
def told(desk):  # noqa: F811
    record = caller(desk)
    DataNotice.objects.create(record=record, digest=digest_of(token_of(record)))
    return record


def test_opening_the_link_names_nobody_and_does_nothing(client, desk, told):  # noqa: F811
    for method in (client.get, client.head):
        answer = method(reverse("patients:data_notice", args=[token_of(told)]))
        assert answer.status_code == 200
        for name in (desk.practice.name, told.first_name, told.birth_name, told.email):
            assert name.encode() not in answer.content
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    told.refresh_from_db()
    assert told.messages_refused_at is None


def test_asking_tells_who_holds_the_data(client, desk, told):  # noqa: F811
    answer = page(client, told, act="voir").content.decode()

    assert desk.practice.name in answer
    assert told.birth_name not in answer


def test_an_objection_is_noted_once_and_ends_messages(client, desk, told):  # noqa: F811
    page(client, told, act="refuser")
    page(client, told, act="refuser")
    told.refresh_from_db()

    assert told.messages_refused_at is not None
    assert contact_of(told).is_empty
    assert len(events("patients.object_to_messages")) == 1
    visit = put(desk, at_hour(desk.agenda, 10), record=told)
    assert sent(told.email) == []
    assert Task.objects.filter(appointment=visit).count() <= 1


def test_an_objection_may_be_taken_back(client, told):
    page(client, told, act="refuser")
    page(client, told, act="accepter")
    told.refresh_from_db()

    assert told.messages_refused_at is None


def test_a_link_nobody_was_given_is_none(client):
    assert client.get(reverse("patients:data_notice", args=["A" * 22])).status_code == 404


def test_only_a_digest_of_the_link_is_kept(told):
    assert token_of(told) not in str(DataNotice.objects.values().get())
