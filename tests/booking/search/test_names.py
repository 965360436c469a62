"""Finding people and practices by what is typed of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import ListedName, ListedWord
from booking.search.asked import Asked
from booking.search.names import near_words
from booking.search.refresh import refresh_all
from booking.search.results import search
from booking.search.text import edit_distance, name_words, practice_words
from booking.search.understanding import understand
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db

WORDS = st.text("abcd", max_size=7)


def found_by(visitor, typed, **asked):
    found = search(visitor, understand(Asked(q=typed, **asked)).query)
    return [result.practitioner.last_name for result in found.results]


@pytest.mark.parametrize(
    "typed",
    [
        "Lefèvre",
        "lefevre",
        "LEFEVRE",
        "Dr Lefèvre",
        "docteur lefevre",
        "Hélène Lefèvre",
        "lefevre helene",
        "Pr. Hélène LEFEVRE",
        "lefe",
        "hel lef",
        "Lefébvre",
        "lefevr",
        "lefevree",
        "elfevre",
        "Hélène Lefebvre",
    ],
)
def test_person_is_found_however_the_name_is_typed(listed, visitor, typed):
    listed("Hélène Lefèvre")
    listed("Claire Martin")

    assert found_by(visitor, typed) == ["Lefèvre"]


def test_each_word_must_match(listed, visitor):
    listed("Hélène Lefèvre")
    listed("Claire Martin")

    assert found_by(visitor, "helene martin") == []


@pytest.mark.parametrize("typed", ["xyzw", "%", "_", "\\", "'", "a%b", "';--"])
def test_signs_and_unknown_names_find_nobody(listed, visitor, typed):
    listed("Hélène Lefèvre")
    understood = understand(Asked(q=typed))

    assert not understood.is_ready or search(visitor, understood.query).results == []


def test_whole_word_comes_before_the_beginning_of_one(listed, visitor):
    listed("Ana Martinez", km=0)
    listed("Ana Martin", km=5)

    assert found_by(visitor, "martin", autour=(48.88, 2.416)) == ["Martin", "Martinez"]


def test_exact_spelling_hides_names_that_are_only_alike(listed, visitor):
    listed("Ana Martin")
    listed("Ana Marlin")

    assert found_by(visitor, "marlin") == ["Marlin"]


def test_names_spelt_nearly_so_are_said_to_be(listed, visitor):
    listed("Ana Nguyen")
    query = understand(Asked(q="ngyuen")).query

    found = search(visitor, query)

    assert ([result.practitioner.last_name for result in found.results], found.alike) == (["Nguyen"], True)


def test_short_words_are_not_guessed(listed, visitor):
    listed("Ana Roy")

    assert found_by(visitor, "rou") == []


def test_name_elsewhere_is_better_than_another_name_here(listed, visitor, lyon):
    listed("Ana Marlin", place=lyon)
    PlaceFactory()

    assert found_by(visitor, "marlin", lieu="93045") == []
    assert found_by(visitor, "marlin", lieu="69123") == ["Marlin"]


def test_practice_is_found_by_its_telling_words(listed, visitor):
    listed("Claire Martin", practice="Maison de santé des Lilas")
    listed("Vincent Roux", practice="Cabinet du parc")

    assert found_by(visitor, "maison de santé des lilas") == ["Martin"]
    assert found_by(visitor, "Parc") == ["Roux"]


def test_person_comes_before_a_practice_of_that_name(listed, visitor):
    listed("Claire Martin", practice="Cabinet Lilas")
    listed("Ana Lilas", km=9)

    assert found_by(visitor, "lilas", autour=(48.88, 2.416)) == ["Lilas", "Martin"]


def test_second_half_of_a_double_name_finds_its_bearer(listed, visitor):
    listed("Anne-Sophie Martin-Dupont")

    assert found_by(visitor, "dupont") == ["Martin-Dupont"]
    assert found_by(visitor, "anne sophie martin dupont") == ["Martin-Dupont"]
    assert found_by(visitor, "Le Goff") == []


def test_particles_are_part_of_the_name(listed, visitor):
    listed("Yann Le Goff")

    assert found_by(visitor, "le goff") == ["Le Goff"]
    assert found_by(visitor, "dr le goff yann") == ["Le Goff"]


def test_words_follow_a_change_of_name_and_leave_with_the_listing(listed):
    agenda = listed("Hélène Lefèvre")
    person = agenda.practitioner
    person.last_name = "Moreau"
    person.save()
    refresh_all([person.pk])

    assert set(ListedWord.objects.filter(source="name").values_list("word", flat=True)) == {"helene", "moreau"}
    assert dict(ListedName.objects.values_list("name", "listings")) == {"helene": 1, "lefevre": 0, "moreau": 1}

    person.verification = "declared"
    person.save()
    refresh_all([person.pk])
    assert ListedWord.objects.count() == 0
    assert set(ListedName.objects.values_list("listings", flat=True)) == {0}


def test_likelier_words_are_the_nearest_then_the_most_borne(listed):
    for name in ("Ana Martin", "Bea Martin", "Cleo Marlin", "Dora Martini"):
        listed(name)

    assert near_words("martin") == ["martin", "marlin", "martini"]
    assert near_words("mrtin") == ["martin"]
    assert near_words("zz") == []


@given(WORDS, WORDS)
def test_edit_distance_is_a_distance(one, other):
    assert edit_distance(one, one, 9) == 0
    assert edit_distance(one, other, 9) == edit_distance(other, one, 9)
    assert (edit_distance(one, other, 9) == 0) == (one == other)
    assert edit_distance(one, other, 9) <= max(len(one), len(other))
    assert edit_distance(one, other, 2) == min(3, edit_distance(one, other, 9))


def test_edit_distance_counts_a_swap_as_one():
    assert edit_distance("duopnt", "dupont", 2) == 1
    assert edit_distance("dupon", "dupont", 2) == 1
    assert edit_distance("dupond", "dupont", 2) == 1
    assert edit_distance("duppont", "dupont", 2) == 1


def test_words_of_names_and_practices():
    assert name_words("Anne-Sophie", "Le Goff") == {"anne", "sophie", "annesophie", "le", "goff", "legoff"}
    assert practice_words("Maison de santé des Lilas") == {"lilas"}
    assert practice_words("Cabinet médical") == set()
