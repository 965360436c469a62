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


# What a browser is given of each: its text without its comments.
TEXTS = {str(path.relative_to(ROOT)): COMMENTS.sub("", path.read_text()) for path in PAGES}
FETCHED_ELSEWHERE = re.compile(r"<(script|link|img|iframe)[^>]*" + ELSEWHERE.pattern)


@pytest.mark.parametrize("pattern", [INLINE_SCRIPT, INLINE_STYLE, HANDLER, JAVASCRIPT, FETCHED_ELSEWHERE])
def test_no_template_holds_it(pattern):
    found = {name: match.group() for name, text in TEXTS.items() if (match := pattern.search(text))}

    assert found == {}


def test_nothing_is_put_in_as_it_is():
    assert {name for name, text in TEXTS.items() if "|safe" in text} <= TRUSTED


def test_there_are_templates_to_read():
    assert len(TEXTS) > 100
