"""Rules that every template keeps: no inline style or script, no handler attribute, French typography."""

import re
from pathlib import Path

import pytest

from script import typography

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "messages" not in path.parts)
COMMENTS = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_no_inline_style_script_or_handler(path):
    text = COMMENTS.sub("", path.read_text())
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r'<script\b(?![^>]*(?:\bsrc=|type="application/json"))', text)
    assert not re.search(r"\son[a-z]+=\"", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_french_keeps_its_non_breaking_spaces(path):
    """`.venv/bin/python -m script.typography <file>` sets them."""
    text = path.read_text()
    assert typography.set_file(text, code=False) == text


def test_typography_sets_sentences_and_leaves_code_alone():
    assert typography.set_french("Pour qui ? « Léo » : 9 h 40") == (
        "Pour qui\u00a0? «\u00a0Léo\u00a0»\u00a0: 9\u00a0h\u00a040"
    )
    source = '{% if a %}{% trans "Quoi ?" %}{% endif %} b ? c'
    assert typography.set_file(source, code=False) == '{% if a %}{% trans "Quoi\u00a0?" %}{% endif %} b ? c'
    assert typography.set_file('x = _("Quoi ?") if y else "non ?"', code=True) == (
        'x = _("Quoi\u00a0?") if y else "non ?"'
    )


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda path: path.stem)
def test_component_begins_with_its_use_and_is_listed(path):
    assert path.read_text().startswith(("{% comment %}", "{#"))
    listed = (TEMPLATES / "components" / "README.md").read_text()
    drawn_by_another = {"slot_chip", "error_summary"}
    assert path.stem in drawn_by_another or path.stem in listed
