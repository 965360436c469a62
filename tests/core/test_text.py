"""What people type becomes a plain key, whatever the accents, the case and the signs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Saint-Denis", "saint denis"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("  Évry -- Courcouronnes ", "evry courcouronnes"),
        ("Œuf de cœur", "oeuf de coeur"),
        ("Lætitia", "laetitia"),
        ("STRASSE Straße", "strasse strasse"),
        ("Bjørn Łukasz", "bjorn lukasz"),
        ("Faa'a", "faa a"),
        ("e\u0301te\u0301", "ete"),
        ("ﬁn ™", "fin tm"),
        ("100 % _", "100"),
        ("\x00\u202e", ""),
        ("", ""),
    ],
)
def test_fold_gives_the_plain_key(typed, key):
    assert fold(typed) == key


@given(st.text())
def test_fold_keeps_only_plain_signs_and_is_stable(text):
    key = fold(text)

    assert re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*|", key)
    assert fold(key) == key
    assert fold(text.upper()) == fold(fold(text.upper()))
