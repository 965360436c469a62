"""Finding people by name: words that begin as typed first; only when they find nobody, words spelt nearly so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from booking.models import ListedName, ListedWord, WordSource
from booking.search.text import IDLE, TITLES, edit_distance, tolerance

# The share of trigrams that two words one slip apart still have in common: a swap in a short word leaves few.
# Candidates are then compared letter by letter.
SHORT_WORD, SHORT_LIKENESS, LIKENESS = 6, 0.2, 0.3
CANDIDATES = 60
NEAR_WORDS = 8
# A word typed as one or two letters is whole; a name so common that more bear it is bounded all the same.
SHORTEST_BEGINNING = 3
MOST_PEOPLE = 5000
WORDS_AT_MOST = 4


def typed_names(words: Sequence[str]) -> tuple[str, ...]:
    """The words that may name a person or a practice: no title; no idle word unless there is no other."""
    names = [word for word in words if word not in TITLES and word != "medecin"]
    telling = [word for word in names if word not in IDLE and len(word) > 1]
    return tuple(dict.fromkeys(telling or names))[:WORDS_AT_MOST]


@dataclass(frozen=True, slots=True)
class Matches:
    """SQL of the people whose names match: a query of (practitioner_id, rank), lower ranks nearer; and its values."""

    sql: str
    values: dict[str, Any]


def by_beginnings(words: Sequence[str], source: WordSource | None = None) -> Matches:
    """People in whose name, or practice's name, each word begins a word, in any order. A whole word comes first.

    `source` looks at the names of people, or of practices, alone.
    """
    only = f" AND source = '{source}'" if source else ""
    values: dict[str, Any] = {}
    parts = []
    for n, word in enumerate(words):
        values |= {f"word{n}": word, f"begins{n}": word + "%" if len(word) >= SHORTEST_BEGINNING else word}
        parts.append(_people(f"word LIKE %(begins{n})s{only}", f"CASE WHEN word = %(word{n})s THEN 0 ELSE 1 END"))
    return Matches(_all_of(parts), values)


def by_likeness(words: Sequence[str]) -> Matches | None:
    """The same with words spelt nearly so; None when the dictionary holds no likelier word. One statement a word."""
    values: dict[str, Any] = {}
    parts = []
    changed = False
    for n, word in enumerate(words):
        near = near_words(word)
        changed = changed or any(name != word for name in near)
        values |= {f"begins{n}": word + "%" if len(word) >= SHORTEST_BEGINNING else word, f"near{n}": near}
        rank = f"coalesce(array_position(%(near{n})s::text[], word::text), 1)"
        parts.append(_people(f"word = ANY(%(near{n})s) OR word LIKE %(begins{n})s", rank))
    return Matches(_all_of(parts), values) if changed else None


def near_words(word: str) -> list[str]:
    """Words of names that a slip or two of the fingers turns into this one, the nearest and most borne first."""
    allowed = tolerance(word)
    if not allowed:
        return []
    # The threshold is set for this statement alone, by a condition checked once, before the index is asked.
    sql = f"""
        SELECT name, listings FROM {ListedName._meta.db_table}
        WHERE (SELECT set_config('pg_trgm.similarity_threshold', %(likeness)s, true)) <> ''
        AND name %% %(word)s AND length(name) BETWEEN %(shortest)s AND %(longest)s AND listings > 0
        ORDER BY similarity(name, %(word)s) DESC, listings DESC, name LIMIT {CANDIDATES}
        """  # noqa: S608  our own table
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "likeness": str(SHORT_LIKENESS if len(word) <= SHORT_WORD else LIKENESS),
                "word": word,
                "shortest": len(word) - allowed,
                "longest": len(word) + allowed,
            },
        )
        rows = cursor.fetchall()
    ranked = sorted((edit_distance(word, name, allowed), -listings, name) for name, listings in rows)
    return [name for distance, _listings, name in ranked if distance <= allowed][:NEAR_WORDS]


def _people(condition: str, rank: str) -> str:
    """People with a word that meets the condition; a word of the practice ranks after any word of the person."""
    practice = f"CASE WHEN source = '{WordSource.PRACTICE}' THEN {NEAR_WORDS + 1} ELSE 0 END"
    return (
        f"(SELECT practitioner_id, min({rank} + {practice}) AS rank FROM {ListedWord._meta.db_table}"  # noqa: S608
        f" WHERE {condition} GROUP BY practitioner_id)"
    )


def _all_of(parts: Sequence[str]) -> str:
    joined = parts[0] + " AS p0"
    for n, part in enumerate(parts[1:], 1):
        joined += f" JOIN {part} AS p{n} USING (practitioner_id)"
    rank = " + ".join(f"p{n}.rank" for n in range(len(parts)))
    return f"SELECT practitioner_id, {rank} AS rank FROM {joined} ORDER BY rank LIMIT {MOST_PEOPLE}"  # noqa: S608
