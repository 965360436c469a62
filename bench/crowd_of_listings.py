"""Half a million people of the register, written as an import writes them, and the questions that `bench.directory` asks.

Communes are the real ones, drawn by population; one specialty holds a fifth; one person in eight has joined and has
a free hour mostly. Half bear a name of the shipped list, the first ones far more often; the others one that looks like it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from bench.databases import connect
from bench.typos import mixed_names, shipped_surnames, typos
from booking.search.names import by_beginnings, by_spelling, near_words, typed_names
from booking.search.query import AVAILABILITY, DISTANCE, SearchQuery
from booking.search.ranking import ranked_page
from booking.search.spelling import spelt
from booking.search.text import words_of
from booking.search.unjoined import Written, refresh_relation
from core.text import fold
from practitioners.models import Place, Specialty
from practitioners.register.sample_names import FIRST_NAMES
from practitioners.services.reference import load_reference

DATABASE = "bench_directory"
LISTINGS = int(os.environ.get("LISTINGS", "500000"))
CALLS = 200
BIG, SMALL = 30, 2_000

PEOPLE = """
INSERT INTO practitioners_practitioner (uid, slug, rpps, title, first_name, last_name, name_key, specialty_id, sector, optam,
  languages, payment_means, vitale, presentation, verification, created_at)
SELECT gen_random_uuid(), 'p-' || n, lpad(n::text, 11, '0'), 'Dr', first, last, '', specialty, '', false, '{fr}', '', true, '',
  'register', now()
FROM unnest(%s::text[], %s::text[], %s::bigint[]) WITH ORDINALITY AS p(first, last, specialty, n)
"""
SITES = """
INSERT INTO practitioners_registersite (uid, practitioner_id, key, name, street, postcode, place_id, latitude, longitude, phone,
  email, sector_code, genre_code, first_seen_on, gone)
SELECT gen_random_uuid(), p.id, md5(p.id::text), CASE p.id %% 3 WHEN 0 THEN 'CABINET MEDICAL DES ' || upper(pl.name) ELSE '' END,
  '1 RUE HAUTE', pl.postcodes[1], pl.insee, pl.latitude, pl.longitude, '+33199001234', '', 'SA07', 'GENR01', '2026-11-01', false
FROM unnest(%s::text[]) WITH ORDINALITY AS s(insee, n) JOIN practitioners_practitioner p ON p.slug = 'p-' || s.n
JOIN practitioners_place pl USING (insee)
"""
JOINED = """
UPDATE booking_listing SET agenda_id = id, site_id = NULL, bookable = true, new_patients = true, sector = 'c1',
  modes = '{office}', languages = '{fr}', wheelchair = id % 5 < 3,
  next_start = CASE WHEN id % 20 < 17 THEN now() + (id % 43200) * interval '1 minute' END
WHERE practitioner_id % 8 = 0
"""


class Crowd:
    """What the questions draw from: names by person, shipped words, towns and hamlets."""

    def __init__(self, random: Random) -> None:
        load_reference()
        shipped = shipped_surnames()
        self.shipped = sorted({word for name in shipped for word in fold(name).split() if len(word) > 3})
        made = mixed_names(random, self.shipped, max(2_000, LISTINGS // 4))
        weights = [1 / (n + 20) for n in range(len(shipped))]
        half = LISTINGS // 2
        last = [
            *random.choices(shipped, weights, k=half),
            *(name.title() for name in random.choices(made, k=LISTINGS - half)),
        ]
        random.shuffle(last)
        self.names = last
        placed = Place.objects.exclude(latitude=None).filter(arrondissements=None).order_by("-population")
        self.places = list(placed.values_list("insee", "latitude", "longitude", "population"))

    def write(self, random: Random) -> tuple[Written, float]:
        """Fill the tables of the register, then have the directory written; returns what was, and the seconds it took."""
        specialties = list(Specialty.objects.order_by("pk").values_list("pk", flat=True))
        weights = [len(specialties) / 4, *[1] * (len(specialties) - 1)]
        first = random.choices(FIRST_NAMES, k=LISTINGS)
        chosen = random.choices(self.places, [row[3] + 1 for row in self.places], k=LISTINGS)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PEOPLE, [first, self.names, random.choices(specialties, weights, k=LISTINGS)])
            cursor.execute(SITES, [[row[0] for row in chosen]])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE practitioners_practitioner, practitioners_registersite, practitioners_place")
        began = perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE everybody ON COMMIT DROP AS SELECT id AS practitioner_id FROM practitioners_practitioner"
            )
            written = refresh_relation("everybody")
        took = perf_counter() - began
        with connect(DATABASE) as server:
            server.execute("SET session_replication_role = replica")
            server.execute(JOINED)
            for table in ("listing", "listedword", "listedname"):
                server.execute(f"VACUUM ANALYZE booking_{table}")
        return written, took

    def bearer(self, practitioner: int) -> str:
        """The folded last name of somebody of the crowd."""
        return fold(self.names[practitioner - 1])


class Pass:
    """Questions of several kinds asked in turn, so that a busy moment weighs on all of them alike."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def ask(self, kind: str, call: Callable[[], Any]) -> Any:
        began = perf_counter()
        answer = call()
        self.times.setdefault(kind, []).append((perf_counter() - began) * 1000)
        return answer

    def at(self, kind: str, percent: int) -> float:
        return quantiles(self.times[kind], n=100)[percent - 1]


def places(passes: Pass, random: Random, crowd: Crowd) -> None:
    """Goal 10: one specialty within twenty kilometres, by first free hour; and by distance, for the record."""
    specialties = list(Specialty.objects.order_by("pk"))
    big = crowd.places[:BIG]
    small = [row for row in crowd.places if row[3] < SMALL]
    for _ in range(CALLS):
        kind = "city" if random.random() < 0.7 else "rural"
        town = random.choice(big if kind == "city" else small)
        specialty = specialties[0] if random.random() < 0.2 else random.choice(specialties[1:])
        for ordering in (AVAILABILITY, DISTANCE):
            query = SearchQuery(specialty=specialty, latitude=town[1], longitude=town[2], ordering=ordering)
            passes.ask(f"{ordering} {kind}", lambda query=query: ranked_page(query, None, offset=0, size=21))
        passes.ask("row", lambda: one_row(random.randrange(1, LISTINGS)))


def people(passes: Pass, random: Random, crowd: Crowd) -> dict[str, float]:
    """Goal 11: names typed whole, begun, then with one slip; returns by kind of slip the share found in the first ten."""
    query = SearchQuery(words=("x",))
    rare = [name for name in dict.fromkeys(map(fold, crowd.names)) if " " not in name and len(name) > 4]
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    # Enough that a share is known to two or three hundredths.
    asked = random.sample(list(typos(crowd.shipped, random)), 8 * CALLS)
    for kind, word, slip in asked:
        name = random.choice(rare)
        passes.ask("exact", lambda name=name: ranked_page(query, by_beginnings((name,)), offset=0, size=21))
        passes.ask("begun", lambda word=word: first_ten(word[:4]))
        passes.ask("dictionary", lambda slip=slip: near_words(slip))
        ten = passes.ask("slip", lambda slip=slip: first_ten(slip))
        tried[kind] += 1
        found[kind] += any(word in crowd.bearer(who).split() for who in ten)
        passes.ask("row", lambda: one_row(random.randrange(1, LISTINGS)))
    for _kind, _word, slip in asked[: CALLS // 4]:
        passes.ask("all trigrams", lambda slip=slip: ranked_trigrams(slip))
    return {kind: found[kind] / tried[kind] for kind in tried}


def first_ten(typed: str) -> list[int]:
    """The first ten people whom the page of results shows for a name."""
    words = typed_names(words_of(typed))
    rows = ranked_page(SearchQuery(words=words), by_spelling(spelt(words)), offset=0, size=10)
    return [row.practitioner for row in rows]


def one_row(number: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM booking_listing WHERE id = %s", [number])
        return cursor.fetchone()


def ranked_trigrams(word: str) -> Any:
    """What the dictionary spares: likeness ranked over the names of everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practitioner_id FROM booking_listedword WHERE word %% %s ORDER BY similarity(word, %s) DESC LIMIT 20",
            [word, word],
        )
        return cursor.fetchall()
