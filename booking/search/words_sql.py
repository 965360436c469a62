"""The words of a name and of a practice, said in SQL: the same as `booking.search.text` says in Python.

A test compares the two. Folding covers what French and neighbouring spellings hold; the import has folded the rest.
"""

from __future__ import annotations

from booking.search.text import LINKS, LONGEST_WORD, PARTICLES, SAINTS

_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿšžčćńęąśźżøđðłı"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyyszccneaszzoddli"
_LIGATURES = {"œ": "oe", "æ": "ae", "þ": "th", "ß": "ss"}


def folded(text: str) -> str:
    """SQL of `core.text.fold` over an expression, with « st » written « saint »."""
    plain = f"lower({text})"
    for letter, letters in _LIGATURES.items():
        plain = f"replace({plain}, '{letter}', '{letters}')"
    plain = f"btrim(regexp_replace(translate({plain}, '{_ACCENTED}', '{_PLAIN}'), '[^a-z0-9]+', ' ', 'g'))"
    for short, whole in SAINTS.items():
        plain = f"regexp_replace({plain}, '\\m{short}\\M', '{whole}', 'g')"
    return plain


def person_words(first_name: str, last_name: str) -> str:
    """SQL of a query of `word`: by which somebody is found."""
    links = "|".join(sorted(LINKS))
    last = f"regexp_replace({folded(last_name)}, ' (?:{links}) (?=[a-z0-9])', ' ', 'g')"
    particles, articles = _any_of(PARTICLES), _any_of(a for a in PARTICLES if a.startswith("l"))
    return f"""
        SELECT DISTINCT left(word, {LONGEST_WORD}) AS word FROM (
          SELECT {last} AS last, {folded(first_name)} AS first) AS f,
        LATERAL (
          SELECT unnest(string_to_array(f.last || ' ' || f.first, ' '))
          UNION ALL SELECT replace(f.last, ' ', '') WHERE f.last LIKE '%% %%'
          UNION ALL SELECT replace(f.first, ' ', '') WHERE f.first LIKE '%% %%'
          UNION ALL SELECT replace(found[1], ' ', '') FROM regexp_matches(f.last, '\\m((?:{particles} )+[a-z0-9]+)', 'g') AS found
          UNION ALL SELECT replace(found[1], ' ', '') FROM regexp_matches(f.last, '\\m({articles} [a-z0-9]+)', 'g') AS found
        ) AS w(word) WHERE length(word) > 1"""  # noqa: S608  constants of this package


def practice_words(name: str) -> str:
    """SQL of a query of `word`: those of a practice's name. The caller leaves out words that say nothing."""
    return f"""SELECT DISTINCT left(word, {LONGEST_WORD}) AS word
        FROM unnest(string_to_array({folded(name)}, ' ')) AS w(word) WHERE length(word) > 1"""  # noqa: S608


def _any_of(words: object) -> str:
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"  # type: ignore[call-overload]
