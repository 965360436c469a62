"""The pages of the waitlist: joining, one's list, the link of an offer, the practice's list."""

import re

import pytest
from django.urls import reverse

from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.services.appointments import cancel_appointment
from booking.waitlist_links import offer_path, token_of
from patients.models import Patient
from tests.booking.conftest import actor_of
from tests.booking.waitlist.conftest import at, book, join, live, person, work


def token_in(page):
    return re.search(r'name="form_token" value="([^"]+)"', page.content.decode())[1]


@pytest.fixture
def asked(offer):
    """Anne is offered an hour freed by somebody else; she has a visit later."""
    anne, owner = person("anne"), person("owner")
    visit, mine = book(owner, offer, at(3, 10)), book(anne, offer, at(6, 15))
    join(anne, offer)
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    return anne, mine, made


def test_joining_from_the_page_of_a_practitioner(client, offer):
    anne = person("anne")
    slug = offer.agenda.practitioner.slug
    profile = client.get(reverse("booking:practitioner", args=[slug]))
    address = f"/praticien/{slug}/attente/?cabinet={offer.agenda.uid}&amp;motif={offer.visit_reason.uid}"
    assert address in profile.content.decode()
    client.force_login(anne)
    page = client.get(address.replace("&amp;", "&"))
    body = {
        "form_token": token_in(page),
        "patient": str(Patient.objects.get(user=anne).uid),
        "agendas": [str(offer.agenda.uid)],
        "times": ["0-am", "3-eve"],
        "latest_on": "2027-02-28",
    }
    done = client.post(address.replace("&amp;", "&"), body)
    assert (done.status_code, done["Location"]) == (302, "/mes-rendez-vous/attente/")
    entry = WaitlistEntry.objects.get()
    assert {(row.weekday, row.start.hour, row.end.hour) for row in entry.windows.all()} == {(0, 0, 12), (3, 17, 0)}
    again = client.post(address.replace("&amp;", "&"), body)
    assert again.status_code == 302
    assert WaitlistEntry.objects.count() == 1
    shown = client.get("/mes-rendez-vous/attente/").content.decode()
    assert "lundi matin" in shown
    assert offer.visit_reason.name in shown


def test_leaving_is_one_post(client, offer):
    anne = person("anne")
    entry = join(anne, offer)
    client.force_login(anne)
    address = reverse("booking:waitlist_leave", args=[entry.uid])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "left"


def test_the_link_shows_nothing_before_the_birth_date(client, offer, asked):
    _anne, _mine, made = asked
    page = client.get(offer_path(made))
    text = page.content.decode()
    assert page.status_code == 200
    # Without a referrer a browser posts the form with the origin `null`, which is refused.
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    for secret in (offer.agenda.practitioner.last_name, "10\xa0h", "Anne", offer.visit_reason.name):
        assert secret not in text
    strange = client.get("/libre/123456-abcdefghijklmnopqrstuv/").content.decode()
    assert re.sub(r'value="[^"]+"|/libre/[^/]+/', "", strange) == re.sub(r'value="[^"]+"|/libre/[^/]+/', "", text)
    assert WaitlistOffer.objects.get().answer == "waiting"


def test_the_birth_date_opens_it_and_declines_but_does_not_move(client, offer, asked):
    anne, mine, made = asked
    path = offer_path(made)
    wrong = client.post(path, {"birth_date": "01/01/1950"})
    assert wrong.status_code == 422
    born = Patient.objects.get(user=anne).birth_date
    assert client.post(path, {"birth_date": f"{born:%d/%m/%Y}"}).status_code == 302
    page = client.get(path)
    assert "Se connecter pour la prendre" in page.content.decode()
    client.post(path, {"act": "take", "form_token": "x" * 20})
    mine.refresh_from_db()
    assert (mine.start_at, WaitlistOffer.objects.get().answer) == (at(6, 15), "waiting")
    client.post(path, {"act": "decline", "form_token": "y" * 20})
    assert WaitlistOffer.objects.get().answer == "declined"


def test_signed_in_one_takes_it_at_once(client, offer, asked):
    anne, mine, made = asked
    client.force_login(anne)
    path = offer_path(made)
    page = client.get(path)
    assert "sera déplacé" in page.content.decode()
    done = client.post(path, {"act": "take", "form_token": token_in(page)})
    assert (done.status_code, done["Location"]) == (302, f"/mes-rendez-vous/{mine.uid}/")
    mine.refresh_from_db()
    assert mine.start_at == made.start_at


def test_leaving_by_the_link_asks_for_nothing(client, asked):
    _anne, _mine, made = asked
    assert client.post(offer_path(made), {"act": "leave", "form_token": "z" * 20}).status_code == 302
    made.refresh_from_db()
    made.entry.refresh_from_db()
    assert (made.entry.state, made.answer) == ("left", "withdrawn")


def test_a_stranger_signed_in_sees_nothing(client, asked):
    _anne, _mine, made = asked
    client.force_login(person("stranger"))
    text = client.get(offer_path(made)).content.decode()
    assert "10\xa0h" not in text
    client.post(offer_path(made), {"act": "take", "form_token": "x" * 20})
    assert WaitlistOffer.objects.get().answer == "waiting"


def test_a_token_is_not_guessed_from_another(asked):
    _anne, _mine, made = asked
    other = WaitlistOffer(pk=made.pk + 1, uid=made.uid)
    assert token_of(other).partition("-")[2] == token_of(made).partition("-")[2]
    assert token_of(WaitlistOffer(pk=made.pk)) != token_of(made)


@pytest.mark.parametrize("count", [1, 3])
def test_ones_list_takes_as_many_statements_for_three_as_for_one(client, offer, django_assert_num_queries, count):
    from tests.booking.conftest import another_offer

    anne = person("anne")
    for number in range(count):
        join(anne, another_offer(offer) if number else offer)
    client.force_login(anne)
    client.get("/mes-rendez-vous/attente/")
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get("/mes-rendez-vous/attente/")


QUERIES_OF_LIST = 8


def test_appointments_show_the_time_that_is_kept(client, asked):
    anne, mine, made = asked
    client.force_login(anne)
    assert offer_path(made) in client.get("/mes-rendez-vous/").content.decode()
    assert "Vous serez prévenu" in client.get(f"/mes-rendez-vous/{mine.uid}/").content.decode()
    assert Appointment.objects.filter(status="held").count() == 1
