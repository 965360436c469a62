"""The whole journey with Tab, Enter, Space and the arrows: the focus is always seen, and what changes is said."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from booking.enums import Status
from booking.models import Appointment
from notifications.testing import deliver_all
from tests.browser.test_journey import EMAIL, code_of, title

pytestmark = pytest.mark.django_db(transaction=True)

# A ring on the element itself, or on the label drawn around a hidden radio button.
IS_SEEN = """() => {
  const ringed = (node) => {
    const style = getComputedStyle(node);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const focused = document.activeElement;
  const drawn = [focused, focused.closest("label"), focused.nextElementSibling].filter(Boolean);
  const box = (focused.closest("label") ?? focused).getBoundingClientRect();
  return drawn.some(ringed) && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""
IS_FOCUSED = "(node) => node === document.activeElement"
FAR = 150


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the element has the focus; every stop on the way must be seen."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert page.evaluate(IS_SEEN), f"the focus is not seen on {where}"
        if target.count() and target.first.evaluate(IS_FOCUSED):
            return
    raise AssertionError(f"Tab never reaches {target}")


def activate(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def follow(page: Page, target: Locator) -> None:
    """Goes to the element and presses Enter, which leads to another page."""
    tab_to(page, target)
    enter(page)


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(text)


def test_skip_link_comes_first_and_leads_to_the_content(demo, page):
    page.goto("/praticien/dr-claire-martin/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_week_changes_under_the_keyboard_and_says_so(demo, page):
    page.goto("/praticien/dr-aissatou-diallo/")
    following = page.get_by_role("link", name="Jours suivants")
    before = page.locator("slot-week").get_attribute("data-announce")
    activate(page, following)
    expect(page.locator("slot-week")).not_to_have_attribute("data-announce", before)
    expect(following).to_be_focused()
    expect(page.locator("#announcer")).to_have_text(page.locator("slot-week").get_attribute("data-announce"))
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Jours précédents")).to_be_focused()
    page.keyboard.press("Enter")
    # Back on the first week there is no week before: the focus goes to the button that is left.
    expect(page.locator("slot-week")).to_have_attribute("data-announce", before)
    expect(following).to_be_focused()


def test_reason_changes_under_the_keyboard_and_keeps_the_focus(demo, page):
    page.goto("/praticien/dr-claire-martin/")
    reason = page.get_by_label("Motif")
    tab_to(page, reason)
    chosen = reason.input_value()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("motif="))
    expect(reason).not_to_have_value(chosen)
    expect(reason).to_be_focused()


def test_journey_by_keyboard_alone(demo, page):
    page.goto("/")
    write(page, "Qui cherchez-vous ?", "dermatologue")
    page.keyboard.press("Escape")
    write(page, "Près de quel endroit ?", "Saint-Denis 97400")
    page.keyboard.press("Escape")
    enter(page)
    follow(page, page.get_by_role("link", name="Dr Aïssatou Diallo"))
    title(page).to_have_text("Dr Aïssatou Diallo")

    tab_to(page, page.locator("label.chip input"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("label.chip input").nth(1)).to_be_checked()
    expect(page.locator("[data-chosen]")).not_to_be_empty()
    follow(page, page.get_by_role("button", name="Continuer"))
    expect(page.locator("hold-countdown")).to_be_visible()

    follow(page, page.get_by_role("link", name="Continuer avec mon e-mail"))
    write(page, "Adresse e-mail", EMAIL)
    enter(page)
    expect(page.get_by_label("Code")).to_be_visible()
    write(page, "Code", code_of(deliver_all()))
    enter(page)

    title(page).not_to_contain_text("code")
    write(page, "Prénom", "Jeanne")
    write(page, "Nom de naissance", "Lebrun")
    write(page, "Date de naissance", "17/03/1990")
    tab_to(page, page.locator("input[name=sex]"))
    page.keyboard.press("Space")
    enter(page)

    title(page).to_have_text("Ce rendez-vous est pour qui ?")
    follow(page, page.locator("button[form=booking]"))
    title(page).to_contain_text("C’est noté")
    booked = Appointment.objects.get()
    assert booked.status == Status.BOOKED

    follow(page, page.get_by_role("link", name="Déplacer"))
    title(page).to_have_text("Déplacer ce rendez-vous")
    tab_to(page, page.locator("label.chip input"))
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    follow(page, page.get_by_role("button", name="Déplacer à cette heure"))
    title(page).to_have_text("Votre rendez-vous")
    assert Appointment.objects.get().start_at != booked.start_at

    follow(page, page.get_by_role("link", name="Annuler ce rendez-vous"))
    follow(page, page.get_by_role("button", name="Annuler ce rendez-vous"))
    expect(page.get_by_text("Annulé par vous")).to_be_visible()


def test_errors_of_a_form_are_said_and_take_the_focus(demo, new_context):
    # A form refused with reasons is a 422, which the browser notes as an error of the page.
    page = new_context().new_page()
    page.goto("/compte/inscription/")
    tab_to(page, page.get_by_role("button", name="Recevoir mon code"))
    enter(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Adresse e-mail")).to_be_focused()
