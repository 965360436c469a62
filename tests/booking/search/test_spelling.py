"""Names typed with a slip, with particles apart or not, with a married name: the wanted one is among the first ten."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bench.typos import KINDS, mixed_names, shipped_surnames, typos
from booking.models import ListedName
from booking.search import ranking
from booking.search.asked import Asked
from booking.search.names import by_spelling
from booking.search.query import SearchQuery
from booking.search.ranking import ranked_page
from booking.search.results import search
from booking.search.spelling import spelt
from booking.search.suggestions import suggestions
from booking.search.text import edit_distance, is_one_slip, name_words, spellings_of, typed_names, words_of
from booking.search.understanding import understand
from core.text import fold

WORDS = st.text("abc", min_size=1, max_size=6)


def found_by(visitor, typed, **asked):
    found = search(visitor, understand(Asked(q=typed, **asked)).query)
    return [result.practitioner.last_name for result in found.results]


@given(WORDS, WORDS)
def test_one_slip_is_a_distance_of_one(one, other):
    assert is_one_slip(one, other) == (edit_distance(one, other, 2) <= 1)


@given(st.text("abcdefgh", min_size=4, max_size=12), st.integers(0, 3), st.randoms(use_true_random=False))
def test_every_slip_shares_a_key_with_its_word(word, kind, random):
    if len(set(word)) < 2:
        return
    slip = next(slip for name, _, slip in typos([word], random) if name == KINDS[kind])

    assert keys_of(word) & keys_of(slip)


def keys_of(word: str) -> set[str]:
    """What `booking_slips` computes; the next test compares."""
    head = word[:8]
    return {head, *(head[:n] + head[n + 1 :] for n in range(len(head)))}


@pytest.mark.django_db
def test_keys_are_those_of_the_database():
    with connection.cursor() as cursor:
        for word in ("roy", "martin", "grandjean", "vandenberghe"):
            cursor.execute("SELECT booking_slips(%s)", [word])
            assert set(cursor.fetchone()[0]) == keys_of(word)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Dr de La Tour", ("de la tour",)),
        ("Le Goff Yann", ("le goff", "yann")),
        ("Dupont épouse Martin", ("dupont", "martin")),
        ("cabinet du parc", ("du parc",)),
        ("N'Diaye", ("n diaye",)),
        ("roussel j", ("roussel",)),
        ("Née", ("nee",)),
        ("St Étienne", ("saint", "etienne")),
        ("la", ("la",)),
    ],
)
def test_typed_words_keep_their_particles_and_no_link(typed, words):
    assert typed_names(words_of(typed)) == words


def test_spellings_of_a_name_with_particles():
    assert spellings_of("de la tour") == ("tour", "delatour", "latour")
    assert name_words("Marie", "de La Tour") == {"marie", "de", "la", "tour", "delatour", "latour"}
    assert name_words("Anne", "Dupont épouse Martin") == {"anne", "dupont", "martin", "dupontmartin"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("de La Tour", "delatour"),
        ("de La Tour", "La Tour"),
        ("de La Tour", "de la toru"),
        ("Delatour", "de la Tour"),
        ("Le Goff", "legoff"),
        ("Legoff", "Le Goff"),
        ("d’Estaing", "destaing"),
        ("Destaing", "d'Estaing"),
        ("Martin-Dupont", "Martin Dupont"),
        ("Martin-Dupont", "martin-dupnot"),
        ("Dupont épouse Martin", "Martin-Dupont"),
        ("Dupont épouse Martin", "dupont ep martin"),
        ("Saint-Étienne", "St Etienne"),
        ("ST ETIENNE", "saint-étienne"),
        ("Sainte-Marie", "Ste Marie"),
        ("Lefèvre", "LEFVRE"),
        ("Roux", "rox"),
        ("NDiaye", "n'diaye"),
        ("Hue", "Ana-Lou Hue"),
        ("Hue", "analou hue"),
    ],
)
def test_name_is_found_by_another_spelling(stated, visitor, name, typed):
    stated("Ana Quelconque")
    stated(f"{'Ana-Lou' if name == 'Hue' else 'Zoé'} {name}")

    assert found_by(visitor, typed) == [name]


@pytest.mark.django_db
def test_beginning_comes_first_then_names_spelt_nearly_so(stated, visitor):
    for name in ("Martin", "Martineau", "Martin", "Barti", "Zola"):
        stated(f"Ana {name}")

    found = search(visitor, understand(Asked(q="marti")).query)

    assert [(one.practitioner.last_name, one.alike) for one in found.results] == [
        ("Martin", False),
        ("Martineau", False),
        ("Martin", False),
        ("Barti", True),
    ]
    assert not found.alike


@pytest.mark.django_db
def test_many_of_that_very_name_and_beginning_leave_room_for_names_spelt_nearly_so(stated, visitor):
    for name in ("Bourgon",) * 5 + ("Bourgonet", "Bourgonry", "Bourgons", "Bourgondi", "Bourgoin"):
        stated(f"Ana {name}")
    ListedName.objects.filter(name="bourgoin").update(listings=132)

    first_ten = found_by(visitor, "bourgon")[:10]

    assert first_ten[:5] == ["Bourgon"] * 5
    assert "Bourgoin" in first_ten[5:9]


@pytest.mark.django_db
def test_around_a_place_nobody_is_lost_among_all_who_bear_the_beginning_elsewhere(stated, visitor, monkeypatch):
    for name in ("Martin", "Martineau", "Marty", "Martel"):
        stated(f"Ana {name}")
    monkeypatch.setattr(ranking, "MOST_PEOPLE", 1)

    query = understand(Asked(q="mar")).query
    assert len(search(visitor, query).results) == 1
    around = replace(query, latitude=48.88, longitude=2.42)
    assert len(search(visitor, around).results) == 4


@pytest.mark.django_db
def test_rare_name_leads_to_one_that_many_more_bear(stated, visitor):
    stated("Ana Matin")
    stated("Bea Martin")
    assert found_by(visitor, "matin") == ["Matin"]

    ListedName.objects.filter(name="martin").update(listings=40)
    assert found_by(visitor, "matin") == ["Matin", "Martin"]


@pytest.mark.django_db
def test_suggestions_forgive_a_slip(stated, visitor):
    stated("Ana Lefèvre")

    people = suggestions(visitor, "lefvre")[1]

    assert [one.label for one in people.options] == ["Dr Ana Lefèvre"]


@pytest.fixture
def many_names(db):
    """Four thousand names, those of the shipped list among them, each borne by one to twenty people; by practitioner."""
    random = Random(11)
    shipped = sorted({word for name in shipped_surnames() for word in fold(name).split() if len(word) > 3})
    words = mixed_names(random, shipped, 4000)
    bearers = [word for word in words for _ in range(random.randrange(2, 21) if word in set(shipped[::2]) else 1)]
    with connection.cursor() as cursor:
        # Foreign keys are not what is measured.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO booking_listing (id, agenda_id, practitioner_id, specialty_id, place_id, department, sector,"
            " languages, modes, wheelchair, new_patients, bookable, alone, refreshed_at) SELECT n, n, n, 1, '93045', '93', '',"
            " '{}', '{}', false, false, false, true, now() FROM generate_series(1, %s) n",
            [len(bearers)],
        )
        cursor.execute(
            "INSERT INTO booking_listedword (practitioner_id, word, source)"
            " SELECT n, word, 'name' FROM unnest(%s::text[]) WITH ORDINALITY AS w(word, n)",
            [bearers],
        )
        cursor.execute(
            "INSERT INTO booking_listedname (name, listings) SELECT word, count(*) FROM booking_listedword GROUP BY word"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE booking_listedname, booking_listedword, booking_listing")
    return shipped, dict(enumerate(bearers, 1))


def first_ten(typed: str, names: dict[int, str]) -> list[str]:
    words = typed_names(words_of(typed))
    rows = ranked_page(SearchQuery(words=words), by_spelling(spelt(words)), offset=0, size=10)
    return [names[row.practitioner] for row in rows]


def test_nine_typos_in_ten_find_the_name_among_the_first_ten(many_names):
    shipped, names = many_names
    asked = Random(5).sample(list(typos(shipped, Random(3))), 240)
    found: Counter[str] = Counter(kind for kind, word, slip in asked if word in first_ten(slip, names))
    tried = Counter(kind for kind, _, _ in asked)

    assert {kind for kind in KINDS if found[kind] < 0.9 * tried[kind]} == set()


def test_whole_name_and_its_beginning_are_first(many_names):
    shipped, names = many_names

    for word in Random(7).sample(shipped, 20):
        assert first_ten(word, names)[0] == word
        begun = first_ten(word[:-1], names)
        assert begun[0].startswith(word[:-1])
