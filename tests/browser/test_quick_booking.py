"""A caller booked with the keyboard alone, the visit moved and brought back; the pages read by axe at three widths."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from booking.enums import Status
from booking.models import Appointment
from booking.services.desk import book_at_desk
from core.access import Actor, Space
from notifications.testing import deliver_all
from patients.services.files import create_record
from tests.browser.conftest import AXE_OPTIONS, PHONE
from tests.browser.test_desk_agenda import NOW, TODAY, at, at_desk, morning
from tests.browser.test_keyboard import tab_to

__all__ = ["at_desk", "morning"]

pytestmark = pytest.mark.django_db(transaction=True)

TABLET = {"width": 820, "height": 1180}


def sophie(morning) -> Actor:
    return Actor(user_id=morning["user"].pk, space=Space.PRACTICE, practice_id=morning["practice"].pk, strong=True)


@pytest.fixture
def odette(morning):
    return create_record(
        actor=sophie(morning),
        fields={
            "first_name": "Odette",
            "birth_name": "Vasseur",
            "email": "odette@prendsoin.example",
            "phone": "06 12 34 56 78",
        },
    )


def booked(morning, odette, **more) -> Appointment:
    agenda = morning["agendas"][0]
    return book_at_desk(
        actor=sophie(morning),
        record=odette.uid,
        agenda=agenda.uid,
        visit_reason=agenda.reasons.order_by("pk").first().visit_reason.uid,
        start=at(15)["start_at"] + timedelta(days=1),
        **more,
    )


def test_a_caller_is_booked_with_the_keyboard_alone(morning, odette, at_desk):
    page = at_desk()
    page.goto("/cabinet/rendez-vous/nouveau/")
    page.locator("h1").first.click()

    page.keyboard.press("n")
    page.keyboard.type("vass")
    expect(page.locator(".quick__found a")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Motif")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=slot]").first).to_be_checked()
    tab_to(page, page.locator("[name=slot]:checked"))
    page.keyboard.press("ArrowDown")
    second = page.locator("[name=slot]").nth(1)
    expect(second).to_be_checked()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Le rendez-vous est posé.")).to_be_visible()
    visit = Appointment.objects.get(record=odette)
    assert (visit.status, visit.reason_name) == (Status.BOOKED, "Motif 1")
    assert visit.start_at >= NOW


def test_a_visit_is_moved_and_brought_back_and_nobody_is_told(morning, odette, at_desk):
    visit = booked(morning, odette, tell=False)
    page = at_desk()
    page.goto(f"/cabinet/rendez-vous/{visit.uid}/")
    page.get_by_role("link", name="Déplacer").click()
    page.locator("[name=hour]").fill("16:20")
    page.get_by_role("button", name="Déplacer").click()
    expect(page.get_by_text("Le rendez-vous est déplacé.")).to_be_visible()

    page.get_by_role("button", name="Revenir en arrière").click()

    expect(page.get_by_text("Personne n’a été prévenu.")).to_be_visible()
    before = visit.start_at
    visit.refresh_from_db()
    assert visit.start_at == before
    assert deliver_all() == []


def test_without_a_script_a_new_caller_is_filed_and_booked(morning, at_desk):
    page = at_desk(java_script_enabled=False, viewport=PHONE)
    page.goto("/cabinet/rendez-vous/nouveau/")
    page.get_by_label("Patient").fill("Marchand")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_label("Prénom").fill("Lucie")
    page.get_by_role("button", name="Faire la fiche et continuer").click()
    page.get_by_label("Avec").select_option(index=1)
    page.get_by_role("button", name="Voir les heures").click()
    page.get_by_role("button", name="Poser le rendez-vous").click()

    expect(page.get_by_text("Le rendez-vous est posé.")).to_be_visible()
    assert Appointment.objects.get(record__first_name="Lucie").agenda in morning["agendas"]


def look(page: Page) -> None:
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    assert [(rule["id"], node["target"], node["html"][:160]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_pages_of_a_visit_are_accessible_on_a_tablet_in_the_dark(morning, odette, at_desk):
    """A phone and a wide screen look at them in `test_all_pages`."""
    visit = booked(morning, odette)
    page = at_desk(viewport=TABLET, bypass_csp=True, color_scheme="dark")
    series = f"fiche={odette.uid}&le={TODAY + timedelta(days=1)}&heure=15:00&seances=4&jours=1"
    for address in (
        "nouveau/",
        "nouveau/?q=vass",
        f"nouveau/?fiche={odette.uid}",
        f"{visit.uid}/",
        f"{visit.uid}/deplacer/",
        f"{visit.uid}/annuler/",
        f"serie/?{series}",
    ):
        page.goto(f"/cabinet/rendez-vous/{address}")
        look(page)
