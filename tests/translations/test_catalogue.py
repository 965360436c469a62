"""The catalogue: complete, compiled, faithful to the French texts, and English."""

import re

import pytest

from script import translations
from tests.translations.french import french_in

# What must be the same on both sides: values, HTML tags with their addresses, values filled in by scripts.
KEPT = re.compile(r"%\(\w+\)[sd]|%s|%%|\{\w+\}|</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def catalogue():
    return [message for message in translations.read_catalog() if message.id]


def pairs(message):
    """The French and English of one message, form by form."""
    french = message.id if isinstance(message.id, tuple) else (message.id,)
    english = message.string if isinstance(message.string, tuple) else (message.string,)
    return zip(french, english, strict=True)


def test_every_text_of_the_site_has_its_english_and_is_compiled():
    found = translations.collect(translations.source_files())
    compiled = translations.COMPILED.read_bytes()
    assert translations.faults(found, translations.read_catalog(), compiled) == []


def test_no_english_is_doubtful(catalogue):
    assert [message.id for message in catalogue if message.fuzzy] == []


def test_values_and_tags_are_the_same_on_both_sides(catalogue):
    lost = [
        (french, english)
        for message in catalogue
        for french, english in pairs(message)
        if sorted(KEPT.findall(french)) != sorted(KEPT.findall(english))
    ]
    assert lost == []


def test_english_holds_no_french(catalogue):
    texts = [re.sub(r"<[^>]*>", "", english) for message in catalogue for _french, english in pairs(message)]
    assert [text for text in texts if french_in(text)] == []


def test_english_keeps_the_calm_voice_and_its_own_typography(catalogue):
    texts = [english for message in catalogue for _french, english in pairs(message)]
    assert [text for text in texts if re.search("[!\u00a0\u202f]|'", text)] == []


def test_sentences_end_as_in_french(catalogue):
    """A full stop, a colon or a question mark lost in English shows a text put at the wrong place."""
    end = re.compile(r"[.:?…]?$")
    odd = [
        (french, english)
        for message in catalogue
        for french, english in pairs(message)
        if end.search(french)[0] != end.search(english)[0]
    ]
    assert odd == []
