"""Which words of a search find an information page."""

import pytest

from core.text import fold
from portal.health_match import is_one_letter_away, score, subject_words

TITLE = fold("Médecin de garde, dentiste, pharmacie").split()
KEYWORDS = fold("nuit week-end 116117 sas permanence").split()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("garde", True),
        ("gar", True),
        ("qui appeler la nuit", False),
        ("médecin la nuit", True),
        ("permanance", True),
        ("116117", True),
        ("dentiste garde", True),
        ("dentiste lyon", False),
        ("ga", False),
        ("sos", False),
    ],
)
def test_each_word_must_be_of_the_page(asked, found):
    assert bool(score(subject_words(asked), TITLE, KEYWORDS)) is found


def test_empty_words_name_nothing():
    assert subject_words("Qui est mon ?") == ()


@pytest.mark.parametrize(
    ("one", "other"), [("garde", "grade"), ("garde", "gardes"), ("garde", "gard"), ("garde", "gerde")]
)
def test_one_letter_more_less_changed_or_swapped(one, other):
    assert is_one_letter_away(one, other)
    assert is_one_letter_away(other, one)
    assert not is_one_letter_away(one, "cadre")
