"""How many people a search finds, and which filters would find somebody: counted over a bounded number of rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from booking.search.names import Matches
from booking.search.query import SearchQuery
from booking.search.ranking import LISTING, suits, values_of, within
from core.replica import reading

COUNTED = 500


@dataclass(frozen=True, slots=True)
class Facets:
    """`total` people, None when there are more than `COUNTED`. `values`: kind → values that exist without filters.

    Kinds: mode, sector, language, wheelchair, new_patients, bookable.
    """

    total: int | None
    values: dict[str, set[str]] = field(default_factory=dict)

    def has(self, kind: str, value: str = "") -> bool:
        return value in self.values.get(kind, set())


def facets(query: SearchQuery, matches: Matches | None) -> Facets:
    """Count the people found, and look at what a sample of them offers when no filter is set; one statement."""
    bare = query.without_filters()
    narrowed = "squares" if matches is None else "nothing"
    counted = f"""
        SELECT count(*) AS rows, count(DISTINCT practitioner_id) AS people FROM (
          SELECT l.practitioner_id FROM {_source(matches)} WHERE {suits(query, "l")} AND {within(query, "l", by=narrowed)}
          LIMIT {COUNTED + 1}) AS bounded"""  # noqa: S608
    sample = f"""
        SELECT l.modes, l.languages, l.sector, l.wheelchair, l.new_patients, l.bookable
        FROM {_source(matches)} WHERE {suits(bare, "l")} AND {within(bare, "l", by=narrowed)} LIMIT {COUNTED}"""  # noqa: S608
    sql = f"""
        WITH counted AS ({counted}), sample AS ({sample}), offered AS (
          SELECT DISTINCT kind, value FROM sample, LATERAL (
            SELECT 'mode' AS kind, unnest(modes) AS value
            UNION ALL SELECT 'language', unnest(languages)
            UNION ALL SELECT 'sector', sector WHERE sector <> ''
            UNION ALL SELECT 'wheelchair', '' WHERE wheelchair
            UNION ALL SELECT 'new_patients', '' WHERE new_patients
            UNION ALL SELECT 'bookable', '' WHERE bookable
          ) AS one)
        SELECT 'total', CASE WHEN rows > {COUNTED} THEN '' ELSE people::text END FROM counted
        UNION ALL SELECT kind, value FROM offered
        """  # noqa: S608
    with reading().cursor() as cursor:
        cursor.execute(sql, values_of(query, matches))
        rows = cursor.fetchall()
    found: dict[str, set[str]] = defaultdict(set)
    for kind, value in rows[1:]:
        found[kind].add(value)
    total = rows[0][1]
    return Facets(total=int(total) if total else None, values=dict(found))


def _source(matches: Matches | None) -> str:
    if matches is None:
        return f"{LISTING} l"
    return f"({matches.sql}) AS m JOIN {LISTING} l ON l.practitioner_id = m.practitioner_id"
