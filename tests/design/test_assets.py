"""What the browser downloads: vendored files are as recorded, icons exist, and every page stays light."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from script import bundle
from tests.factories import BookableAgendaFactory

CHECKOUT = Path(__file__).parents[2]
STATIC = CHECKOUT / "static"
TEMPLATES = CHECKOUT / "templates"
LIMIT = 100_000
ALREADY_COMPRESSED = {".woff2", ".png"}


def test_vendored_files_are_those_of_the_record():
    record = json.loads((STATIC / "vendor" / "vendor.json").read_text())
    for package in record["vendored"]:
        assert package["licence"]
        assert package["version"]
        for name, checksum in package["sha256"].items():
            assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == checksum, name


def test_every_font_is_in_the_record():
    record = json.loads((STATIC / "vendor" / "vendor.json").read_text())
    recorded = {name for package in record["vendored"] for name in package["sha256"] if name.startswith("fonts/")}
    assert recorded == {f"fonts/{path.name}" for path in (STATIC / "fonts").iterdir()}


def test_every_icon_that_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "img" / "icons.svg").read_text()))
    text = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    named = set(re.findall(r'\{% icon "([a-z-]+)"', text)) | set(re.findall(r'\bicon="([a-z-]+)"', text))
    assert named
    assert named <= drawn


def test_joined_files_are_those_of_their_sources():
    """After a change in static/css or static/js: `.venv/bin/python -m script.bundle`."""
    assert bundle.SITE_CSS.read_text() == bundle.site_css()
    assert bundle.SITE_JS.read_text() == bundle.site_js()


def test_every_style_sheet_is_joined_or_linked_by_a_page():
    linked = set(re.findall(r'static "(css/[^"]+)"', "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))))
    sheets = {str(path.relative_to(STATIC)) for path in (STATIC / "css").rglob("*.css")}
    assert sheets == linked | set(bundle.STYLES)
    assert not linked & set(bundle.STYLES)


def test_no_style_sheet_uses_a_colour_that_is_not_a_token():
    for path in (STATIC / "css").rglob("*.css"):
        if path.name in {"tokens.css", "slip.css", "site.css"}:
            continue
        screen = path.read_text().split("@media print")[0]
        # The perforation of today's stub stands on full mimosa in both themes.
        found = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", screen)) - {"#8F6800"}
        assert found == set(), path.name


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/aide/", "/affichage/", "/classement/"])
def test_page_weighs_less_than_100_kb_with_all_its_files(client, address):
    response = client.get(address)
    files = files_of(response)
    assert "css/site.css" in files
    weight = len(gzip.compress(response.content)) + sum(compressed(name) for name in files)
    assert weight < LIMIT


@pytest.mark.django_db
def test_profile_with_hours_and_htmx_weighs_less_than_100_kb(client):
    agenda = BookableAgendaFactory()
    response = client.get(f"/praticien/{agenda.practitioner.slug}/")
    files = files_of(response)
    assert response.status_code == 200
    assert any("htmx" in name for name in files)
    assert len(gzip.compress(response.content)) + sum(compressed(name) for name in files) < LIMIT


def files_of(response) -> set[str]:
    return set(re.findall(r'(?:href|src)="/static/([^"#]+)', response.content.decode())) - {"img/touch-icon.png"}


def compressed(name: str) -> int:
    content = Path(finders.find(name)).read_bytes()
    return len(content) if Path(name).suffix in ALREADY_COMPRESSED else len(gzip.compress(content))
