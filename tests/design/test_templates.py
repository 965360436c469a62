"""Rules that every template keeps: French typography, and components that say their use."""

from pathlib import Path

from script import typography

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "messages" not in path.parts)


def test_french_keeps_its_non_breaking_spaces():
    """`.venv/bin/python -m script.typography <file>` sets them."""
    texts = {str(path.relative_to(TEMPLATES)): path.read_text() for path in PAGES}
    assert [name for name, text in texts.items() if typography.set_file(text, code=False) != text] == []


def test_typography_sets_sentences_and_leaves_code_alone():
    assert typography.set_french("Pour qui ? « Léo » : 9 h 40") == (
        "Pour qui\u00a0? «\u00a0Léo\u00a0»\u00a0: 9\u00a0h\u00a040"
    )
    source = '{% if a %}{% trans "Quoi ?" %}{% endif %} b ? c'
    assert typography.set_file(source, code=False) == '{% if a %}{% trans "Quoi\u00a0?" %}{% endif %} b ? c'
    assert typography.set_file('x = _("Quoi ?") if y else "non ?"', code=True) == (
        'x = _("Quoi\u00a0?") if y else "non ?"'
    )


def test_components_begin_with_their_use_and_are_listed():
    components = sorted((TEMPLATES / "components").glob("*.html"))
    listed = (TEMPLATES / "components" / "README.md").read_text()
    drawn_by_another = {"slot_chip", "error_summary"}
    assert [path.stem for path in components if not path.read_text().startswith(("{% comment %}", "{#"))] == []
    assert [path.stem for path in components if path.stem not in listed and path.stem not in drawn_by_another] == []
