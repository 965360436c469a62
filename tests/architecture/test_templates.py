"""Templates hold neither style nor script: the content policy would refuse them, and so do we."""

import re

import pytest

from tests.architecture.sources import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# E-mail clients read nothing but inline styles; `templates/messages/` never reaches a browser as a page.
PAGES = [path for path in TEMPLATES if "messages" not in path.relative_to(ROOT / "templates").parts[:1]]
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=\s*[\"'{]", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE)
ELSEWHERE = re.compile(r"(src|href|action)=\"(https?:)?//(?!www\.w3\.org)", re.IGNORECASE)
JAVASCRIPT = re.compile(r"(href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE)
# What is put in as it is, and why it may be: allauth's own list of element ids.
TRUSTED = {"templates/mfa/_passkey_scripts.html"}
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_script_and_no_style(path):
    text = COMMENTS.sub("", path.read_text())

    for pattern in (INLINE_SCRIPT, INLINE_STYLE, HANDLER, JAVASCRIPT):
        assert pattern.search(text) is None
    assert "|safe" not in text or str(path.relative_to(ROOT)) in TRUSTED


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_loads_nothing_from_elsewhere(path):
    text = COMMENTS.sub("", path.read_text())

    assert [match.group() for match in re.finditer(r"<(script|link|img|iframe)[^>]*" + ELSEWHERE.pattern, text)] == []
