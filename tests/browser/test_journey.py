"""The main job on a phone: find, choose, hold, sign up with a code, book, receive, move, cancel."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from booking.enums import Status
from booking.models import Appointment
from notifications.testing import deliver_all
from portal.demo.cast import create_cast
from practitioners.services.reference import load_reference

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(transactional_db, settings):
    """The practices of the demo, without the three hundred others."""
    from random import Random

    from booking.search.refresh import refresh_all

    load_reference()
    agendas = create_cast(Random(1))
    refresh_all(agenda.practitioner_id for agenda in agendas)


def code_of(letters) -> str:
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", letters[-1].text)
    assert found
    return "".join(found.groups())


def hold_an_hour(page: Page) -> None:
    """From the home page to a held hour at the dermatologist of Saint-Denis."""
    page.goto("/")
    page.get_by_label("Qui cherchez-vous ?").fill("dermatologue")
    page.get_by_label("Près de quel endroit ?").fill("Saint-Denis 97400")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_role("link", name="Dr Aïssatou Diallo").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dr Aïssatou Diallo")
    page.locator("label.chip").nth(4).click()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text(re.compile("gardé encore (10|9) min"))).to_be_visible()


def sign_up(page: Page, email: str) -> None:
    page.get_by_role("link", name="Continuer avec mon e-mail").click()
    page.get_by_label("Adresse e-mail").fill(email)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Code").fill(code_of(deliver_all()))
    page.locator("main form button[type=submit]").first.click()


def say_who(page: Page) -> None:
    page.get_by_label("Prénom").fill("Jeanne")
    page.get_by_label("Nom de naissance").fill("Lebrun")
    page.get_by_label("Date de naissance").fill("17/03/1990")
    page.get_by_text("Féminin").click()
    page.locator("main form button[type=submit]").first.click()


def test_patient_finds_books_moves_and_cancels_on_a_phone(demo, page):
    hold_an_hour(page)
    held = Appointment.objects.get(status=Status.HELD)
    sign_up(page, "jeanne@prendsoin.example")
    say_who(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce rendez-vous est pour qui ?")
    page.get_by_label("Un mot pour le cabinet").fill("Je viens à vélo.")
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("C’est noté"))
    booked = Appointment.objects.get()
    assert (booked.pk, booked.status, booked.note) == (held.pk, Status.BOOKED, "Je viens à vélo.")

    (letter,) = [one for one in deliver_all() if one.to == "jeanne@prendsoin.example"]
    assert letter.subject.startswith("Rendez-vous confirmé")
    event = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event["DTSTART"].params["TZID"]) == (0, "Indian/Reunion")

    page.get_by_role("link", name="Déplacer").click()
    page.locator("label.chip").nth(6).click()
    page.get_by_role("button", name="Déplacer à cette heure").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")
    moved = Appointment.objects.get()
    assert moved.start_at != booked.start_at
    assert moved.revision == 1
    (letter,) = [one for one in deliver_all() if one.to == "jeanne@prendsoin.example"]
    assert letter.subject.startswith("Rendez-vous déplacé")

    page.get_by_role("link", name="Annuler").click()
    page.get_by_role("button", name="Annuler ce rendez-vous").click()
    expect(page.get_by_text("Annulé par vous")).to_be_visible()
    assert Appointment.objects.get().status == Status.CANCELLED_BY_PATIENT
    (letter,) = [one for one in deliver_all() if one.to == "jeanne@prendsoin.example"]
    assert letter.subject.startswith("Rendez-vous annulé")
