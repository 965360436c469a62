"""Official communes and postal points are joined on what they share, and the best named point wins."""

import pytest

from practitioners.reference.join import PostalPoint, PostalPoints, build_communes

OFFICIAL = {"type": "commune-actuelle", "departement": "93", "region": "11", "population": 10}


def official(code, name, *postcodes, **more):
    return OFFICIAL | {"code": code, "nom": name, "codesPostaux": list(postcodes)} | more


def located(rows, points, fallback=None):
    communes = build_communes(rows, PostalPoints(points), fallback or {}, {})
    return {commune.insee: (commune.latitude, commune.longitude) for commune in communes}


def test_point_of_the_same_name_under_the_postcode_is_taken():
    points = [PostalPoint("93260", "bagnolet", "", 1, 1), PostalPoint("93260", "les lilas", "", 2, 2)]

    assert located([official("93045", "Les Lilas", "93260")], points) == {"93045": (2, 2)}


def test_point_whose_name_begins_the_commune_comes_before_its_neighbours():
    points = [PostalPoint("93400", "autre", "", 1, 1), PostalPoint("93400", "saint ouen", "", 2, 2)]

    assert located([official("93070", "Saint-Ouen-sur-Seine", "93400")], points) == {"93070": (2, 2)}


def test_commune_without_a_named_point_takes_a_real_point_among_the_crowd():
    points = [PostalPoint("98742", name, "", *at) for name, at in {"a": (0, 0), "b": (0, 1), "c": (9, 9)}.items()]

    assert located([official("98731", "Nuku-Hiva", "98742")], points) == {"98731": (0, 1)}


def test_overseas_point_is_found_by_its_insee_code():
    points = [PostalPoint("98790", "ailleurs", "98711", 3, 3), PostalPoint("98790", "anaa", "98999", 4, 4)]

    assert located([official("98711", "Anaa", "98790", departement="987")], points) == {"98711": (3, 3)}


def test_arrondissement_is_found_under_its_postal_name_and_shown_without_the_long_word():
    rows = [official("69383", "Lyon 3e Arrondissement", "69003", type="arrondissement-municipal", commune="69123")]
    points = PostalPoints([PostalPoint("69003", "lyon", "", 1, 1), PostalPoint("69003", "lyon 03", "", 2, 2)])

    [commune] = build_communes(rows, points, {}, {})

    assert (commune.name, commune.slug, commune.parent) == ("Lyon 3e", "lyon-3e", "69123")
    assert (commune.latitude, commune.longitude) == (2, 2)


def test_commune_without_any_point_takes_the_fallback_of_its_department_or_nothing():
    rows = [
        official("97701", "Saint-Barthélemy", "97133", departement="977"),
        official("93001", "Nulle-Part", "93999"),
    ]

    assert located(rows, [], {"977": (17.9, -62.8)}) == {"97701": (17.9, -62.8), "93001": (None, None)}


@pytest.mark.parametrize(
    "row",
    [
        official("98412", "Archipel des Kerguelen", departement="984"),
        official("01015", "Ancienne", "01000", type="commune-deleguee"),
    ],
)
def test_uninhabited_lands_and_former_communes_are_left_out(row):
    assert build_communes([row], PostalPoints([]), {}, {}) == []
