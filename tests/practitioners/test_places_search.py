"""Finding a commune: typed in any manner, by its code or address, around a point; the most populous first."""

import math

import pytest

from practitioners.models import Place
from practitioners.selectors.places import (
    MOST_RESULTS,
    nearest_place,
    place_by_insee,
    place_by_slug,
    resolve_place,
    search_places,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_of_france(france, db):
    """Every test here searches among all communes."""


def labels(typed, limit=10):
    return [place.label for place in search_places(typed, limit)]


@pytest.mark.parametrize("typed", ["st denis", "Saint-Denis", "SAINT DENIS", "saint denis", "St-Denis", "sàint-dénis"])
def test_saint_denis_is_found_however_it_is_written(typed):
    assert labels(typed)[:2] == ["Saint-Denis (974)", "Saint-Denis (93)"]


@pytest.mark.parametrize(
    "typed", ["Lilas", "les lilas", "LES LILAS", "93260", "93260 Les Lilas", "Lilas (93)", "lilas 93"]
)
def test_les_lilas_are_found_with_and_without_the_article(typed):
    assert labels(typed)[0] == "Les Lilas (93)"


@pytest.mark.parametrize(
    "typed", ["lyon 3", "Lyon 3e", "lyon 3ème", "Lyon 03", "lyon 3e arrondissement", "Lyon 3e (69)"]
)
def test_arrondissement_is_found_by_its_number(typed):
    assert labels(typed) == ["Lyon 3e (69)"]


def test_article_left_out_does_not_hide_a_name_that_others_begin_with():
    found = labels("port")

    assert found[0] == "Le Port (974)"
    assert "Port-de-Bouc (13)" in found


def test_city_comes_before_its_arrondissements():
    [lyon, *others] = search_places("lyon", 5)

    assert (lyon.pk, lyon.parent_id) == ("69123", None)
    assert {"69003", "69009"} <= set(lyon.postcodes)
    assert [other.parent_id for other in others] == ["69123"] * 4


def test_first_arrondissement_stays_in_the_list_of_those_that_begin_with_one():
    assert "Paris 1er (75)" in labels("paris 1", limit=3)


def test_postcode_finds_every_commune_that_has_it_most_populous_first():
    assert labels("97400") == ["Saint-Denis (974)"]
    assert labels("69003") == ["Lyon (69)", "Lyon 3e (69)"]
    assert labels("97500") == ["Saint-Pierre (975)", "Miquelon-Langlade (975)"]


def test_beginning_of_a_postcode_is_enough():
    assert "Les Lilas (93)" in labels("9326", limit=MOST_RESULTS)
    assert {label[-5:] for label in labels("974")} == {"(974)"}
    assert labels("93", limit=2) == ["Saint-Denis (93)", "Montreuil (93)"]
    assert labels("2a")[0] == labels("20")[0] == "Ajaccio (2A)"
    assert labels("978") == ["Saint-Martin (978)"]


def test_name_with_a_department_or_a_postcode_is_narrowed_to_it():
    assert labels("saint denis 974") == ["Saint-Denis (974)"]
    assert labels("Saint-Denis (93)") == ["Saint-Denis (93)"]
    assert labels("saint barthelemy 977") == ["Saint-Barthélemy (977)"]
    assert labels("bastia 2b") == ["Bastia (2B)"]
    assert labels("Marseille (13)")[0] == "Marseille (13)"
    assert labels("marseille 13") == ["Marseille 13e (13)"]


def test_results_are_sorted_by_population_and_bounded():
    found = search_places("saint", 500)

    assert len(found) == MOST_RESULTS
    assert [place.population for place in found] == sorted((place.population for place in found), reverse=True)
    assert len(search_places("saint", 0)) == 1


def test_small_commune_typed_whole_is_kept_among_larger_ones():
    assert "Eu (76)" in labels("eu")
    assert labels("mont", limit=20)[0] == "Montpellier (34)"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("marseile", "Marseille (13)"),
        ("toulose", "Toulouse (31)"),
        ("bordaux", "Bordeaux (33)"),
        ("monpelier", "Montpellier (34)"),
    ],
)
def test_misspelled_city_is_found(typed, meant):
    assert meant in labels(typed)


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "_", "xqzwkv", "00000", "x" * 10_000, "\x00", "\u202e", "9" * 40, "((", "💊"]
)
def test_text_that_names_no_place_finds_nothing(typed):
    assert search_places(typed) == []
    assert resolve_place(typed) is None


@pytest.mark.parametrize(
    ("typed", "insee"),
    [
        ("Lyon", "69123"),
        ("eu", "76255"),
        ("lilas", "93045"),
        ("69003", "69383"),
        ("75116", "75116"),
        ("93260", "93045"),
        ("Saint-Denis (974)", "97411"),
        ("montp", "34172"),
    ],
)
def test_free_text_resolves_to_the_place_most_likely_meant(typed, insee):
    assert resolve_place(typed).pk == insee


@pytest.mark.parametrize(("code", "name"), [("69123", "Lyon"), ("2a004", "Ajaccio"), (" 97411 ", "Saint-Denis")])
def test_place_is_found_by_insee_code(code, name):
    assert place_by_insee(code).name == name


@pytest.mark.parametrize("code", ["", "00000", "lyon", "69123\x00", "691234", "' OR 1=1", "９７４１１"])
def test_unknown_insee_code_finds_nothing(code):
    assert place_by_insee(code) is None


@pytest.mark.parametrize(
    ("slug", "insee"),
    [("lyon", "69123"), ("les-lilas", "93045"), ("saint-denis-93", "93066"), ("saint-denis", "97411")],
)
def test_place_is_found_by_its_address(slug, insee):
    assert place_by_slug(slug).pk == insee


@pytest.mark.parametrize("slug", ["", "nulle-part", "LYON", "lyon\x00", "a" * 500])
def test_unknown_address_finds_nothing(slug):
    assert place_by_slug(slug) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "label"),
    [
        (48.8799, 2.4206, "Les Lilas (93)"),
        (45.760, 4.850, "Lyon 3e (69)"),
        (-20.88, 55.45, "Saint-Denis (974)"),
        (-17.56, -149.555, "Papeete (987)"),
        (45.0, -2.5, "Lège-Cap-Ferret (33)"),
    ],
)
def test_nearest_place_is_the_one_with_the_nearest_centre(latitude, longitude, label):
    assert nearest_place(latitude, longitude).label == label


def test_nearest_place_is_never_further_than_any_other():
    communes = list(Place.objects.filter(latitude__isnull=False).values_list("pk", "latitude", "longitude"))
    points = [
        *((latitude / 10, longitude / 10) for latitude in range(430, 500, 23) for longitude in range(-30, 75, 35)),
        *((4.5, -53.5), (-21.2, 55.5), (-20.8, 166.0), (44.3, -2.0), (46.1, -2.5), (45.2, -3.5), (41.9, 8.1)),
    ]

    for latitude, longitude in points:
        shrink = math.cos(math.radians(latitude))
        distances = {pk: math.hypot(north - latitude, (east - longitude) * shrink) for pk, north, east in communes}
        assert nearest_place(latitude, longitude).pk == min(distances, key=lambda pk: (distances[pk], pk))


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, 0.0), (90.0, 0.0), (float("nan"), 2.0), (48.0, float("inf")), (123.0, 2.0), (48.0, 200.0)],
)
def test_no_place_is_near_the_open_sea_or_an_absurd_point(latitude, longitude):
    assert nearest_place(latitude, longitude) is None


@pytest.mark.parametrize(
    ("typed", "queries"), [("lyon", 1), ("93260", 1), ("saint denis 974", 2), ("marseile", 2), ("", 0)]
)
def test_search_costs_a_fixed_number_of_queries(django_assert_num_queries, typed, queries):
    with django_assert_num_queries(queries):
        search_places(typed, MOST_RESULTS)


def test_parent_is_shown_without_the_label_asking_for_it(django_assert_num_queries):
    place = Place.objects.get(pk="69383")

    with django_assert_num_queries(0):
        assert str(place) == "Lyon 3e (69)"
