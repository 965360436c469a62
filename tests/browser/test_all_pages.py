"""Every page of the site, looked at as people do: axe finds nothing, one title, the right language, no sideways scroll.

In French: a phone in light and dark, then a wide screen. In English, on a phone: what words can change, that is the names
of things and the widths. Empty and error states are pages too.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

from core.checks import addresses
from tests.browser.conftest import AXE_OPTIONS, DESKTOP, PHONE, violations
from tests.browser.stops import NOT_PAGES, PARTS, PROGRAMS, Stop, stops

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 100_000
ALREADY_COMPRESSED = {".woff2", ".png", ".webp"}
# What a form that was sent may answer with: done, or refused with reasons.
ANSWERED = {200, 409, 422}
# What a translation can break: names and languages. Structure and colours are those of the French page.
NAMES = {
    **AXE_OPTIONS,
    "runOnly": {
        "type": "rule",
        "values": [
            *("aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "button-name", "document-title"),
            *(
                "form-field-multiple-labels",
                "html-has-lang",
                "html-lang-valid",
                "image-alt",
                "input-button-name",
                "label",
            ),
            *(
                "label-content-name-mismatch",
                "landmark-unique",
                "link-name",
                "select-name",
                "summary-name",
                "valid-lang",
            ),
        ],
    },
}
FACTS = """async () => {
  const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const page = new Blob([document.documentElement.outerHTML]).stream().pipeThrough(new CompressionStream("gzip"));
  return {
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
    title: document.title,
    wide: sideways(),
    weight: (await new Response(page).arrayBuffer()).byteLength,
    files: performance.getEntriesByType("resource").map((entry) => entry.name),
  };
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_are_accessible(world, settings, new_context, live_server, language, part):
    settings.DEMO = True
    context = new_context(bypass_csp=True, reduced_motion="reduce", locale=language)
    page = context.new_page()
    seen, faults = set(), []
    for stop in stops(world, part, language):
        context.clear_cookies()
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in stop.cookies.items()]
        )
        status = reach(page, stop)
        if status == stop.status:
            seen.add(stop.name)
        else:
            faults.append(f"{stop}: answered {status} at {page.url}")
        look = look_at_words if language != "fr" else look_once if stop.is_long else look_twice
        faults += [f"{stop}: {fault}" for fault in look(page, language)]
    assert not faults, "\n".join(faults)
    assert PARTS[part][1] - seen == set()


def test_every_page_of_the_site_is_looked_at():
    names = {one.name for one in addresses() if not one.route.startswith(PROGRAMS)}
    looked_at = set().union(*(names for _walk, names in PARTS.values()))
    assert names - looked_at == NOT_PAGES.keys()


def reach(page: Page, stop: Stop) -> int:
    """Opens the page, does what is to be done there; answers with the status of the page itself."""
    page.set_viewport_size(PHONE)
    response = page.goto(stop.path)
    assert response is not None, stop
    status = response.status if urlsplit(page.url).path == urlsplit(stop.path).path else 302
    if stop.act and (after := stop.act(page)) not in ANSWERED:
        return after
    return status


def look_at_words(page: Page, language: str) -> Iterator[str]:
    yield from facts(page, language)
    yield from broken(page, NAMES, "phone")


def look_once(page: Page, language: str) -> Iterator[str]:
    yield from facts(page, language)
    yield from broken(page, AXE_OPTIONS, "phone")


def look_twice(page: Page, language: str) -> Iterator[str]:
    """On the phone in the dark theme, on a wide screen in the light one."""
    yield from facts(page, language)
    page.emulate_media(color_scheme="dark")
    yield from broken(page, AXE_OPTIONS, "phone, dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    yield from broken(page, AXE_OPTIONS, "wide")


def facts(page: Page, language: str) -> Iterator[str]:
    found = page.evaluate(FACTS)
    if found["headings"] != 1:
        yield f"{found['headings']} h1"
    if found["language"] != language:
        yield f"lang is {found['language']}"
    if not found["title"].removesuffix("· Prendsoin").strip():
        yield "no title"
    if found["wide"] > 0:
        yield f"scrolls {found['wide']} px sideways at 390 px"
    page.set_viewport_size({**PHONE, "width": 320})
    wide = page.evaluate(SIDEWAYS)
    page.set_viewport_size(PHONE)
    if wide > 0:
        yield f"scrolls {wide} px sideways at 320 px"
    weight = found["weight"] + sum(compressed(address) for address in found["files"])
    if weight > LIMIT:
        yield f"weighs {weight} bytes"


def compressed(address: str) -> int:
    """What one of our files weighs once compressed."""
    _, found, name = urlsplit(address).path.partition("/static/")
    return compressed_file(name) if found else 0


@cache
def compressed_file(name: str) -> int:
    file = finders.find(name)
    if file is None:
        return 0
    content = Path(file).read_bytes()
    return len(content) if Path(name).suffix in ALREADY_COMPRESSED else len(gzip.compress(content))


def broken(page: Page, options: dict, where: str) -> Iterator[str]:
    for rule in violations(page, options):
        for node in rule["nodes"]:
            yield f"{where}: {rule['id']} {node['target']} {node['html'][:160]}"
