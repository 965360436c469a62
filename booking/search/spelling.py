"""What a typed word may stand for in the dictionary of names: itself, or names that a slip of the fingers made of it.

A name and a typo of it share a key once one letter is left out of each (see `booking_slips` in the migrations): the GIN
index over these keys finds every candidate, whatever the letters. Two slips in a long word are looked for by trigrams.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.models import ListedName, ListedWord
from booking.search.text import edit_distance, is_one_slip, spellings_of, tolerance
from core.replica import reading

NAME, WORD = ListedName._meta.db_table, ListedWord._meta.db_table
# The share of trigrams that two words two slips apart still have in common. Candidates are then compared letter by letter.
LIKENESS = 0.3
CANDIDATES, LIKE_CANDIDATES = 400, 60
NEAR_WORDS = 10
# Of three letters, only a fourth that is missing is guessed: any other slip makes a name of too many others.
SHORTEST = 3
# A name that hardly anybody bears, one slip from a name that so many times more people bear, was maybe meant as this one.
# So few bear it that the other name is still among the first ten.
RARE, TIMES, COMMON_WORDS = 7, 10, 3
# A wrong first letter is so many times less likely than a slip further on.
UNLIKELY = 5


@dataclass(frozen=True, slots=True)
class Spelling:
    """A typed word: whether somebody or some practice is called exactly so, and the names it may be a slip of."""

    word: str
    known: bool = True
    near: tuple[str, ...] = ()


def spelt(words: Sequence[str]) -> list[Spelling]:
    """Read each word in the dictionary; one statement, another when a word is unknown or borne by hardly anybody."""
    forms = {form for word in words for form in spellings_of(word)}
    bearers = _bearers(forms)
    most = {word: max(bearers.get(form, 0) for form in spellings_of(word)) for word in words}
    known = {word: most[word] > 0 for word in words}
    doubtful = [word for word in words if most[word] <= RARE]
    near = _near([spellings_of(word)[0] for word in doubtful])
    read = []
    for word in words:
        found = near.get(spellings_of(word)[0], []) if word in doubtful else []
        if known[word]:
            found = [one for one in found if one[1] >= TIMES * most[word]][:COMMON_WORDS]
        read.append(Spelling(word, known[word], tuple(name for name, _ in found)))
    return read


def near_words(word: str) -> list[str]:
    """Words of names that a slip or two of the fingers turns into this one: the nearest and most borne first.

    The word itself comes first when somebody bears it. One statement; a second for a long word with no near one.
    """
    return [name for name, _ in _near([word], itself=True).get(word, [])]


def _bearers(forms: Iterable[str]) -> dict[str, int]:
    """How many people are found by each word, of their name or of their practice's; a few more than `RARE` at most."""
    sql = f"""
        SELECT f.word, (SELECT count(*) FROM (SELECT FROM {WORD} w WHERE w.word = f.word LIMIT {RARE + 1}) AS few)
        FROM unnest(%(forms)s::text[]) AS f(word)"""  # noqa: S608  our own tables
    with reading().cursor() as cursor:
        cursor.execute(sql, {"forms": sorted(forms)})
        return dict(cursor.fetchall())


def _near(words: Sequence[str], *, itself: bool = False) -> dict[str, list[tuple[str, int]]]:
    """By word, the names one slip from it, then two for a long word: (name, bearers), the likeliest first."""
    asked = [word for word in dict.fromkeys(words) if len(word) >= SHORTEST]
    if not asked:
        return {}
    sql = f"""
        SELECT asked.word, one.name, one.listings FROM unnest(%(words)s::text[]) AS asked(word)
        CROSS JOIN LATERAL (
          SELECT name, listings FROM {NAME}
          WHERE booking_slips(name) && booking_slips(asked.word) AND listings > 0
            AND length(name) BETWEEN length(asked.word) - 1 AND length(asked.word) + 1
          ORDER BY listings DESC, name LIMIT {CANDIDATES}) AS one"""  # noqa: S608
    with reading().cursor() as cursor:
        cursor.execute(sql, {"words": asked})
        rows = cursor.fetchall()
    found: dict[str, list[tuple[int, int, str]]] = {word: [] for word in asked}
    for word, name, count in rows:
        if word == name:
            if itself:
                found[word].append((0, -count, name))
        elif is_one_slip(word, name) and (len(word) > SHORTEST or len(name) > SHORTEST):
            found[word].append((1, -count if _begins_alike(word, name) else -count // UNLIKELY, name))
    for word in asked:
        if tolerance(word) > 1 and not any(rank for rank, _, _ in found[word]):
            found[word] += _two_slips(word)
    borne = {name: count for _, name, count in rows}
    return {
        word: [(name, borne.get(name, -weight)) for _, weight, name in sorted(many)[:NEAR_WORDS]]
        for word, many in found.items()
    }


def _begins_alike(word: str, name: str) -> bool:
    """Whether the first letter is right, missing, or swapped with the second: it is seldom another one."""
    return word[0] == name[0] or word == name[1:] or word[:2] == name[1::-1]


def _two_slips(word: str) -> list[tuple[int, int, str]]:
    # The threshold is set for this statement alone, by a condition checked once, before the index is asked.
    sql = f"""
        SELECT name, listings FROM {NAME}
        WHERE (SELECT set_config('pg_trgm.similarity_threshold', '{LIKENESS}', true)) <> ''
        AND name %% %(word)s AND length(name) BETWEEN %(shortest)s AND %(longest)s AND listings > 0
        ORDER BY similarity(name, %(word)s) DESC, listings DESC, name LIMIT {LIKE_CANDIDATES}"""  # noqa: S608
    with reading().cursor() as cursor:
        cursor.execute(sql, {"word": word, "shortest": len(word) - 2, "longest": len(word) + 2})
        rows = cursor.fetchall()
    near = [(edit_distance(word, name, 2), -count, name) for name, count in rows if name != word]
    return [(2 + distance, count, name) for distance, count, name in near if distance <= 2]
