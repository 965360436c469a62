"""English is collected, compiled and checked without GNU gettext."""

import gettext
import io

import pytest
import time_machine
from babel.messages.pofile import read_po

from script import translations

PAGE = """{% load i18n %}<h1 class="x">{% translate "Mes rendez-vous" %}</h1>
    {% blocktranslate trimmed count n=items|length with who=name %}
        Un créneau pour {{ who }}
    {% plural %}{{ n }} créneaux pour {{ who }}{% endblocktranslate %}
  {% translate "Fermer" context "fenêtre" %}{% include "a.html" with label=_("L'heure") %}
"""
CODE = """from django.utils.translation import gettext as _, ngettext, pgettext_lazy
def f(n):
    _(name)
    return _("Bonjour") + ngettext("%(n)d jour", "%(n)d jours", n) + pgettext_lazy("bouton", "Fermer")
"""


@pytest.fixture
def found(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "booking" / "migrations").mkdir(parents=True)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "booking" / "views.py").write_text(CODE)
    (tmp_path / "booking" / "migrations" / "0001.py").write_text("_('jamais montré')")
    return translations.collect(translations.source_files(tmp_path), tmp_path)


ENGLISH = {
    "Mes rendez-vous": "My appointments",
    ("Un créneau pour %(who)s", "%(n)s créneaux pour %(who)s"): ("One slot for %(who)s", "%(n)s slots for %(who)s"),
    "L'heure": "The time",
    "Bonjour": "Hello",
    ("%(n)d jour", "%(n)d jours"): ("%(n)d day", "%(n)d days"),
}
IN_CONTEXT = {("Fermer", "fenêtre"): "Close", ("Fermer", "bouton"): "Shut"}


@pytest.fixture
def complete(found, tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "CATALOG", tmp_path / "django.po")
    catalog = translations.update(found)
    for text, english in ENGLISH.items():
        catalog.get(text).string = english
    for (text, context), english in IN_CONTEXT.items():
        catalog.get(text, context=context).string = english
    return catalog


def test_texts_of_templates_and_code_are_collected(found):
    assert {message.id for message in found if message.id} == {*ENGLISH, "Fermer"}
    assert {message.context for message in found if message.id == "Fermer"} == {"fenêtre", "bouton"}


def test_complete_english_has_no_fault(found, complete):
    assert translations.faults(found, complete, translations.mo_bytes(complete)) == []


def test_compiled_english_is_read_by_gettext(complete):
    english = gettext.GNUTranslations(io.BytesIO(translations.mo_bytes(complete)))
    assert english.gettext("Mes rendez-vous") == "My appointments"
    assert english.ngettext("%(n)d jour", "%(n)d jours", 2) == "%(n)d days"
    assert english.pgettext("bouton", "Fermer") == "Shut"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Bonjour": ""}, "without English: Bonjour"),
        ({"Mes rendez-vous": "%(who)s"}, "no longer used: autre"),
        ({("%(n)d jour", "%(n)d jours"): ("%(n)d day", "")}, "without English: ('%(n)d jour', '%(n)d jours')"),
    ],
)
def test_incomplete_english_is_told(found, complete, change, fault):
    if fault.endswith("autre"):
        complete.add("autre", "other")
    for text, english in change.items():
        complete.get(text).string = english
    assert fault in translations.faults(found, complete, b"")


def test_placeholder_lost_in_english_is_told(found, complete):
    message = complete.get(("%(n)d jour", "%(n)d jours"))
    message.string = ("%(m)d day", "%(m)d days")
    assert translations.faults(found, complete, b"") != []


def test_doubtful_english_is_told(found, complete):
    complete.get("Bonjour").flags.add("fuzzy")
    assert translations.faults(found, complete, b"") == ["marked as doubtful: Bonjour"]


def test_stale_compilation_is_told(found, complete):
    (fault,) = translations.faults(found, complete, b"old")
    assert "run script/messages" in fault


def test_catalog_written_twice_is_the_same(complete):
    written = translations.po_bytes(complete)
    again = translations.po_bytes(read_po(io.BytesIO(written), locale="en"))
    assert again == written
    assert translations.mo_bytes(read_po(io.BytesIO(written), locale="en")) == translations.mo_bytes(complete)


def test_catalog_compiled_another_day_is_the_same(complete):
    with time_machine.travel("2030-01-01", tick=False):
        one_day = translations.mo_bytes(complete)
    with time_machine.travel("2030-01-02", tick=False):
        assert translations.mo_bytes(complete) == one_day
