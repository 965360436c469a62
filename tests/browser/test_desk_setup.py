"""A practitioner sets up her agenda alone, from nothing to her first hours on the public page, then changes her hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from core import clock
from practitioners.enums import BlockCause, Mode, Role
from practitioners.models import OnlineBlock, ReasonKind
from tests.browser.conftest import AXE_OPTIONS, DESKTOP, PHONE
from tests.factories import (
    AbsenceFactory,
    AgendaFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    MembershipFactory,
    PracticeFactory,
    PractitionerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claire(transactional_db) -> dict[str, Any]:
    """A general practitioner alone in her practice: an agenda without reasons nor hours, closed online."""
    practice = PracticeFactory(name="Cabinet des Lilas")
    user = UserFactory(email="claire@prendsoin.example", display_name="Claire Martin")
    MembershipFactory(user=user, practice=practice, role=Role.OWNER)
    person = PractitionerFactory(slug="dr-claire-martin", last_name="Martin", user=user)
    agenda = AgendaFactory(practice=practice, practitioner=person)
    OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
    for position, (name, minutes) in enumerate(
        (("Consultation", 20), ("Première consultation", 30), ("Vaccination", 10))
    ):
        ReasonKind.objects.create(
            specialty=person.specialty,
            slug=f"motif-{position}",
            name=name,
            name_en=name,
            duration_minutes=minutes,
            modes=[Mode.OFFICE],
            position=position,
        )
    return {"user": user, "agenda": agenda, "practice": practice}


def signed_in(context: BrowserContext, live_server, claire: dict[str, Any]) -> Page:
    client = Client()
    client.force_login(claire["user"])
    session = client.session
    session["space"] = f"practice:{claire['practice'].uid}"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(claire["user"].pk)
    session.save()
    cookies = [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()]
    context.add_cookies(cookies)
    return context.new_page()


def go_online(page: Page) -> None:
    """From the settings to the first hours on the public page."""
    page.goto("/cabinet/reglages/")
    page.get_by_role("link", name="Préparer cet agenda").click()
    page.get_by_label("Consultation", exact=False).first.check()
    page.get_by_label("Vaccination").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Quand recevez-vous ?")).to_be_visible()
    for day in ("Samedi", "Dimanche"):
        page.get_by_label(day).check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Ce que le public verra")).to_be_visible()
    page.get_by_role("button", name="Ouvrir en ligne").click()
    expect(page.get_by_text("Réservable en ligne").first).to_be_visible()
    page.goto("/praticien/dr-claire-martin/")
    expect(page.locator("#slot-week .slot, #slot-week [type=radio], #slot-week a").first).to_be_attached()
    assert "Consultation" in page.locator("#reason").inner_text()


def test_a_practitioner_goes_online_alone(new_context, watched, live_server, claire):
    go_online(watched(signed_in(new_context(viewport=DESKTOP), live_server, claire)))


def test_a_phone_without_javascript_is_enough(new_context, live_server, claire):
    go_online(signed_in(new_context(java_script_enabled=False), live_server, claire))


def test_hours_and_absences_show_what_they_do_before_they_are_saved(new_context, watched, live_server, claire):
    agenda = BookableAgendaFactory(practice=claire["practice"], practitioner=claire["agenda"].practitioner)
    start = (clock.now() + timedelta(days=3)).replace(hour=14, minute=0, second=0, microsecond=0)
    visit = AppointmentFactory(agenda=agenda, start_at=start, end_at=start + timedelta(minutes=20))
    page = watched(signed_in(new_context(viewport=DESKTOP), live_server, claire))
    page.goto(reverse("desk:setup_agenda", args=[agenda.uid]))
    page.get_by_role("link", name="Modifier tous les jours").click()
    page.get_by_label("À", exact=True).fill("12:00")
    page.get_by_role("button", name="Voir ce qui change").click()
    effects = page.locator("#effets")
    expect(effects).to_be_focused()
    expect(effects).to_contain_text("1 rendez-vous ne tombera plus dans les heures")
    expect(effects).to_contain_text(visit.record.display_name)
    expect(effects).to_contain_text("heures disparaissent")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#signales")).to_contain_text(visit.record.display_name)

    page.get_by_role("link", name="Noter une absence").click()
    page.get_by_label("Premier jour").fill(start.date().isoformat())
    page.get_by_role("button", name="Voir ce qui change").click()
    expect(page.locator("#effets")).to_contain_text("heures disparaissent")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("L’absence est notée.").first).to_be_visible()


def test_only_the_fields_that_count_are_shown(new_context, watched, live_server, claire):
    page = watched(signed_in(new_context(), live_server, claire))
    page.goto(reverse("desk:setup_absence_add", args=[claire["agenda"].uid]))
    expect(page.get_by_label("De", exact=True)).to_be_hidden()
    page.get_by_label("Journées entières").uncheck()
    expect(page.get_by_label("De", exact=True)).to_be_visible()
    expect(page.get_by_label("Lundi")).to_be_hidden()
    page.get_by_label("Répétition").select_option("weekly")
    expect(page.get_by_label("Lundi")).to_be_visible()
    expect(page.get_by_label("Dernier jour")).to_be_visible()


def test_the_forms_are_accessible_with_their_errors_and_their_effects(new_context, live_server, claire):
    agenda = BookableAgendaFactory(practice=claire["practice"], practitioner=claire["agenda"].practitioner)
    AppointmentFactory(agenda=agenda)
    AbsenceFactory(agenda=agenda, starts_on=clock.now().date() + timedelta(days=8), label="Congrès")
    page = signed_in(new_context(bypass_csp=True, reduced_motion="reduce"), live_server, claire)
    page.goto(reverse("desk:setup_opening", args=[agenda.opening_hours.get().uid]))
    page.get_by_label("À", exact=True).fill("08:00")
    page.get_by_role("button", name="Voir ce qui change").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    assert faults(page) == []
    page.get_by_label("À", exact=True).fill("10:00")
    page.get_by_role("button", name="Voir ce qui change").click()
    expect(page.locator("#effets")).to_be_visible()
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe finds at the three widths, and sideways scroll."""
    found = []
    for width in (390, 768, 1440):
        page.set_viewport_size({**PHONE, "width": width})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{width}: scrolls {wide} px sideways"] if wide > 0 else []
        for rule in Axe().run(page, options=AXE_OPTIONS).response["violations"]:
            found += [f"{width}: {rule['id']} {node['target']} {node['html'][:160]}" for node in rule["nodes"]]
    page.set_viewport_size(PHONE)
    return found
