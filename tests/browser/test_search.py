"""Finding a practitioner in a real browser: with suggestions and the keyboard, without script, and the profile's calendar."""

import re

import pytest
from playwright.sync_api import Page, expect

from booking.search.refresh import refresh_all
from practitioners.enums import Mode
from tests.factories import (
    AgendaReasonFactory,
    BookableAgendaFactory,
    LocationFactory,
    PlaceFactory,
    PractitionerFactory,
    SpecialtyFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def directory(transactional_db):
    """Two dermatologists of Les Lilas, one of whom is also seen by video, for two reasons."""
    skin = SpecialtyFactory(slug="dermatologue", name="Dermatologue", name_en="Dermatologist", synonyms=["peau"])
    place = PlaceFactory()
    for n, (first, last) in enumerate((("Ana", "Roux"), ("Bea", "Blanc"))):
        person = PractitionerFactory(
            first_name=first, last_name=last, name_key=last.lower(), slug=f"dr-{last.lower()}", specialty=skin
        )
        agenda = BookableAgendaFactory(
            practitioner=person,
            location=LocationFactory(place=place, latitude=place.latitude + n / 100, longitude=place.longitude),
            offer__visit_reason__name="Consultation",
            video_link="https://visio.example/x" if n else "",
        )
        if n:
            AgendaReasonFactory(
                agenda=agenda,
                modes=[Mode.OFFICE, Mode.VIDEO],
                duration_minutes=40,
                visit_reason__name="Première consultation",
                visit_reason__position=2,
            )
        refresh_all([person.pk])


def test_suggestions_of_the_server_lead_to_results_by_keyboard(page: Page):
    page.goto("/")
    who = page.get_by_label("Qui cherchez-vous ?")
    who.press_sequentially("derm")
    expect(page.get_by_role("option", name="Dermatologue")).to_be_visible()
    who.press("ArrowDown")
    who.press("Enter")
    where = page.get_by_label("Près de quel endroit ?")
    where.press_sequentially("lil")
    expect(page.get_by_role("option", name="Les Lilas (93)")).to_be_visible()
    where.press("ArrowDown")
    where.press("Enter")
    where.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("2 dermatologues près des Lilas")
    assert re.search(r"specialite=dermatologue.*lieu=93045", page.url)


def test_person_suggested_is_one_key_away(page: Page):
    page.goto("/")
    who = page.get_by_label("Qui cherchez-vous ?")
    who.press_sequentially("roux")
    expect(page.get_by_role("option", name="Dr Ana Roux")).to_be_visible()
    who.press("ArrowDown")
    who.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Dr Ana Roux")


def test_search_filters_and_order_work_without_script(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/")
    page.get_by_label("Qui cherchez-vous ?").fill("peau")
    page.get_by_label("Près de quel endroit ?").fill("93260")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 dermatologues près des Lilas")

    page.get_by_role("link", name="En vidéo").click()
    expect(page.locator(".pcard__name")).to_have_text(["Dr Bea Blanc"])
    page.get_by_role("link", name="En vidéo (actif, retirer)").click()
    page.get_by_role("link", name="Par première heure libre").click()
    expect(page.locator(".pcard__name")).to_have_count(2)

    page.get_by_label("Près de quel endroit ?").fill("nulle part")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous ne trouvons pas ce lieu")
    expect(page.get_by_label("Qui cherchez-vous ?")).to_have_value("peau")


def test_hour_of_a_card_is_the_one_chosen_on_the_profile(page: Page):
    page.goto("/recherche/?q=roux")
    chip = page.locator(".pcard a.chip").first
    name = chip.get_attribute("aria-label")
    chip.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Dr Ana Roux")
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text(re.compile(name.split(",")[0], re.IGNORECASE))


def test_calendar_follows_the_reason_without_leaving_the_page(page: Page):
    page.goto("/praticien/dr-blanc/")
    reason = page.get_by_label("Motif")
    expect(page.get_by_role("button", name="Voir les heures de ce motif")).to_be_hidden()
    reason.focus()
    reason.select_option("Première consultation · 40 min")

    expect(page.locator(".slots__chosen")).to_contain_text("40 min")
    expect(page.get_by_label("Motif")).to_be_focused()
    assert "motif=" in page.url
    page.go_back()
    expect(page.locator(".slots__chosen")).to_contain_text("20 min")


def test_calendar_follows_the_reason_without_script(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/praticien/dr-blanc/")
    page.get_by_label("Motif").select_option("Première consultation · 40 min")
    page.get_by_role("button", name="Voir les heures de ce motif").click()

    expect(page.locator(".slots__chosen")).to_contain_text("40 min")
