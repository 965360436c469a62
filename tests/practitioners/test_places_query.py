"""What is typed to name a place is read the way people mean it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practitioners.reference.place_query import LONGEST, PlaceQuery, read_place_query


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("St Denis", PlaceQuery("saint denis")),
        ("Ste-Foy", PlaceQuery("sainte foy")),
        ("  LYON   3ème arrondissement", PlaceQuery("lyon 3e")),
        ("Lyon 03", PlaceQuery("lyon 3")),
        ("paris 1er", PlaceQuery("paris 1er")),
        ("93260", PlaceQuery("", postcode="93260")),
        ("9326", PlaceQuery("", postcode="9326")),
        ("2a", PlaceQuery("", department="2A")),
        ("93260 Les Lilas", PlaceQuery("les lilas", postcode="93260")),
        ("Lyon Cedex 03", PlaceQuery("lyon 3")),
        ("Marseille (13)", PlaceQuery("marseille", department="13")),
        ("Ajaccio (2a) ", PlaceQuery("ajaccio", department="2A")),
        ("", PlaceQuery("")),
        (" - ", PlaceQuery("")),
    ],
)
def test_typed_text_is_read_as_meant(typed, query):
    assert read_place_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("marseille 13", PlaceQuery("marseille", postcode="13")),
        ("saint denis 974", PlaceQuery("saint denis", postcode="974")),
        ("ajaccio 2a", PlaceQuery("ajaccio", department="2A")),
        ("les lilas 9326", PlaceQuery("les lilas", postcode="9326")),
        ("les lilas", None),
        ("les lilas 93260", None),
        ("marseille (13)", None),
    ],
)
def test_last_number_can_be_read_a_second_way(typed, other):
    assert read_place_query(typed).without_last_number() == other


@given(st.text())
def test_any_text_is_read_within_bounds(text):
    query = read_place_query(text)

    assert len(query.name) <= LONGEST * 20
    assert query.without_last_number() is None or query.name
