"""Finding people by name, in SQL: words that begin as typed first, then words spelt nearly so (see `booking.search.spelling`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from booking.models import ListedWord, WordSource
from booking.search.spelling import Spelling, near_words
from booking.search.text import spellings_of, typed_names

__all__ = ["NEAR", "Matches", "by_beginnings", "by_likeness", "by_spelling", "near_words", "typed_names"]

WORD = ListedWord._meta.db_table
# Ranks of one word; those of several are added. Lower is nearer.
WHOLE, BEGUN, PRACTICE, NEAR = 0, 1, 10, 100
# A word typed as one or two letters is whole.
SHORTEST_BEGINNING = 3
# A beginning so common that more people bear it is bounded all the same: `most` of a search around a place, or of one
# specialty, is larger, since those who are elsewhere are left out afterwards.
MOST_PEOPLE, MOST_PEOPLE_NARROWED = 5_000, 60_000


@dataclass(frozen=True, slots=True)
class Matches:
    """SQL of the people whose names match, and its values: a query of (practitioner_id, rank, spelt).

    `near`: some are only spelt nearly so, their rank is `NEAR` or more; `spelt` is then the word that they bear.
    """

    sql: str
    values: dict[str, Any]
    near: bool = False


def by_beginnings(words: Sequence[str], source: WordSource | None = None) -> Matches:
    """People in whose name, or practice's name, each word begins a word, in any order. A whole word comes first.

    `source` looks at the names of people, or of practices, alone.
    """
    return by_spelling([Spelling(word) for word in words], source)


def by_likeness(words: Sequence[str]) -> Matches | None:
    """The same with words spelt nearly so; None when the dictionary holds no likelier word. A statement or two a word."""
    read = [Spelling(word, near=tuple(near_words(spellings_of(word)[0]))) for word in words]
    changed = any(name not in spellings_of(one.word) for one in read for name in one.near)
    return by_spelling(read) if changed else None


def by_spelling(words: Sequence[Spelling], source: WordSource | None = None) -> Matches:
    """People who bear every word: as typed, beginning as typed, or as one of the names that it may be a slip of."""
    only = f" AND source = '{source}'" if source else ""
    near = any(one.near for one in words)
    values: dict[str, Any] = {}
    parts = []
    for n, one in enumerate(words):
        main, *others = spellings_of(one.word)
        begins = main + "%" if len(main) >= SHORTEST_BEGINNING else main
        values |= {f"forms{n}": [main, *others], f"begins{n}": begins, f"near{n}": list(one.near)}
        written = f"word LIKE %(begins{n})s"
        if others:
            written = f"({written} OR word = ANY(%(forms{n})s))"
        rank = f"CASE WHEN word = ANY(%(forms{n})s) THEN {WHOLE} ELSE {BEGUN} END"
        if len(words) == 1 and near:
            parts.append(_any_spelling(written, rank, n, only))
        elif one.near:
            rank = (
                f"CASE WHEN word LIKE %(begins{n})s THEN {rank}"
                f" ELSE {NEAR} + array_position(%(near{n})s::text[], word::text) END"
            )
            parts.append(_people(f"({written} OR word = ANY(%(near{n})s)){only}", rank))
        else:
            parts.append(_people(f"{written}{only}", rank))
    return Matches(_all_of(parts), values, near)


def _ranked(rank: str) -> str:
    """A word of the practice ranks after the same word of the person."""
    return f"{rank} + CASE WHEN source = '{WordSource.PRACTICE}' THEN {PRACTICE} ELSE 0 END"


def _people(condition: str, rank: str) -> str:
    """People with a word that meets the condition, each at their best rank."""
    return (
        f"(SELECT practitioner_id, min({_ranked(rank)}) AS rank, ''::text AS spelt FROM {WORD}"  # noqa: S608
        f" WHERE {condition} GROUP BY practitioner_id)"
    )


def _any_spelling(written: str, rank: str, n: int, only: str) -> str:
    """The same for one word alone, as it is written or as one of the names near it, with the word they bear."""
    return f"""(SELECT DISTINCT ON (practitioner_id) practitioner_id, rank, spelt FROM (
        (SELECT practitioner_id, {_ranked(rank)} AS rank, word AS spelt FROM {WORD} WHERE {written}{only}
         ORDER BY 2 LIMIT %(most)s)
        UNION ALL
        SELECT k.practitioner_id, {NEAR} + o.n::int + k.house, o.word
        FROM unnest(%(near{n})s::text[]) WITH ORDINALITY AS o(word, n)
        CROSS JOIN LATERAL (
          SELECT practitioner_id, {_ranked("0")} AS house FROM {WORD}
          WHERE word = o.word{only} LIMIT %(most)s) AS k
      ) AS spellings ORDER BY practitioner_id, rank, spelt)"""  # noqa: S608


def _all_of(parts: Sequence[str]) -> str:
    joined = parts[0] + " AS p0"
    for n, part in enumerate(parts[1:], 1):
        joined += f" JOIN {part} AS p{n} USING (practitioner_id)"
    rank = " + ".join(f"p{n}.rank" for n in range(len(parts)))
    # One name alone may stand for several, each of which is bounded already.
    more = 4 if "spellings" in parts[0] else 1
    return f"SELECT practitioner_id, {rank} AS rank, p0.spelt FROM {joined} ORDER BY rank LIMIT {more} * %(most)s"  # noqa: S608
