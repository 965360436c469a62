"""Names of every origin are kept as written and matched without accents, case or punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold
from patients.naming import clean_name, name_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jean-Paul  ", "Jean-Paul"),
        ("Ève", "Ève"),  # written with a combining accent
        ("O’Connor\u202e", "O’Connor"),
        ("Ma\u200bdo\u2066na\u2069", "Madona"),
        ("de\tLa\u00a0Tour", "de La Tour"),
        ("Nguyễn", "Nguyễn"),
        ("محمد", "محمد"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("李小龙", "李小龙"),
        ("a\x07b", "ab"),
    ],
)
def test_clean_name_keeps_what_is_seen(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Lefèvre",), ("LEFEVRE",)),
        (("Cœur",), ("coeur",)),
        (("D’Anjou",), ("d'anjou",)),
        (("Müller Jean",), ("Muller", "JEAN")),
        (("Αλέξης",), ("ΑΛΈΞΗΣ",)),
        (("Иван",), ("ИВАН",)),
    ],
)
def test_same_name_has_same_key(one, other):
    assert name_key(*one) == name_key(*other) != ""


@pytest.mark.parametrize(("one", "other"), [("李小龙", "王伟"), ("محمد", "فاطمة"), ("Иван", "Пётр"), ("", "李")])
def test_names_of_other_scripts_stay_apart(one, other):
    assert name_key(one) != name_key(other)


@given(st.text(alphabet="abcdeéèçœÀÎ'’- ", max_size=40))
def test_latin_key_is_the_folded_text(text):
    assert name_key(text).replace(" ", "") == fold(text).replace(" ", "")


@given(st.lists(st.text(max_size=80), max_size=3))
def test_key_fits_its_column(names):
    assert len(name_key(*names)) <= 260


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text):
    assert clean_name(clean_name(text)) == clean_name(text)
