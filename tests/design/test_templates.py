"""Rules that every template keeps: no inline style or script, no handler attribute, French typography."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "messages" not in path.parts)
COMMENTS = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
FRENCH = re.compile(r'\{% trans(?:late)? "([^"]*)"|_\("([^"]*)"\)|\{% blocktrans[^%]*%\}(.*?)\{% endblocktrans %\}', re.DOTALL)
PLAIN_SPACE = re.compile(r"[^\s{(:;] [:;?!»](?:\s|$|<|\u00a0)|« ")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_no_inline_style_script_or_handler(path):
    text = COMMENTS.sub("", path.read_text())
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<script\b(?![^>]*(?:\bsrc=|type="application/json"))", text)
    assert not re.search(r"\son[a-z]+=\"", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_french_keeps_its_non_breaking_spaces(path):
    sentences = [next(filter(None, groups), "") for groups in FRENCH.findall(COMMENTS.sub("", path.read_text()))]
    bare = [re.sub(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", "", sentence) for sentence in sentences]
    assert [sentence for sentence in bare if PLAIN_SPACE.search(sentence)] == []


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda path: path.stem)
def test_component_begins_with_its_use_and_is_listed(path):
    assert path.read_text().startswith(("{% comment %}", "{#"))
    listed = (TEMPLATES / "components" / "README.md").read_text()
    drawn_by_another = {"slot_chip", "error_summary"}
    assert path.stem in drawn_by_another or path.stem in listed
