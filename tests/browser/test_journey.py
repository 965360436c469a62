"""The main job on a phone: find, choose, hold, sign up with a code, book, receive, move, cancel; and what goes wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from booking.enums import Status
from booking.models import Appointment
from core import clock
from notifications.testing import deliver_all
from patients.models import Patient
from portal.demo_people import DEMO_PASSWORD
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "jeanne@prendsoin.example"


@pytest.fixture(params=["page", "page_without_javascript"])
def visitor(request: pytest.FixtureRequest, demo: None) -> Page:
    return request.getfixturevalue(request.param)


def title(page: Page):
    return expect(page.get_by_role("heading", level=1))


def code_of(letters) -> str:
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", letters[-1].text)
    assert found
    return "".join(found.groups())


def letter_to(email: str):
    """The one letter just sent there."""
    (letter,) = [one for one in deliver_all() if one.to == email]
    return letter


def hold_an_hour(page: Page) -> Appointment:
    """From the home page to a held hour at the dermatologist of Saint-Denis."""
    page.goto("/")
    page.get_by_label("Qui cherchez-vous ?").fill("dermatologue")
    where = page.get_by_label("Près de quel endroit ?")
    where.fill("Saint-Denis 97400")
    # The places suggested may lie over the button by now: the key of a keyboard never meets them.
    where.press("Enter")
    page.get_by_role("link", name="Dr Aïssatou Diallo").first.click()
    title(page).to_have_text("Dr Aïssatou Diallo")
    page.locator("label.chip").nth(4).click()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text(re.compile(r"gardé encore (10|9)\smin"))).to_be_visible()
    return Appointment.objects.get(status=Status.HELD)


def sign_up(page: Page) -> None:
    page.get_by_role("link", name="Continuer avec mon e-mail").click()
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_role("button", name="Recevoir mon code").click()
    page.get_by_label("Code").fill(code_of(deliver_all()))
    page.locator("main form button[type=submit]").first.click()


def sign_in_as_alice(page: Page) -> None:
    page.get_by_role("link", name="Se connecter").last.click()
    page.get_by_label("Adresse e-mail").fill("alice@prendsoin.example")
    page.get_by_label("Mot de passe", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Me connecter", exact=True).click()
    title(page).to_have_text("Ce rendez-vous est pour qui ?")


def say_who(page: Page) -> None:
    page.get_by_label("Prénom").fill("Jeanne")
    page.get_by_label("Nom de naissance").fill("Lebrun")
    page.get_by_label("Date de naissance").fill("17/03/1990")
    page.get_by_text("Féminin").click()
    page.locator("main form button[type=submit]").first.click()


def take_from_under(held: Appointment) -> None:
    """The ten minutes are over, and somebody else took the hour."""
    Appointment.objects.filter(pk=held.pk).delete()
    AppointmentFactory(agenda=held.agenda, start_at=held.start_at, end_at=held.end_at)


def test_patient_finds_books_moves_and_cancels_on_a_phone(visitor):
    page = visitor
    held = hold_an_hour(page)
    sign_up(page)
    say_who(page)
    title(page).to_have_text("Ce rendez-vous est pour qui ?")
    page.get_by_label("Un mot pour le cabinet").fill("Je viens à vélo.")
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    title(page).to_contain_text("C’est noté")
    booked = Appointment.objects.get()
    assert (booked.pk, booked.status, booked.note) == (held.pk, Status.BOOKED, "Je viens à vélo.")

    letter = letter_to(EMAIL)
    assert letter.subject.startswith("Rendez-vous confirmé")
    event = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event["DTSTART"].params["TZID"]) == (0, "Indian/Reunion")
    with page.expect_download() as download:
        page.get_by_role("link", name="Ajouter à mon calendrier").click()
    assert download.value.suggested_filename == "rendez-vous.ics"

    page.get_by_role("link", name="Déplacer").click()
    page.locator("label.chip").nth(6).click()
    page.get_by_role("button", name="Déplacer à cette heure").click()
    title(page).to_have_text("Votre rendez-vous")
    moved = Appointment.objects.get()
    assert moved.start_at != booked.start_at
    assert moved.revision == 1
    assert letter_to(EMAIL).subject.startswith("Rendez-vous déplacé")

    page.get_by_role("link", name="Annuler ce rendez-vous").click()
    page.get_by_role("button", name="Annuler ce rendez-vous").click()
    expect(page.get_by_text("Annulé par vous")).to_be_visible()
    assert Appointment.objects.get().status == Status.CANCELLED_BY_PATIENT
    assert letter_to(EMAIL).subject.startswith("Rendez-vous annulé")


def test_parent_books_for_her_child(visitor):
    page = visitor
    hold_an_hour(page)
    sign_in_as_alice(page)
    page.get_by_label("Léo Fontaine, mon enfant").first.check(force=True)
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    title(page).to_contain_text("C’est noté")
    expect(page.locator(".carton")).to_contain_text("Pour Léo Fontaine, votre enfant")
    assert Appointment.objects.get().patient_id == Patient.objects.get(first_name="Léo").pk
    page.get_by_role("main").get_by_role("link", name="Mes rendez-vous").click()
    expect(page.locator(".carton")).to_contain_text("Pour Léo Fontaine, votre enfant")


def test_button_says_for_whom_and_no_more_once_others_come_too(demo, page):
    hold_an_hour(page)
    sign_in_as_alice(page)
    button = page.locator("button[form=booking]")
    expect(button).to_have_text("Confirmer le rendez-vous")
    page.get_by_label("Léo Fontaine, mon enfant").first.check(force=True)
    expect(button).to_have_text("Confirmer pour Léo")
    page.get_by_label("Moi, Alice Fontaine").first.check(force=True)
    expect(button).to_have_text("Confirmer pour moi")
    page.get_by_text("Venir à plusieurs", exact=True).click()
    page.get_by_role("checkbox", name="Léo Fontaine, mon enfant").check(force=True)
    expect(button).to_have_text("Confirmer le rendez-vous")


def test_hold_is_extended_once_and_what_was_typed_stays(demo, page):
    held = hold_an_hour(page)
    sign_in_as_alice(page)
    Appointment.objects.filter(pk=held.pk).update(expires_at=clock.now() + timedelta(seconds=50))
    page.reload()
    left = page.locator("hold-countdown [data-left]")
    expect(left).to_have_text(re.compile(r"^\d+\ss$"))
    page.get_by_label("Un mot pour le cabinet").fill("Je viens à vélo.")
    page.get_by_role("button", name="Prolonger").click()
    expect(left).to_have_text(re.compile("^(9|10)\\smin"))
    expect(page.locator("hold-countdown [data-live]")).to_contain_text("gardé encore")
    expect(page.get_by_role("button", name="Prolonger")).to_have_count(0)
    expect(page.get_by_label("Un mot pour le cabinet")).to_have_value("Je viens à vélo.")
    page.reload()
    expect(page.get_by_role("button", name="Prolonger")).to_have_count(0)


def test_hold_is_extended_once_without_javascript(demo, page_without_javascript):
    page = page_without_javascript
    held = hold_an_hour(page)
    page.get_by_role("button", name="Prolonger").click()
    expect(page.get_by_text("gardé encore")).to_be_visible()
    expect(page.get_by_role("button", name="Prolonger")).to_have_count(0)
    held.refresh_from_db()
    assert held.renewed


def test_form_comes_back_filled_with_three_hours_when_the_hold_is_over(demo, new_context):
    # The answer to a refused booking is a 409, which the browser notes as an error of the page.
    page = new_context().new_page()
    held = hold_an_hour(page)
    sign_in_as_alice(page)
    page.get_by_label("Léo Fontaine, mon enfant").first.check(force=True)
    page.get_by_label("Un mot pour le cabinet").fill("Avec une poussette.")
    take_from_under(held)
    page.locator("button[form=booking]").click()
    expect(page.locator("input[name=slot]")).to_have_count(3)
    expect(page.get_by_label("Un mot pour le cabinet")).to_have_value("Avec une poussette.")
    expect(page.get_by_label("Léo Fontaine, mon enfant").first).to_be_checked()
    expect(page.locator("button[form=booking]")).to_have_text("Confirmer pour Léo")
    page.locator("input[name=slot]").first.check(force=True)
    page.locator("button[form=booking]").click()
    title(page).to_contain_text("C’est noté")
    booked = Appointment.objects.get(booked_by__email="alice@prendsoin.example")
    assert booked.note == "Avec une poussette."
    assert booked.start_at != held.start_at
