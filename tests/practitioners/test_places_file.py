"""The committed list of communes is complete, placed on the map and on the right clock."""

import re
from zoneinfo import ZoneInfo

import pytest

from practitioners.reference import COMMUNES_FILE
from practitioners.reference.communes import choose_slugs, read_communes, write_communes
from practitioners.reference.territories import zone_of


@pytest.fixture(scope="module")
def communes():
    return {commune.insee: commune for commune in read_communes(COMMUNES_FILE)}


def test_file_holds_every_commune_and_the_45_arrondissements(communes):
    cities = [commune.parent for commune in communes.values() if commune.parent]

    assert {city: cities.count(city) for city in set(cities)} == {"75056": 20, "69123": 9, "13055": 16}
    assert len(communes) - len(cities) > 34_900
    assert len({commune.department for commune in communes.values()}) == 96 + 5 + 3 + 3


def test_file_locates_nearly_all_of_the_population(communes):
    whole = [commune for commune in communes.values() if commune.parent is None]
    located = sum(commune.population for commune in whole if commune.latitude is not None)

    assert located / sum(commune.population for commune in whole) >= 0.99
    assert all(commune.latitude is not None for commune in communes.values() if commune.parent)


def test_rows_are_well_formed_and_their_addresses_unique(communes):
    for commune in communes.values():
        assert re.fullmatch(r"\d[\dAB]\d{3}", commune.insee)
        assert commune.postcodes, commune
        assert all(re.fullmatch(r"\d{5}", code) for code in commune.postcodes)
        assert (commune.latitude is None) == (commune.longitude is None)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", commune.slug)
    assert len({commune.slug for commune in communes.values()}) == len(communes)


def test_metropolitan_coordinates_lie_in_metropolitan_france(communes):
    outside = [
        commune
        for commune in communes.values()
        if commune.timezone == "Europe/Paris"
        and not (41.3 < commune.latitude < 51.2 and -5.2 < commune.longitude < 9.6)
    ]

    assert outside == []


@pytest.mark.parametrize(
    ("insee", "name", "latitude", "longitude"),
    [
        ("93045", "Les Lilas", 48.880, 2.418),
        ("69383", "Lyon 3e", 45.754, 4.862),
        ("97411", "Saint-Denis", -20.879, 55.448),
        ("97502", "Saint-Pierre", 46.778, -56.177),
        ("98735", "Papeete", -17.535, -149.570),
        ("98818", "Nouméa", -22.276, 166.458),
        ("97801", "Saint-Martin", 18.068, -63.083),
    ],
)
def test_known_places_are_where_they_are_to_a_tenth_of_a_degree(communes, insee, name, latitude, longitude):
    place = communes[insee]

    assert place.name == name
    assert (place.latitude, place.longitude) == (pytest.approx(latitude, abs=0.1), pytest.approx(longitude, abs=0.1))


@pytest.mark.parametrize(
    ("insee", "zone"),
    [
        ("75056", "Europe/Paris"),
        ("2A004", "Europe/Paris"),
        ("97105", "America/Guadeloupe"),
        ("97209", "America/Martinique"),
        ("97302", "America/Cayenne"),
        ("97411", "Indian/Reunion"),
        ("97502", "America/Miquelon"),
        ("97611", "Indian/Mayotte"),
        ("97701", "America/St_Barthelemy"),
        ("97801", "America/Marigot"),
        ("98613", "Pacific/Wallis"),
        ("98735", "Pacific/Tahiti"),
        ("98719", "Pacific/Gambier"),
        ("98818", "Pacific/Noumea"),
    ],
)
def test_places_follow_their_own_clock(communes, insee, zone):
    assert communes[insee].timezone == zone


def test_only_the_six_communes_of_the_marquesas_are_half_an_hour_ahead(communes):
    marquesas = {commune.name for commune in communes.values() if commune.timezone == "Pacific/Marquesas"}

    assert marquesas == {"Fatu-Hiva", "Hiva-Oa", "Nuku-Hiva", "Tahuata", "Ua-Huka", "Ua-Pou"}


def test_zone_of_each_commune_is_the_one_of_the_rule(communes):
    assert [one for one in communes.values() if one.timezone != zone_of(one.insee, one.department)] == []


def test_every_zone_is_known_to_this_machine(communes):
    zones = {commune.timezone for commune in communes.values()}

    assert {ZoneInfo(zone).key for zone in zones} == zones


def test_zone_of_an_unknown_overseas_department_is_refused():
    with pytest.raises(KeyError):
        zone_of("98401", "984")


def test_slugs_are_plain_until_a_name_is_shared():
    names = {
        "69123": ("Lyon", "69"),
        "93066": ("Saint-Denis", "93"),
        "97411": ("Saint-Denis", "974"),
        "14001": ("Sainte-Croix", "14"),
        "14002": ("Sainte Croix", "14"),
    }

    assert choose_slugs(names, {}) == {
        "69123": "lyon",
        "93066": "saint-denis-93",
        "97411": "saint-denis-974",
        "14001": "sainte-croix-14001",
        "14002": "sainte-croix-14002",
    }


def test_slugs_once_given_stay_and_are_never_given_again():
    kept = {"69123": "lyon", "11111": "thann"}

    assert choose_slugs({"69123": ("Lyon-Ville", "69"), "22222": ("Lyon", "22"), "33333": ("Thann", "33")}, kept) == {
        "69123": "lyon",
        "22222": "lyon-22",
        "33333": "thann-33",
    }


def test_file_written_again_is_the_same_to_the_byte(communes, tmp_path):
    copy = tmp_path / "copy.csv.gz"

    write_communes(copy, reversed(communes.values()))

    assert copy.read_bytes() == COMMUNES_FILE.read_bytes()
