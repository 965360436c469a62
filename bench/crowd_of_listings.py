"""Half a million listings, and the questions asked of them: what `bench.directory` measures."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any

from django.db import connection

from bench.databases import connect
from booking.models import ListedWord
from booking.search.cells import cell_of, northing
from booking.search.names import by_beginnings, near_words
from booking.search.query import AVAILABILITY, DISTANCE, SearchQuery
from booking.search.ranking import ranked_page
from practitioners.models import Specialty

DATABASE = "bench_directory"
LISTINGS = int(os.environ.get("LISTINGS", "500000"))
CALLS = 200
TOWNS = 30
SPECIALTIES = 60
ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "j",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "t",
    "tr",
    "v",
)
NUCLEI = ("a", "au", "e", "ei", "i", "o", "ou", "u", "an", "en", "in", "on", "ar", "er", "or", "el", "al")
ENDINGS = (
    "d",
    "t",
    "s",
    "x",
    "ier",
    "eau",
    "et",
    "ot",
    "in",
    "ard",
    "aud",
    "on",
    "ez",
    "el",
    "ois",
    "y",
    "nd",
    "rt",
    "",
)


def surnames(random: Random, count: int) -> list[str]:
    """Distinct words that sound French."""
    found: set[str] = set()
    while len(found) < count:
        syllables = "".join(
            random.choice(ONSETS) + random.choice(NUCLEI) for _ in range(random.choice((1, 2, 2, 2, 3)))
        )
        found.add(syllables + random.choice(ENDINGS))
    return sorted(found)


def fill(random: Random) -> tuple[list[str], list[tuple[float, float]]]:
    """Write the rows without those they refer to; returns the names, most common first, and the towns."""
    names = surnames(random, max(1000, LISTINGS // 5))
    random.shuffle(names)
    towns = [(random.uniform(43.0, 50.5), random.uniform(-1.0, 7.0)) for _ in range(TOWNS)]
    with connect(DATABASE) as server, server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        with server.cursor().copy(
            "COPY booking_listing (id, agenda_id, practitioner_id, specialty_id, place_id, department, cell, latitude,"
            " longitude, northing, sector, languages, modes, wheelchair, new_patients, bookable, alone, next_start,"
            " refreshed_at) FROM STDIN"
        ) as rows:
            for n in range(1, LISTINGS + 1):
                rows.write_row(listing(random, n, towns))
        with server.cursor().copy("COPY booking_listedword (practitioner_id, word, source) FROM STDIN") as rows:
            for n in range(1, LISTINGS + 1):
                # Half of the people share the first fiftieth of the names.
                pool = len(names) // 50 if random.random() < 0.5 else len(names)
                rows.write_row((n, names[random.randrange(pool)], "name"))
        server.execute(
            "INSERT INTO booking_listedname (name, listings)"
            " SELECT word, count(*) FROM booking_listedword GROUP BY word ORDER BY word"
        )
    with connect(DATABASE) as server:
        for table in ("listing", "listedword", "listedname"):
            server.execute(f"VACUUM ANALYZE booking_{table}")
    return names, towns


def listing(random: Random, n: int, towns: list[tuple[float, float]]) -> tuple[Any, ...]:
    if random.random() < 0.7:
        # The first towns are the largest.
        latitude, longitude = towns[min(int(random.expovariate(0.15)), TOWNS - 1)]
        latitude, longitude = random.gauss(latitude, 0.05), random.gauss(longitude, 0.07)
    else:
        latitude, longitude = random.uniform(42.5, 51.0), random.uniform(-4.0, 8.0)
    specialty = 1 if random.random() < 0.2 else random.randrange(2, SPECIALTIES + 1)
    day, hour, minute = random.randrange(1, 31), random.randrange(8, 18), random.randrange(60)
    start = None if random.random() < 0.15 else f"2026-12-{day:02d} {hour:02d}:{minute:02d}+00"
    return (
        *(n, n, n, specialty, "93045", "93", cell_of(latitude, longitude), latitude, longitude, northing(latitude)),
        *("c1", "{fr}", "{office}", random.random() < 0.6, True, start is not None, True, start, "2026-11-22 00:00+00"),
    )


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


def places(passes: Pass, random: Random, towns: list[tuple[float, float]]) -> None:
    """Goal 10: one specialty within twenty kilometres, by first free hour; and by distance, for the record."""
    for _ in range(CALLS):
        kind = "city" if random.random() < 0.7 else "rural"
        town = random.choice(towns) if kind == "city" else (random.uniform(43, 50.5), random.uniform(-3, 7))
        specialty = Specialty(pk=1 if random.random() < 0.2 else random.randrange(2, SPECIALTIES + 1))
        for ordering in (AVAILABILITY, DISTANCE):
            query = SearchQuery(specialty=specialty, latitude=town[0], longitude=town[1], ordering=ordering)
            passes.ask(f"{ordering} {kind}", lambda query=query: ranked_page(query, None, offset=0, size=21))
        passes.ask("row", lambda: one_row(random.randrange(1, LISTINGS)))


def people(passes: Pass, random: Random, names: list[str]) -> float:
    """Goal 11: names typed whole, then with one letter missing; returns the share of these that are still found."""
    query, found = SearchQuery(words=("x",)), 0
    typed = [name for name in random.sample(names[len(names) // 50 :], CALLS * 2) if len(name) >= 5][:CALLS]
    for name in typed:
        passes.ask("exact", lambda name=name: ranked_page(query, by_beginnings((name,)), offset=0, size=21))
        dropped = random.randrange(1, len(name) - 1)
        slip = name[:dropped] + name[dropped + 1 :]
        near = passes.ask("typo", lambda slip=slip: near_words(slip))
        found += name in near
        passes.ask("all trigrams", lambda slip=slip: ranked_trigrams(slip))
        passes.ask("row", lambda: one_row(random.randrange(1, LISTINGS)))
    passes.times["bearers"] = [float(ListedWord.objects.filter(word=name).count()) for name in typed]
    return found / len(typed)


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
