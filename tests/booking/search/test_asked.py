"""The address of a search: lenient reading, faithful writing."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.search.asked import Asked


def test_every_parameter_is_read_and_written_back():
    address = {
        "q": "Dr Martin",
        "specialite": "dermatologue",
        "ou": "Lyon (69)",
        "lieu": "2A004",
        "autour": "48.88,2.416",
        "motif": "vaccination",
        "mode": "video",
        "secteur": "c1",
        "langue": "pt",
        "fauteuil": "1",
        "nouveaux": "1",
        "en_ligne": "1",
        "avant": "2026-11-25",
        "tri": "disponibilite",
        "page": "3",
    }

    asked = Asked.read(address)

    assert asked.autour == (48.88, 2.416)
    assert asked.avant == date(2026, 11, 25)
    assert dict(asked.pairs(page=3)) == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specialite", "A B"),
        ("lieu", "1"),
        ("lieu", "999999"),
        ("autour", "999,2"),
        ("autour", "nan,2"),
        ("autour", "1,2,3"),
        ("autour", "x"),
        ("mode", "swim"),
        ("secteur", "c9"),
        ("langue", "klingon"),
        ("fauteuil", "yes"),
        ("avant", "2026-13-45"),
        ("avant", "9999-01-01"),
        ("tri", "price"),
        ("page", "-1"),
        ("page", "x"),
        ("page", "²"),
    ],
)
def test_what_cannot_be_read_is_left_out(name, value):
    assert Asked.read({name: value}) == Asked()


def test_long_text_is_cut():
    assert len(Asked.read({"q": "é" * 10_000}).q) == 100


def test_page_is_bounded():
    assert Asked.read({"page": "99999"}).page == 25


@given(st.dictionaries(st.sampled_from(["q", "ou", "autour", "avant", "page", "lieu", "tri"]), st.text(max_size=60)))
def test_any_text_is_read_and_read_again_alike(given_texts):
    asked = Asked.read(given_texts)

    again = Asked.read(dict(parse_qsl(asked.query_string(page=asked.page).removeprefix("?"))))

    assert again == asked


def test_change_goes_back_to_the_first_page():
    asked = Asked(q="dermato", page=4)

    assert asked.query_string(mode="video") == "?q=dermato&mode=video"
    assert asked.query_string(page=5) == "?q=dermato&page=5"
    assert Asked().query_string() == ""


def test_filters_are_told_from_who_and_where():
    assert not Asked(q="x", specialite="y", ou="z", tri="disponibilite", page=2).is_filtered
    assert Asked(mode="video").is_filtered
    assert Asked(q="x", lieu="93045", mode="video", page=2).without_filters() == Asked(q="x", lieu="93045")
