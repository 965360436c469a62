"""SMS speak a small alphabet; what is outside of it is brought back to it, and lengths are counted as they are paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import gsm7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rendez-vous à 9\u00a0h\u00a040", "Rendez-vous à 9 h 40"),
        ("l’hôtel, ça, forêt, Noël", "l'hotel, ca, foret, Noel"),
        ("« Œuvre » – fin…", '" OEuvre " - fin...'),
        ("30 €", "30 €"),
        ("1ᵉʳ décembre", "1er décembre"),
        ("😀 中", "? ?"),
    ],
)
def test_text_is_brought_back_to_the_alphabet(text, expected):
    assert gsm7.to_gsm7(text) == expected


@given(st.text(max_size=400))
def test_result_is_always_in_the_alphabet_and_stable(text):
    once = gsm7.to_gsm7(text)

    assert gsm7.to_gsm7(once) == once
    assert all(letter in gsm7._BASIC or letter in gsm7._EXTENDED for letter in once)


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("a" * 307, 3)]
)
def test_parts_are_counted_as_they_are_paid(text, count):
    assert gsm7.parts(text) == count
