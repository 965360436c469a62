"""What was typed in the two fields, read as a search or as a question to ask."""

from datetime import UTC, date, datetime

import pytest

from booking.search.asked import Asked
from booking.search.understanding import asked_otherwise, understand
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(dermatology, general_practice, lyon):
    PlaceFactory()
    for insee, slug, department, population in (
        ("97411", "saint-denis-974", "974", 150_000),
        ("93066", "saint-denis-93", "93", 113_000),
        ("11339", "saint-denis-11", "11", 450),
    ):
        PlaceFactory(
            insee=insee,
            name="Saint-Denis",
            slug=slug,
            department=department,
            population=population,
            postcodes=[f"{department:0<5}"],
            latitude=-20.9,
            longitude=55.4,
            timezone="Indian/Reunion" if department == "974" else "Europe/Paris",
        )


def place_of(**asked):
    found = understand(Asked(**asked))
    return found.query.place.insee if found.query.place else None


def test_text_is_a_specialty_and_a_place(dermatology):
    found = understand(Asked(q="Dermatologue", ou="lyon"))

    assert (found.query.specialty, found.query.place.insee, found.query.words) == (dermatology, "69123", ())
    assert found.is_ready


def test_choices_of_the_comboboxes_are_taken_as_they_are(dermatology):
    found = understand(Asked(q="Dermatologue", specialite="dermatologue", ou="Lyon (69)", lieu="69123"))

    assert (found.query.specialty, found.query.place.insee) == (dermatology, "69123")


def test_text_changed_without_script_wins_over_the_choice_left_beside_it(general_practice):
    found = understand(Asked(q="généraliste", specialite="dermatologue", ou="Les Lilas", lieu="69123"))

    assert (found.query.specialty, found.query.place.insee) == (general_practice, "93045")


def test_name_beside_a_specialty_narrows_it(dermatology):
    for asked in (Asked(q="martin", specialite="dermatologue"), Asked(q="Dr Martin dermato")):
        query = understand(asked).query
        assert (query.specialty, query.words) == (dermatology, ("martin",))


@pytest.mark.parametrize("typed", ["dermato lyon", "dermatologue à Lyon", "Lyon dermatologue"])
def test_town_typed_in_the_first_field_is_a_place(typed):
    query = understand(Asked(q=typed)).query

    assert (query.specialty.slug, query.place.insee, query.words) == ("dermatologue", "69123", ())


def test_small_town_in_the_first_field_may_be_a_name():
    PlaceFactory(insee="10228", name="Marcilly", slug="marcilly", population=300)

    assert understand(Asked(q="dermato marcilly")).query.words == ("marcilly",)
    assert understand(Asked(q="dermato à marcilly")).query.place.insee == "10228"


@pytest.mark.parametrize(
    ("typed", "insee"),
    [("93260", "93045"), ("LYON", "69123"), ("saint denis 974", "97411"), ("Saint-Denis (11)", "11339")],
)
def test_clear_place_is_taken(typed, insee):
    assert place_of(ou=typed) == insee


def test_namesakes_of_like_size_are_asked_about():
    found = understand(Asked(q="dermatologue", ou="saint denis"))

    assert found.query.place is None
    assert not found.is_ready
    assert [place.insee for place in found.place_choices] == ["97411", "93066", "11339"]


def test_far_larger_namesake_is_taken_and_the_others_offered():
    PlaceFactory(insee="16196", name="Lyon", slug="lyon-16", department="16", population=200)

    found = understand(Asked(ou="lyon"))

    assert found.query.place.insee == "69123"
    assert [place.insee for place in found.place_choices] == ["16196"]
    assert found.is_ready


def test_unknown_place_is_said_to_be():
    for asked in (Asked(ou="Zzyzx"), Asked(lieu="99999"), Asked(q="dermato", ou="@@@", lieu="")):
        found = understand(asked)
        assert (found.query.place, found.is_ready) == (None, False)
    assert understand(Asked(ou="Zzyzx")).place_unknown


def test_around_me_measures_from_the_point_and_knows_the_commune():
    query = understand(Asked(ou="Autour de moi", autour=(48.881, 2.41))).query

    assert (query.point, query.place.insee) == ((48.881, 2.41), "93045")


def test_place_typed_over_around_me_wins():
    query = understand(Asked(ou="Lyon", autour=(48.881, 2.41))).query

    assert (query.place.insee, query.latitude) == ("69123", None)


def test_day_begins_on_the_clock_of_the_place():
    asked = Asked(lieu="97411", avant=date(2026, 11, 25))
    assert understand(asked).query.available_before == datetime(2026, 11, 24, 20, tzinfo=UTC)
    asked = Asked(q="dermato", avant=date(2026, 11, 25))
    assert understand(asked).query.available_before == datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["de la", "dr", "!!!", "a"])
def test_words_that_name_nobody_are_asked_about(typed):
    found = understand(Asked(q=typed))

    assert not found.is_ready or found.query.words


def test_nothing_asked_is_not_a_search():
    assert not understand(Asked()).is_ready


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("martin lyon", "martin"),
        ("dr Martin à Lyon", "dr Martin"),
        ("martin 69001", "martin"),
        ("lyon martin", "martin"),
        ("martin dermato lyon", "martin dermato"),
    ],
)
def test_name_and_town_in_one_field_are_read_apart_when_nobody_is_called_so(typed, who):
    asked = Asked(q=typed)
    other = asked_otherwise(asked, understand(asked))

    assert other == Asked(q=who, lieu="69123")


@pytest.mark.parametrize(
    "asked", [Asked(q="martin"), Asked(q="lyon"), Asked(q="martin lyon", ou="Paris"), Asked(q="a b c d")]
)
def test_nothing_else_is_read_without_both_a_name_and_a_town(asked):
    assert asked_otherwise(asked, understand(asked)) is None
