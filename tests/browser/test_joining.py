"""A practitioner finds her page, proves that it is hers, opens her practice and her agenda; then a patient books there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from booking.enums import Status
from booking.models import Appointment
from config.settings._auth import pro_sante_connect
from core import clock
from practitioners.enums import Mode
from practitioners.models import Claim, ReasonKind
from tests.browser.conftest import DESKTOP
from tests.factories import PatientFactory, UserFactory
from tests.practitioners.claims.people import RPPS, registered, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anne(transactional_db, settings, live_server) -> Any:
    """Anne Le Guen of the register, on a site that knows the double."""
    settings.DEMO = True
    settings.SOCIALACCOUNT_PROVIDERS = pro_sante_connect(
        f"{live_server.url}/demo/pro-sante-connect", "prendsoin-demo", "a secret"
    )
    person = registered()
    ReasonKind.objects.create(
        specialty=person.specialty,
        slug="consultation",
        name="Consultation",
        name_en="Consultation",
        duration_minutes=20,
        modes=[Mode.OFFICE],
    )
    return person


def signed_in(context: BrowserContext, live_server: Any, user: Any) -> Page:
    client = sign_in(Client(), user)
    cookies = [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()]
    context.add_cookies(cookies)
    return context.new_page()


def title(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def prove(page: Page) -> None:
    """From the listing to the proven identity, through the double."""
    page.goto("/praticien/anne-le-guen/")
    page.get_by_role("link", name="C’est ma fiche").click()
    title(page).to_contain_text("Vous êtes Dr Anne Le Guen")
    page.get_by_label("Votre numéro RPPS").fill(RPPS)
    page.get_by_label("Votre nom d’exercice").fill("Le Guen")
    page.get_by_label("Votre prénom").fill("Anne")
    page.get_by_label("Votre profession").select_option("10")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Continuer avec Pro Santé Connect").click()
    title(page).to_have_text("Double de Pro Santé Connect")
    page.get_by_label("Numéro RPPS").fill(RPPS)
    page.get_by_label("Nom", exact=True).fill("LE GUEN")
    page.get_by_label("Prénom").fill("Anne")
    page.get_by_label("Profession").select_option("10")
    page.get_by_role("button", name="Me faire passer pour cette personne").click()
    expect(page.get_by_role("heading", name="Votre identité est confirmée")).to_be_visible()


def open_agenda(page: Page) -> None:
    """The practice at the register's address, then the three steps of the guide."""
    page.get_by_role("link", name="Décrire mon cabinet").click()
    expect(page.get_by_label("Adresse", exact=True)).to_have_value("14 rue de Paris")
    page.get_by_role("button", name="Publier et préparer l’agenda").click()
    page.get_by_label("Consultation", exact=False).first.check()
    page.get_by_role("button", name="Continuer").click()
    for day in ("Samedi", "Dimanche"):
        page.get_by_label(day).check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Ce que le public verra")).to_be_visible()
    page.get_by_role("button", name="Ouvrir en ligne").click()
    expect(page.get_by_text("Réservable en ligne").first).to_be_visible()


def book(page: Page) -> None:
    page.goto("/praticien/anne-le-guen/")
    page.locator("label.chip").nth(4).click()
    page.get_by_role("button", name="Continuer").click()
    title(page).to_have_text("Ce rendez-vous est pour qui ?")
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    title(page).to_contain_text("C’est noté")


def test_from_a_listing_to_the_first_booking(new_context, watched, live_server, anne):
    practitioner = watched(signed_in(new_context(), live_server, UserFactory(email="anne@prendsoin.example")))
    prove(practitioner)
    open_agenda(practitioner)
    patient = PatientFactory(user=UserFactory(email="alice@prendsoin.example"))

    book(watched(signed_in(new_context(viewport=DESKTOP), live_server, patient.user)))

    visit = Appointment.objects.get()
    claim = Claim.objects.get()
    assert (visit.status, visit.booked_by, visit.agenda.practitioner) == (Status.BOOKED, patient.user, anne)
    assert (claim.state, claim.proof, visit.agenda.practice) == ("published", "identity", claim.practice)
    assert visit.start_at > clock.now()
