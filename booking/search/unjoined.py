"""Rows and words of people whom the register states and who have not joined: written in SQL, for one or for all.

The same conditions serve one person after an objection and half a million after an import. Nothing here is bookable.
Somebody who has joined has such rows too, where the register states them in a commune in which they keep no agenda.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from booking.models import ListedName, ListedWord, Listing, WordSource
from booking.search.cells import COLUMNS, POLAR
from booking.search.text import IDLE, TITLES
from booking.search.words_sql import person_words, practice_words
from practitioners.enums import VerificationState
from practitioners.models import Agenda, ListingWish, Location, Place, Practitioner, RegisterSite

LISTING, WORD, NAME = (model._meta.db_table for model in (Listing, ListedWord, ListedName))
PRACTITIONER, SITE, PLACE = (model._meta.db_table for model in (Practitioner, RegisterSite, Place))
WISH, AGENDA, LOCATION = (model._meta.db_table for model in (ListingWish, Agenda, Location))
# So many people are written by one statement: enough to be quick, few enough that memory stays flat.
CHUNK = 20_000
# Beyond so many changed words the whole dictionary is counted again, in one pass.
FEW_WORDS = 5_000

_JOINED = f"""(p.verification = '{VerificationState.PUBLISHED}'
    AND EXISTS (SELECT FROM {AGENDA} a WHERE a.practitioner_id = p.id))"""
# The register and a practice write one address in two ways: the same commune or postcode is taken for the same place.
_ELSEWHERE = f"""NOT EXISTS (SELECT FROM {AGENDA} a JOIN {LOCATION} lo ON lo.id = a.location_id
    WHERE a.practitioner_id = p.id AND (lo.place_id = s.place_id OR lo.postcode = s.postcode))"""
_LATITUDE, _LONGITUDE = "coalesce(s.latitude, pl.latitude)", "coalesce(s.longitude, pl.longitude)"
# What is listed: somebody not struck off who has not objected, nor joined there, at each site that the register still states
# and that a correction has not closed. A site in no known commune is shown on the page of the person alone.
_WANTED = f"""
    SELECT s.id AS site_id, p.id AS practitioner_id, p.specialty_id, s.place_id, pl.department,
      (floor({_LATITUDE} * 10) + 900)::int * {COLUMNS} + floor({_LONGITUDE} * 10)::int + 1800 AS cell,
      {_LATITUDE} AS latitude, {_LONGITUDE} AS longitude,
      degrees(ln(tan(pi() / 4 + radians(greatest(-{POLAR}, least({POLAR}, {_LATITUDE}))) / 2))) AS northing,
      count(*) OVER (PARTITION BY p.id) = 1 AND NOT {_JOINED} AS alone
    FROM people JOIN {PRACTITIONER} p ON p.id = people.practitioner_id
    JOIN {SITE} s ON s.practitioner_id = p.id AND NOT s.gone
    JOIN {PLACE} pl ON pl.insee = s.place_id
    LEFT JOIN {WISH} w ON w.rpps = p.rpps
    WHERE p.struck_off_on IS NULL AND NOT p.unlisted AND w.objected IS NOT TRUE
      AND (w.corrections -> s.key ->> 'closed') IS DISTINCT FROM 'true' AND (NOT {_JOINED} OR {_ELSEWHERE})"""  # noqa: S608
_COPIED = (
    "practitioner_id",
    "specialty_id",
    "place_id",
    "department",
    "cell",
    "latitude",
    "longitude",
    "northing",
    "alone",
)
_SET = ", ".join(f"{column} = excluded.{column}" for column in _COPIED)
_OLD = ", ".join(f"l.{column}" for column in _COPIED)
_NEW = ", ".join(f"excluded.{column}" for column in _COPIED)


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows of the directory were written or rewritten, and how many were taken away."""

    written: int = 0
    removed: int = 0


@transaction.atomic
def refresh_unjoined(practitioners: Sequence[int]) -> Written:
    """Write the rows and words of these people; two statements, three if a word changed. Whoever is listed no more loses them.

    Of who has joined, the rows of their other addresses alone: their words are those of their agendas.
    """
    people = "SELECT unnest(%(ids)s::bigint[]) AS practitioner_id"
    values = {"ids": sorted(set(practitioners))}
    done = _write_rows(people, values)
    _count(_write_words(people, values))
    return done


def refresh_elsewhere(practitioners: Sequence[int]) -> set[int]:
    """Write the rows of the other addresses of people who have joined; returns who has one.

    Two statements, in the caller's transaction.
    """
    _write_rows("SELECT unnest(%(ids)s::bigint[]) AS practitioner_id", {"ids": sorted(set(practitioners))})
    rows = Listing.objects.filter(practitioner__in=practitioners, site__isnull=False)
    return set(rows.values_list("practitioner", flat=True))


@transaction.atomic
def refresh_relation(relation: str) -> Written:
    """The same for everybody in a table of this connection with a column `practitioner_id`, chunk by chunk."""
    table = connection.ops.quote_name(relation)
    written = removed = 0
    touched: set[str] = set()
    edges = [0, *_edges(table)]
    for low, high in pairwise(edges):
        # A person may stand in the table more than once.
        people = f"SELECT DISTINCT practitioner_id FROM {table} WHERE practitioner_id > %(low)s AND practitioner_id <= %(high)s"  # noqa: S608
        values = {"low": low, "high": high}
        done = _write_rows(people, values)
        written, removed = written + done.written, removed + done.removed
        words = _write_words(people, values)
        touched = touched | words if len(touched) <= FEW_WORDS else touched
    _count(touched)
    return Written(written, removed)


def _edges(table: str) -> list[int]:
    """The last id of each chunk, in order."""
    sql = f"""
        SELECT practitioner_id FROM (
          SELECT practitioner_id, row_number() OVER w AS n, lead(practitioner_id) OVER w IS NULL AS is_last
          FROM (SELECT DISTINCT practitioner_id FROM {table}) AS one WINDOW w AS (ORDER BY practitioner_id)) AS numbered
        WHERE n %% %(chunk)s = 0 OR is_last ORDER BY 1"""  # noqa: S608  the name is quoted
    with connection.cursor() as cursor:
        cursor.execute(sql, {"chunk": CHUNK})
        return [row[0] for row in cursor.fetchall()]


def _write_rows(people: str, values: dict[str, Any]) -> Written:
    """One statement. Rows that already say the same are left alone."""
    sql = f"""
        WITH people AS MATERIALIZED ({people}), wanted AS MATERIALIZED ({_WANTED}),
        removed AS (
          DELETE FROM {LISTING} l USING people
          WHERE l.practitioner_id = people.practitioner_id AND l.site_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM wanted WHERE wanted.site_id = l.site_id) RETURNING 1),
        written AS (
          INSERT INTO {LISTING} AS l (site_id, {", ".join(_COPIED)}, sector, languages, modes, wheelchair, new_patients,
            bookable, refreshed_at)
          SELECT site_id, {", ".join(_COPIED)}, '', '{{}}', '{{}}', false, false, false, now() FROM wanted
          ON CONFLICT (site_id) DO UPDATE SET {_SET}, refreshed_at = now()
          WHERE ({_OLD}) IS DISTINCT FROM ({_NEW}) RETURNING 1)
        SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM removed)"""  # noqa: S608  our own tables
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return Written(*cursor.fetchone())


def _write_words(people: str, values: dict[str, Any]) -> set[str]:
    """Make the words of these people those of their rows; returns the words of names that came or went.

    A few more than `FEW_WORDS` when there are many. Of who has joined, the words are those of their agendas.
    """
    sql = f"""
        WITH people AS MATERIALIZED ({people}),
        unjoined AS MATERIALIZED (
          SELECT p.id, p.first_name, p.last_name FROM people JOIN {PRACTITIONER} p ON p.id = people.practitioner_id
          WHERE NOT {_JOINED}),
        named AS MATERIALIZED (
          SELECT id AS practitioner_id, word FROM unjoined AS p, LATERAL ({person_words("p.first_name", "p.last_name")}) AS w
          WHERE EXISTS (SELECT FROM {LISTING} l WHERE l.practitioner_id = p.id AND l.site_id IS NOT NULL)),
        housed AS (
          SELECT DISTINCT l.practitioner_id, w.word
          FROM unjoined JOIN {LISTING} l ON l.practitioner_id = unjoined.id AND l.site_id IS NOT NULL
          JOIN {SITE} s ON s.id = l.site_id, LATERAL ({practice_words("s.name")}) AS w
          WHERE w.word <> ALL (%(idle)s)),
        wanted AS MATERIALIZED (
          SELECT practitioner_id, word, '{WordSource.NAME}' AS source FROM named
          UNION SELECT practitioner_id, word, '{WordSource.PRACTICE}' FROM housed
            WHERE NOT EXISTS (SELECT FROM named n WHERE n.practitioner_id = housed.practitioner_id AND n.word = housed.word)),
        gone AS (
          DELETE FROM {WORD} k USING unjoined WHERE k.practitioner_id = unjoined.id
            AND NOT EXISTS (SELECT FROM wanted w
              WHERE w.practitioner_id = k.practitioner_id AND w.word = k.word AND w.source = k.source)
          RETURNING k.word, k.source),
        come AS (
          INSERT INTO {WORD} (practitioner_id, word, source)
          SELECT w.practitioner_id, w.word, w.source FROM wanted w WHERE NOT EXISTS (SELECT FROM {WORD} k
            WHERE k.practitioner_id = w.practitioner_id AND k.word = w.word AND k.source = w.source)
          ON CONFLICT DO NOTHING RETURNING word, source)
        SELECT DISTINCT word FROM (SELECT * FROM gone UNION ALL SELECT * FROM come) AS changed
        WHERE source = '{WordSource.NAME}' LIMIT {FEW_WORDS + 1}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"idle": sorted(IDLE | TITLES)})
        return {row[0] for row in cursor.fetchall()}


def _count(words: set[str]) -> None:
    """Keep the dictionary: how many people bear each word; of many words, of all. Nothing to do without a word."""
    if not words:
        return
    few = len(words) <= FEW_WORDS
    values = {"words": sorted(words)} if few else {}
    among, these = ("AND word = ANY(%(words)s)", "AND name = ANY(%(words)s)") if few else ("", "")
    borne = f"SELECT word, count(*) FROM {WORD} WHERE source = '{WordSource.NAME}' {among} GROUP BY word"  # noqa: S608
    lost = f"""UPDATE {NAME} SET listings = 0 WHERE listings > 0 {these} AND NOT EXISTS (
        SELECT FROM {WORD} k WHERE k.word = name AND k.source = '{WordSource.NAME}')"""  # noqa: S608
    sql = f"""WITH lost AS ({lost}) INSERT INTO {NAME} AS n (name, listings) {borne} ORDER BY word
        ON CONFLICT (name) DO UPDATE SET listings = excluded.listings WHERE n.listings <> excluded.listings"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
