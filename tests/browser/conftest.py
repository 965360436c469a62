"""A headless Chromium on the live test server. `page` is a phone, `desktop` a wide screen; both refuse page errors."""

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from booking.search.refresh import refresh_all
from core import clock
from portal.demo.cast import create_cast
from practitioners.services.reference import load_reference
from script.browser import ensure_chromium
from tests.committing import begin_with
from tests.security.world import World, make_world

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Nothing but the live server is reached. A route would do it too, and switch off the browser's cache.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
AXE_OPTIONS = {"resultTypes": ["violations"]}
WORLDS: dict[str, World] = {}


# A script of the site's own address is fetched once and compiled once, where one that is handed over is read anew each time.
AXE_FOLDER = ("axe", str(AXE_FILE_PATH.parent))
RUN_AXE = """async ([address, options]) => {
  if (!window.axe) {
    await new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: address, onload: done, onerror: failed });
      document.head.append(script);
      script.remove();
    });
  }
  return (await axe.run(options)).violations;
}"""


def violations(page: Page, options: dict) -> list[dict]:
    """The rules of axe that the page breaks. Its context must bypass the content policy, which would refuse axe itself."""
    return page.evaluate(RUN_AXE, [f"/static/axe/{AXE_FILE_PATH.name}", options])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=ensure_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser, live_server, settings, monkeypatch) -> Iterator[Callable[..., BrowserContext]]:
    """Opens contexts (a person's own cookies and screen) that reach the live server alone."""
    # A thread of the live server serves one connection of the browser: its session of the database lasts as long.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", None)
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, AXE_FOLDER]
    contexts = []

    def open_context(**options: object) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            timezone_id="Europe/Paris",
            **{"locale": "fr-FR", "viewport": PHONE, **options},
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()


@pytest.fixture
def watched() -> Iterator[Callable[[Page], Page]]:
    """Notes what goes wrong in the pages given to it, and fails at the end of the test if anything did."""
    faults: list[str] = []

    def watch(page: Page) -> Page:
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda line: faults.append(f"console: {line.text}") if line.type == "error" else None)
        return page

    watch.faults = faults  # type: ignore[attr-defined]
    yield watch
    assert faults == []


@pytest.fixture
def page(new_context, watched) -> Page:
    return watched(new_context().new_page())


@pytest.fixture
def desktop(new_context, watched) -> Page:
    return watched(new_context(viewport=DESKTOP).new_page())


@pytest.fixture
def page_without_javascript(new_context) -> Page:
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def accessible(new_context) -> Callable[..., None]:
    """Checks an address with axe: `accessible("/")` fails with each rule broken and where."""

    pages: dict[str, Page] = {}

    def check(address: str, *, cookies: list[dict] | None = None, **options: object) -> None:
        # One window for all addresses looked at in the same way: it keeps what they have in common.
        page = pages.get(repr(options)) or new_context(bypass_csp=True, **options).new_page()
        pages[repr(options)] = page
        page.context.clear_cookies()
        page.context.add_cookies(cookies or [])
        page.goto(address)
        broken = violations(page, AXE_OPTIONS)
        found = [(rule["id"], node["target"], node["html"][:200]) for rule in broken for node in rule["nodes"]]
        assert found == [], address

    return check


@pytest.fixture
def demo(transactional_db):
    """The practices and people of the demo, without the three hundred others: today's, as their visits are around today."""
    begin_with(f"demo_{clock.now():%Y%m%d}", _make_demo)


def _make_demo() -> None:
    load_reference()
    agendas = create_cast(Random(1))
    refresh_all(agenda.practitioner_id for agenda in agendas)


@pytest.fixture
def world(transactional_db) -> World:
    """That of the tables of rights, whose rows are made once a process. Nobody in it is signed in yet."""
    begin_with(name := f"world_{clock.now():%Y%m%d}", lambda: WORLDS.update({name: make_world()}))
    return deepcopy(WORLDS[name])
