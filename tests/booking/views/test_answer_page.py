"""The page behind the link of a message: nothing before the birth date, nothing done on opening, one answer for bad ones."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse

from booking.answer_links import answer_path, token_of
from booking.enums import Status
from booking.models import Appointment, AppointmentChange
from notifications.testing import deliver_all
from tests.booking.conftest import book, free_starts
from tests.desk import statements
from tests.factories import RecordFactory

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
DEAD = "A" * 22


@pytest.fixture
def visit(alice, offer):
    return book(alice, offer, free_starts(offer)[3])


@pytest.fixture
def path(visit, alice):
    return answer_path(visit, user_id=alice.pk)


def secrets(visit):

    return [
        visit.record.first_name,
        visit.record.birth_name,
        visit.performer.last_name,
        visit.agenda.practice.name,
        visit.agenda.location.street,
        visit.reason_name,
        visit.specialty.name,
        str(visit.uid),
    ]


def born(visit):
    return f"{visit.record.patient.birth_date:%d/%m/%Y}"


def opened(client, path, visit):
    return client.post(path, {"birth_date": born(visit)}, follow=True)


def body(response):
    return TOKEN.sub(b"", response.content)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_shows_nothing_and_does_nothing(client, path, visit, method):
    answer = getattr(client, method)(path, headers={"Sec-Purpose": "prefetch"})

    assert answer.status_code in (200, 405)
    for secret in secrets(visit):
        assert secret.encode() not in answer.content
    assert AppointmentChange.objects.filter(appointment=visit).exclude(via="").count() == 0
    assert Appointment.objects.get().status == Status.BOOKED


@pytest.mark.parametrize("query", ["?act=annuler", "?annuler=1", "?act=confirmer&visit=x"])
def test_no_word_of_the_address_acts(client, path, visit, query):
    opened(client, path, visit)
    client.get(path + query)

    assert Appointment.objects.get().confirmed_at is None
    assert Appointment.objects.get().status == Status.BOOKED


def test_a_live_link_and_a_dead_one_look_alike(client, path):
    live, dead = client.get(path), client.get(reverse("booking:answer", args=[DEAD]))

    assert (live.status_code, body(live)) == (dead.status_code, body(dead))


def test_a_wrong_date_and_a_dead_link_are_answered_alike(client, path, visit):
    wrong = client.post(path, {"birth_date": "01/01/1901"})
    dead = client.post(reverse("booking:answer", args=[DEAD]), {"birth_date": "01/01/1901"})

    assert (wrong.status_code, body(wrong)) == (dead.status_code, body(dead)) == (422, body(dead))


def test_too_many_tries_are_told_with_429(client, path):
    statuses = [client.post(path, {"birth_date": "01/01/1901"}).status_code for _ in range(8)]

    assert statuses == [422] * 6 + [429] * 2


def test_the_birth_date_shows_the_visit_without_its_reason(client, path, visit):
    answer = opened(client, path, visit)

    assert visit.performer.last_name in answer.content.decode()
    for secret in (visit.reason_name, visit.specialty.name, visit.record.birth_name):
        assert secret.encode() not in answer.content
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]


def test_another_browser_has_to_give_the_date_too(client, path, visit):
    from django.test import Client

    opened(client, path, visit)
    answer = Client().get(path)

    assert visit.performer.last_name.encode() not in answer.content


def test_the_proof_lapses(client, path, visit):
    opened(client, path, visit)
    with time_machine.travel(visit.start_at - timedelta(hours=1), tick=False):
        answer = client.get(path)

    assert visit.performer.last_name.encode() not in answer.content


def test_acts_of_the_page(client, path, visit):
    opened(client, path, visit)
    client.post(path, {"act": "confirmer", "visit": str(visit.uid)})
    assert Appointment.objects.get().confirmed_at is not None
    page = client.get(f"{path}?annuler={visit.uid}")
    assert b"annuler" in page.content
    client.post(path, {"act": "annuler", "visit": str(visit.uid)})
    assert Appointment.objects.get().status == Status.CANCELLED_BY_PATIENT
    again = client.post(path, {"act": "annuler", "visit": str(visit.uid)}, follow=True)
    assert again.status_code == 200


@pytest.mark.parametrize("act", ["annuler", "confirmer", "deplacer"])
def test_an_act_without_the_birth_date_asks_for_it(client, path, visit, act):
    answer = client.post(path, {"act": act, "visit": str(visit.uid)}, follow=True)

    assert visit.performer.last_name.encode() not in answer.content
    assert Appointment.objects.get().confirmed_at is None
    assert Appointment.objects.get().status == Status.BOOKED


def test_who_is_signed_in_needs_no_date_and_a_stranger_does(client, path, visit, alice, charlie):
    client.force_login(alice)
    assert visit.performer.last_name.encode() in client.get(path).content
    client.force_login(charlie)
    assert visit.performer.last_name.encode() not in client.get(path).content


def test_moving_leads_to_the_page_that_asks_to_sign_in(client, path, visit):
    move, asked = reverse("booking:move", args=[visit.uid]), f"{path}?deplacer={visit.uid}"

    assert asked.encode() in opened(client, path, visit).content
    page = client.get(asked).content.decode()
    assert f"{reverse('account_login')}?next={quote(move, safe='')}" in page
    assert reverse("account_signup") not in page
    assert client.get(move).status_code == 302


def test_who_is_signed_in_goes_straight_on_to_moving(client, path, visit, alice):
    client.force_login(alice)

    assert client.get(f"{path}?deplacer={visit.uid}").url == reverse("booking:move", args=[visit.uid])


@pytest.fixture
def without_account(visit):
    """A visit of somebody whom only the practice knows, and the path of their link."""
    Appointment.objects.filter(pk=visit.pk).update(channel="desk", booked_by=None)
    record = RecordFactory(practice=visit.practice, phone="+33639980042", email="", birth_date=date(1950, 5, 17))
    Appointment.objects.filter(pk=visit.pk).update(record=record)
    found = Appointment.objects.get()
    link = answer_path(found, address="+33639980042")
    return found, link


def test_moving_without_an_account_offers_one_and_comes_back(client, without_account, charlie):
    visit, path = without_account
    asked = f"{path}?deplacer={visit.uid}"
    assert visit.performer.last_name not in client.get(asked).content.decode()
    client.post(path, {"birth_date": "17/05/1950"})

    page = client.get(asked).content.decode()
    back = f"?next={quote(asked, safe='')}"
    assert reverse("account_login") + back in page
    assert reverse("account_signup") + back in page
    assert "appelez le cabinet" in page


def test_moving_from_another_account_offers_the_code_of_the_practice(client, without_account, charlie):
    visit, path = without_account
    client.post(path, {"birth_date": "17/05/1950"})
    client.force_login(charlie)

    page = client.get(f"{path}?deplacer={visit.uid}").content.decode()
    assert reverse("patients:link_file", args=[visit.practice.uid]) in page
    assert quote(reverse("booking:move", args=[visit.uid]), safe="") in page


def test_a_visit_that_is_not_behind_the_link_is_not_moved_from_it(client, path, visit, alice):
    opened(client, path, visit)

    page = client.get(f"{path}?deplacer=11111111-1111-4111-8111-111111111111").content.decode()
    assert "Déplacer ce rendez-vous" not in page


def test_messages_bear_the_link_and_never_the_visit_s_id(visit, alice):
    link = f"/rdv/{token_of(visit, user_id=alice.pk)}/"
    letters = [one for one in deliver_all() if one.to == alice.email]

    assert letters
    assert all(link in one.text for one in letters)
    assert all(str(visit.uid) not in one.text for one in letters)


def test_the_page_takes_as_many_statements_for_one_visit_as_for_three(client, path, visit):
    opened(client, path, visit)
    _, one = statements(lambda: client.get(path))
    for n in (1, 2):
        twin = Appointment.objects.get(pk=visit.pk)
        twin.pk, twin.uid, twin.overbooked = None, f"0b1f4c1e-7f0c-4b69-9d52-0d4f5a8c0a1{n}", True
        twin.save(force_insert=True)
    answer, three = statements(lambda: client.get(path))

    assert len(answer.context["cards"]) == 3
    assert one == three
