"""The behaviours of the components in a real browser: keyboard, focus, announcements; and the look at each width."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.django_db(transaction=True)

GALLERY = "/plateforme/composants/"
SUGGESTIONS = """
<div role="group" aria-labelledby="suggestion-group-1"><div id="suggestion-group-1" role="presentation">Spécialités</div>
<div role="option" id="suggestion-0" data-label="Dermatologue" data-value="dermatologue">Dermatologue</div>
<div role="option" id="suggestion-1" data-label="Dentiste" data-value="dentiste">Dentiste</div></div>
"""


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def suggest(page: Page) -> None:
    page.route(
        re.compile("/recherche/suggestions/"), lambda route: route.fulfill(body=SUGGESTIONS, content_type="text/html")
    )


def test_suggestion_is_chosen_with_the_keyboard_alone(page):
    suggest(page)
    page.goto("/")
    field = page.get_by_label("Qui cherchez-vous")
    expect(field).to_have_role("combobox")
    field.press_sequentially("de")
    expect(page.get_by_role("option", name="Dermatologue")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    marked = page.get_by_role("option", name="Dentiste")
    expect(marked).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == marked.get_attribute("id")
    field.press("Enter")
    expect(field).to_have_value("Dentiste")
    expect(page.locator("#search-specialite")).to_have_value("dentiste")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.url.endswith("/")


def test_words_changed_after_a_choice_forget_the_choice(page):
    suggest(page)
    page.goto("/")
    field = page.get_by_label("Qui cherchez-vous")
    field.press_sequentially("de")
    page.get_by_role("option", name="Dermatologue").click()
    expect(page.locator("#search-specialite")).to_be_enabled()
    field.press_sequentially("x")
    expect(page.locator("#search-specialite")).to_have_value("")
    expect(page.locator("#search-specialite")).to_be_disabled()


def test_escape_closes_the_suggestions_and_keeps_the_words(page):
    suggest(page)
    page.goto("/")
    field = page.get_by_label("Qui cherchez-vous")
    field.press_sequentially("de")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("de")


def test_menu_opens_and_closes_with_the_keyboard(page):
    page.goto("/")
    opener = page.locator("summary[aria-label='Menu']")
    opener.focus()
    opener.press("Enter")
    expect(page.get_by_role("navigation", name="Menu").get_by_role("link", name="Aide")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Menu")).to_be_hidden()
    expect(opener).to_be_focused()


def test_menu_and_pages_work_without_javascript(page_without_javascript):
    page = page_without_javascript
    page.goto("/")
    page.locator("summary[aria-label='Menu']").click()
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Langue et affichage").click()
    page.get_by_label("Sombre").check()
    page.get_by_role("button", name="Changer l’apparence").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_dialog_puts_the_focus_on_the_way_back_and_escape_closes_it(page):
    page.goto(GALLERY)
    opener = page.get_by_role("link", name="Ouvrir un vrai dialogue")
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Garder le rendez-vous")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_countdown_runs_then_says_that_it_is_over(page):
    page.clock.install()
    page.goto(GALLERY)
    countdown = page.locator("hold-countdown")
    expect(countdown.locator("[data-left]")).to_contain_text("9\u00a0min")
    page.clock.run_for(5 * 60_000)
    expect(countdown.locator("[data-left]")).to_contain_text("4\u00a0min")
    expect(countdown.locator("[data-live]")).to_contain_text("gardé encore")
    page.clock.run_for(5 * 60_000)
    expect(countdown.locator(".banner__body")).to_contain_text("n’est plus gardé")
    expect(countdown.locator("[data-live]")).to_contain_text("n’est plus gardé")


def test_chosen_hour_is_repeated_beside_the_button(page):
    page.goto(GALLERY)
    form = page.locator("form:has(slot-week)")
    hour = form.get_by_role("radio").nth(3)
    hour.focus()
    page.keyboard.press("ArrowDown")
    chosen = form.get_by_role("radio").nth(4)
    expect(chosen).to_be_checked()
    words = chosen.get_attribute("data-when")
    expect(form.locator("[data-chosen]")).to_have_text(words[0].upper() + words[1:])


def test_form_is_sent_once_however_often_it_is_clicked(page):
    sent = []

    def never_answer(route: Route) -> None:
        sent.append(route.request.post_data)

    page.goto("/affichage/")
    page.route("**/theme/", never_answer)
    button = page.get_by_role("button", name="Changer l’apparence")
    busy = "(button) => { button.click(); button.click(); return button.getAttribute('aria-busy'); }"
    assert button.evaluate(busy) == "true"
    page.wait_for_timeout(300)
    assert len(sent) == 1


@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("address", ["/", "/aide/urgences/", GALLERY])
def test_nothing_scrolls_sideways(new_context, address, width):
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(390, "light", "fr"), (1440, "dark", "fr"), (390, "dark", "en")]
)
@pytest.mark.parametrize("address", ["/", "/affichage/", "/aide/nulle-part/", GALLERY])
def test_axe_finds_nothing(accessible, address, width, theme, language):
    accessible(address, viewport={"width": width, "height": 900}, color_scheme=theme, locale=language)
