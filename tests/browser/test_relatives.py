"""Identity and relatives in a real browser: without JavaScript, by keyboard, and read by axe in each state."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from patients.enums import Level, Relation
from patients.models import Guardianship, Patient
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def session_of(user, live_server) -> dict:
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.session.session_key,
        "url": live_server.url,
    }


@pytest.fixture
def alice(transactional_db):
    return make.UserFactory(email="alice@prendsoin.example")


@pytest.fixture
def family(alice):
    """Alice, her child whose other parent hides nothing, and an invitation under way."""
    own = make.PatientFactory(user=alice, first_name="Alice", birth_name="Moreau", birth_date=date(1988, 3, 14))
    child = make.ChildFactory(first_name="Léo", birth_name="Moreau")
    make.GuardianshipFactory(user=alice, patient=child, relation=Relation.CHILD, level=Level.GRANTED)
    bob = make.UserFactory(email="bob@prendsoin.example", phone="+33612345678", phone_verified_at=make.LONG_AGO)
    make.PatientFactory(user=bob, first_name="Bob", birth_name="Moreau")
    right = make.GuardianshipFactory(user=bob, patient=child, relation=Relation.CHILD, level=Level.GRANTED)
    over = make.GuardianshipFactory(user=bob, patient=own, relation=Relation.SPOUSE)
    offer = make.InvitationFactory(patient=child, invited_by=alice)
    received = make.InvitationFactory(patient=right.user.patient, invited_by=bob, email=alice.email)
    practice = make.AgendaFactory().practice
    return {
        "identity": reverse("patients:identity"),
        "people": reverse("patients:people"),
        "add": reverse("patients:add"),
        "own": reverse("patients:person", args=[own.uid]),
        "child": reverse("patients:person", args=[child.uid]),
        "edit": reverse("patients:edit", args=[child.uid]),
        "remove": reverse("patients:remove", args=[child.uid]),
        "invite": reverse("patients:invite", args=[offer.patient.uid]),
        "revoke": reverse("patients:revoke", args=[over.uid]),
        "invitation": reverse("patients:invitation", args=[received.uid]),
        "link_file": reverse("patients:link_file", args=[practice.uid]),
        "link_code": reverse("patients:link_code", args=[practice.uid, child.uid]),
    }


def fill_identity(page: Page, first_name: str, born: str) -> None:
    page.get_by_label("Prénom").fill(first_name)
    page.get_by_label("Nom de naissance").fill("Moreau")
    page.get_by_label("Date de naissance").fill(born)
    page.get_by_label("Féminin").check()


def test_identity_then_child_without_javascript(alice, page_without_javascript, live_server):
    page = page_without_javascript
    page.context.add_cookies([session_of(alice, live_server)])
    page.goto(reverse("patients:people"))
    page.get_by_role("link", name="Donner mon identité").click()
    fill_identity(page, "Alice", "31/02/1988")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Cette date n’existe pas")
    page.get_by_label("Date de naissance").fill("14/03/1988")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Alice Moreau", exact=True)).to_be_visible()

    page.get_by_role("link", name="Ajouter un proche").click()
    page.get_by_label("Mon enfant").check()
    fill_identity(page, "Inès", "29/02/2020")
    page.get_by_label("J’atteste pouvoir agir").check()
    page.get_by_role("button", name="Ajouter cette personne").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mes proches")
    expect(page.locator("main").get_by_text("Inès Moreau", exact=True)).to_be_visible()
    assert Guardianship.objects.get().patient.birth_date == date(2020, 2, 29)


def test_relative_is_added_by_keyboard_alone(alice, family, page, live_server):
    page.context.add_cookies([session_of(alice, live_server)])
    page.goto(reverse("patients:add"))
    page.get_by_label("Mon enfant").focus()
    for keys in (" ", "Tab", "Nora", "Tab", "Moreau", "Tab", "Tab", "17/03/2021", "Tab", " ", "Tab", " ", "Tab"):
        if keys == "Tab":
            page.keyboard.press("Tab")
        else:
            page.keyboard.type(keys)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mes proches")
    assert Patient.objects.filter(first_name="Nora").exists()


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("en", "dark")])
def test_pages_are_accessible(alice, family, accessible, live_server, language, scheme):
    alice.language = language
    alice.save()
    for address in family.values():
        accessible(address, cookies=[session_of(alice, live_server)], color_scheme=scheme)


def test_empty_and_error_states_are_accessible(alice, new_context, live_server):
    from axe_playwright_python.sync_playwright import Axe

    context = new_context(bypass_csp=True)
    context.add_cookies([session_of(alice, live_server)])
    page = context.new_page()
    for address in (reverse("patients:people"), reverse("patients:add"), reverse("patients:identity")):
        page.goto(address)
        if address != reverse("patients:people"):
            page.locator("main form button[type=submit]").click()
            expect(page.get_by_role("alert")).to_be_visible()
        assert Axe().run(page).response["violations"] == [], address
