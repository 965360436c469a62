"""What specialty a text means."""

import pytest

from booking.search.specialties import Lexicon
from practitioners.models import Specialty
from practitioners.reference.catalogue import read_specialties

LEXICON = Lexicon(
    Specialty(pk=row.position, **vars_)
    for row in read_specialties()
    for vars_ in [
        {
            name: getattr(row, name)
            for name in ("slug", "name", "name_en", "profession", "group", "codes", "synonyms", "position")
        }
    ]
)


def first(text):
    found = LEXICON.read(text).specialties
    return found[0].slug if found else None


@pytest.mark.parametrize("row", read_specialties(), ids=lambda row: row.slug)
def test_every_specialty_is_found_by_its_own_names(row):
    for text in (row.name, row.name_en, row.name.upper(), row.slug.replace("-", " ")):
        assert first(text) == row.slug, text


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("dermatologue", "dermatologue"),
        ("Dermatologues", "dermatologue"),
        ("dermato", "dermatologue"),
        ("derm", "dermatologue"),
        ("dermatolgue", "dermatologue"),
        ("dermatolouge", "dermatologue"),
        ("medecins generalistes", "medecin-generaliste"),
        ("Médecin", "medecin-generaliste"),
        ("docteur", "medecin-generaliste"),
        ("kiné", "kinesitherapeute"),
        ("kinesitherapete", "kinesitherapeute"),
        ("sage femme", "sage-femme"),
        ("sages-femmes", "sage-femme"),
        ("œil", None),
        ("yeux", "ophtalmologue"),
        ("opthalmologue", "ophtalmologue"),
        ("pediatre", "pediatre"),
        ("dentist", "dentiste"),
        ("orl", "orl"),
        ("psy", "psychiatre"),
        ("martin", None),
        ("de", None),
        ("", None),
    ],
)
def test_specialty_is_read_as_people_type_it(typed, slug):
    assert first(typed) == slug


@pytest.mark.parametrize(
    ("typed", "slug", "rest"),
    [
        ("dermatologue martin", "dermatologue", ("martin",)),
        ("martin dermato", "dermatologue", ("martin",)),
        ("Dr Martin", None, ("dr", "martin")),
        ("docteur Rein", None, ("docteur", "rein")),
        ("Dr Paul Rein", None, ("dr", "paul", "rein")),
        ("Dr Martin dermato", "dermatologue", ("dr", "martin")),
        ("Dr dermatologue", "dermatologue", ("dr",)),
        ("dr Martin dermatologue", "dermatologue", ("dr", "martin")),
        ("dentiste à Lyon", "dentiste", ("a", "lyon")),
        ("Claire Martin", None, ("claire", "martin")),
    ],
)
def test_words_of_a_name_are_left_over(typed, slug, rest):
    meant = LEXICON.read(typed)
    assert (meant.specialties[0].slug if meant.specialties else None, meant.rest) == (slug, rest)


def test_word_shared_by_several_specialties_gives_them_all():
    found = [specialty.slug for specialty in LEXICON.read("psy").specialties]
    assert found == ["psychiatre", "psychologue", "pedopsychiatre", "psychotherapeute"]
