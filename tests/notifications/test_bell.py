"""The bell: one's own notifications, in the space where one acts, and nobody else's."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from core.access import ANONYMOUS, Actor, Space
from core.exceptions import NotForYou
from notifications import selectors, services
from notifications.envelope import Envelope
from notifications.models import Message
from notifications.testing import deliver_all
from tests.notifications.test_notify import news

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def as_patient(user):
    return Actor(user_id=user.pk, space=Space.PATIENT)


def in_practice(user, practice_id):
    return Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=practice_id, strong=True)


def ring(user, **changes):
    changes = {"subject": f"appointment:{Message.objects.count()}", **changes}
    news(user, channel="bell", **changes)
    deliver_all()
    return Message.objects.order_by("-pk").first()


def test_bell_shows_delivered_news_newest_first(alice):
    with time_machine.travel(NOON, tick=False) as time:
        first = ring(alice)
        time.shift(timedelta(minutes=1))
        second = ring(alice)
        news(alice, channel="bell", due_at=NOON + timedelta(days=1))
        news(alice, channel="email", revision=9)

        assert list(selectors.bells(as_patient(alice))) == [second, first]
        assert selectors.unread_count(as_patient(alice)) == 2
    assert (second.title, second.link) == ("Des nouvelles", "/mes-rendez-vous/")


def test_bell_of_one_space_is_not_seen_from_another(alice):
    own, first, second = ring(alice), ring(alice, practice_id=1), ring(alice, practice_id=2)

    assert list(selectors.bells(as_patient(alice))) == [own]
    assert list(selectors.bells(in_practice(alice, 1))) == [first]
    assert list(selectors.bells(in_practice(alice, 2))) == [second]


def test_bell_of_another_person_does_not_exist(alice, bob):
    bell = ring(alice)

    assert list(selectors.bells(as_patient(bob))) == []
    assert list(selectors.bells(ANONYMOUS)) == []
    with pytest.raises(NotForYou):
        services.mark_read(actor=as_patient(bob), uid=bell.uid)
    assert Message.objects.get(pk=bell.pk).read_at is None


def test_reading_counts_down_and_keeps_its_first_time(alice):
    with time_machine.travel(NOON, tick=False) as time:
        bell, _ = ring(alice), ring(alice)
        services.mark_read(actor=as_patient(alice), uid=bell.uid)
        time.shift(timedelta(minutes=1))
        services.mark_read(actor=as_patient(alice), uid=bell.uid)

    assert Message.objects.get(pk=bell.pk).read_at == NOON
    assert selectors.unread_count(as_patient(alice)) == 1


def test_reading_all_stays_in_the_space(alice, bob):
    ring(alice)
    ring(alice)
    practice, other = ring(alice, practice_id=1), ring(bob)

    assert services.mark_all_read(actor=as_patient(alice)) == 2

    assert set(Message.objects.filter(read_at=None)) == {practice, other}


def test_pages_are_bounded_and_follow_each_other(alice, monkeypatch):
    monkeypatch.setattr(selectors, "PAGE", 2)
    bells = [ring(alice) for _ in range(3)][::-1]

    first, last, beyond = (selectors.bell_page(as_patient(alice), n) for n in (1, 2, 999))

    assert (first.rows, first.has_next) == (bells[:2], True)
    assert (last.rows, last.has_next) == (bells[2:], False)
    assert (beyond.rows, beyond.number) == ([], selectors.LAST_PAGE)


def test_unread_count_of_a_visitor_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert selectors.unread_count(ANONYMOUS) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_as_many_queries_for_one_as_for_three(alice, client, django_assert_num_queries, count):
    for _ in range(count):
        ring(alice)
    client.force_login(alice)
    client.get(reverse("notifications:bells"))

    with django_assert_num_queries(QUERIES_OF_THE_PAGE):
        response = client.get(reverse("notifications:bells"))

    assert response.content.decode().count("Des nouvelles") == 2 * count


# Session, user, the page's rows, the number on the bell.
QUERIES_OF_THE_PAGE = 4


def test_page_without_news_says_so(alice, client):
    client.force_login(alice)

    assert "Rien de nouveau" in client.get(reverse("notifications:bells")).content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "9999", "²", ""])
def test_page_bears_any_number(alice, client, page):
    client.force_login(alice)

    assert client.get(reverse("notifications:bells"), {"page": page}).status_code == 200


def test_opening_marks_as_read_and_goes_there(alice, client):
    bell = ring(alice)
    client.force_login(alice)

    response = client.post(reverse("notifications:open", args=[bell.uid]))

    assert (response.status_code, response["Location"]) == (302, "/mes-rendez-vous/")
    assert Message.objects.get().read_at is not None


def test_opening_never_leaves_the_site(alice, client, kinds):
    kinds.kind("test.evil")(
        lambda message: Envelope(to=str(message.user_id), subject="-", text="", link="//evil.example/")
    )
    bell = ring(alice, kind="test.evil")
    client.force_login(alice)

    response = client.post(reverse("notifications:open", args=[bell.uid]))

    assert response["Location"] == reverse("notifications:bells")


def test_reading_all_by_the_button(alice, client):
    ring(alice)
    client.force_login(alice)

    assert client.post(reverse("notifications:read_all")).status_code == 302
    assert selectors.unread_count(as_patient(alice)) == 0


def test_stranger_and_unknown_get_the_same_answer(alice, bob, client):
    bell = ring(alice)
    client.force_login(bob)

    answers = [client.post(reverse("notifications:open", args=[uid])) for uid in (bell.uid, uuid4())]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("name", ["notifications:bells", "notifications:read_all"])
def test_visitor_is_sent_to_sign_in(client, db, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
