"""The staff's page of the work that waits: who sees it, what it shows, what it never shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import Job
from notifications import circuits
from notifications.enums import MessageState
from notifications.models import Message
from notifications.services import notify, send_message
from tests.factories import UserFactory
from tests.notifications.test_sending import AskableFake, Fake, noon, provider  # noqa: F401

pytestmark = pytest.mark.django_db

PAGE = "/plateforme/files/"


@pytest.fixture
def staff():
    user = UserFactory(email="equipe@prendsoin.example", is_platform_staff=True)
    client = Client()
    client.force_login(user)
    session = client.session
    session["space"] = "platform"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def dead_message(user=None, **more):
    values = {"key": f"visit:{Message.objects.count()}|0|test.news|email|{user.pk if user else 'x@y'}"}
    return Message.objects.create(
        **values, kind="test.news", channel="email", subject="appointment:4711", user=user, state="dead", attempts=8,
        last_error="smtp_550", finished_at=clock.now(), expires_at=clock.now() + timedelta(hours=2), **more,
    )  # fmt: skip


def page(client, query=""):
    return client.get(PAGE + query).content.decode()


def test_space_begins_at_the_work_that_waits(staff):
    assert staff.get("/plateforme/")["Location"] == PAGE
    assert staff.get(PAGE).status_code == 200
    assert 'aria-current="page"' in page(staff)


def test_staff_without_a_second_factor_is_sent_to_give_one(alice):
    alice.is_platform_staff = True
    alice.save()
    client = Client()
    client.force_login(alice)
    session = client.session
    session["space"] = "platform"
    session.save()

    assert client.get(PAGE).status_code in {302, 403}


def test_page_shows_what_waits_and_who_is_silent(staff):
    Job.objects.create(kind="test.work", due_at=clock.now() - timedelta(seconds=95))
    circuits.failed("sms", timedelta(minutes=5))

    shown = page(staff)

    assert "test.work" in shown
    assert "depuis 95" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "Jamais vu" in shown
    assert "Au repos" in shown


def test_page_names_nobody(staff, alice):
    dead_message(alice)
    notify(kind="test.news", channel="email", subject="appointment:4712", address="secret@prendsoin.example")

    shown = page(staff)

    assert "test.news" in shown
    assert "smtp_550" in shown
    for private in ("alice@", "secret@", "4711", "4712"):
        assert private not in shown


def test_dead_message_is_tried_again_and_leaves(staff, alice, provider):  # noqa: F811
    row = dead_message(alice)
    assert reverse("platform:retry", args=["messages", row.pk]) in page(staff)

    assert staff.post(reverse("platform:retry", args=["messages", row.pk])).status_code == 302

    assert send_message(row.pk).state == MessageState.SENT
    assert len(provider.accepted) == 1
    assert staff.post(reverse("platform:retry", args=["messages", row.pk])).status_code == 302
    assert len(provider.accepted) == 1


def test_dead_message_let_go_still_counts_as_undelivered_at_the_practice(staff, alice):
    row = dead_message(alice, practice_id=7)

    staff.post(reverse("platform:let_go", args=["messages", row.pk]))

    assert f"/messages/{row.pk}/" not in page(staff)
    assert list(Message.objects.undelivered()) == [row]


def test_message_that_cannot_leave_any_more_says_why(staff, alice):
    erased = dead_message(None)
    late = dead_message(alice)
    Message.objects.filter(pk=late.pk).update(expires_at=clock.now() - timedelta(seconds=1))

    shown = page(staff)

    assert "a été effacée" in shown
    assert "n’a plus de sens" in shown.replace("\N{NO-BREAK SPACE}", " ")
    for row in (erased, late):
        assert reverse("platform:retry", args=["messages", row.pk]) not in shown
        staff.post(reverse("platform:retry", args=["messages", row.pk]))
        row.refresh_from_db()
        assert row.state == "dead"


def test_message_that_took_another_way_is_not_repeated(staff, alice):
    row = dead_message(alice)
    Message.objects.create(
        key="other", kind="test.news", channel="sms", subject="appointment:4711", user=alice, state="sent",
        expires_at=clock.now(), instead_of=row,
    )  # fmt: skip

    staff.post(reverse("platform:retry", args=["messages", row.pk]))

    row.refresh_from_db()
    assert row.state == "dead"


def test_link_of_a_count_shows_that_kind_alone(staff, alice):
    dead_message(alice)
    for kind in ("test.work", "test.other"):
        Job.objects.create(kind=kind, state="dead", finished_at=clock.now(), due_at=clock.now())

    shown = page(staff, "?file=travaux&type=test.work")

    assert (shown.count("/files/travaux/"), shown.count("/files/messages/")) == (2, 0)  # two acts on one row
    assert page(staff, "?file=nothing&type=" + "x" * 500).count("/reessayer/") == 3


def test_page_costs_the_same_whatever_died(staff, alice, django_assert_num_queries):
    dead_message(alice)
    with CaptureQueriesContext(connection) as one:
        page(staff)
    for _ in range(2):
        dead_message(alice)
    with django_assert_num_queries(len(one)):
        page(staff)


@pytest.mark.parametrize(
    "path", ["/plateforme/files/autre/1/reessayer/", "/plateforme/files/messages/999999/abandonner/"]
)
def test_what_is_not_there_is_not_found(staff, path):
    assert staff.post(path).status_code == 404
    assert staff.get(path).status_code == 405
