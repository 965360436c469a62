"""Tasks, a closed day and calendar addresses as a secretary and a patient meet them: usable, accessible, no sideways scroll."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from booking.models import Appointment
from booking.services.todo import ask_for_calls
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.rescue_world import at, close, closed_day, visit_at
from tests.browser.conftest import AXE_OPTIONS, DESKTOP, PHONE
from tests.browser.stops import cookies_of
from tests.desk import Desk, desk
from tests.factories import RecordFactory
from tests.strict import CheckedClient

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def opened(new_context, live_server):
    def open_as(client) -> Page:
        context = new_context(bypass_csp=True, reduced_motion="reduce")
        cookies = cookies_of(client).items()
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies])
        return context.new_page()

    return open_as


def faults(page: Page) -> list[str]:
    """What axe and the ruler find on a phone and on a wide screen."""
    found = []
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        found += [f"{rule['id']} {node['target']}" for rule in violations(page) for node in rule["nodes"]]
        if (wide := page.evaluate(WIDE)) > 0:
            found.append(f"{wide} px sideways at {size['width']}")
    return found


def violations(page: Page) -> list[dict]:
    return Axe().run(page, options=AXE_OPTIONS).response["violations"]


def patient_of(visit: Appointment) -> CheckedClient:
    client = CheckedClient()
    client.force_login(visit.booked_by)
    return client


def test_a_day_is_closed_a_patient_chooses_and_the_desk_sees_it(desk: Desk, opened):
    first = visit_at(desk, at(9))
    visit_at(desk, at(10), record=RecordFactory(practice=desk.practice, phone="+33612345678"))
    path = reverse("desk:rescue", args=[desk.agenda.uid, closed_day().isoformat()])
    page = opened(browser_of(desk, "sophie"))
    page.goto(path)
    assert faults(page) == []
    page.get_by_role("button", name="Fermer ce jour et proposer ces heures").click()
    page.get_by_text("Personne n’est encore prévenu.").wait_for()
    assert faults(page) == []

    hers = opened(patient_of(first))
    hers.goto(reverse("booking:rescue", args=[first.uid]))
    assert faults(hers) == []
    hers.set_viewport_size(PHONE)
    hers.locator(".rescue__hour").nth(1).click()
    hers.get_by_role("button", name="Prendre cette heure").click()
    hers.wait_for_url(f"**{reverse('booking:appointment', args=[first.uid])}")
    assert Appointment.objects.get(pk=first.pk).start_at != first.start_at

    page.reload()
    page.get_by_role("button", name="Terminer maintenant").click()
    page.get_by_text("Terminé le").wait_for()
    assert faults(page) == []


def test_tasks_are_noted_and_calls_ticked(desk: Desk, opened):
    visit = visit_at(desk, at(9), record=RecordFactory(practice=desk.practice, phone="+33612345678"))
    ask_for_calls(desk.actor("martin"), [visit])
    page = opened(browser_of(desk, "sophie"))
    page.goto(reverse("desk:tasks"))
    page.get_by_label("À faire").fill("Rappeler pour le résultat")
    page.get_by_role("button", name="Noter cette tâche").click()
    page.get_by_text("La tâche est notée.").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Prévenu").click()
    page.get_by_text("Patient prévenu").wait_for()
    assert page.locator("#appels").count() == 0


def test_an_address_is_shown_and_a_closed_offer_says_so(desk: Desk, opened):
    page = opened(browser_of(desk, "sophie"))
    page.goto(reverse("desk:feeds"))
    page.get_by_role("button", name="Créer l’adresse").click()
    page.locator(".tasks__address").wait_for()
    assert faults(page) == []

    visit = visit_at(desk, at(9))
    rescue = close(desk)
    rescue.offers.update(answer="declined")
    hers = opened(patient_of(visit))
    hers.goto(reverse("booking:rescue", args=[visit.uid]))
    hers.get_by_text("Ces propositions sont terminées.").wait_for()
    assert faults(hers) == []
