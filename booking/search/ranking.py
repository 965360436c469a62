"""The order of results, in SQL: bounded work whatever the number of practitioners in the circle.

Ranking knows distance, the next free start and a hash of the day and the practitioner for ties; it never sees what
anybody pays (CSP R.4127-80; see the page "Comment les résultats sont classés"). Nearest first walks a GiST index of the
plane; first free first takes the head of each square of 0.1 degree by a btree index, and merges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.models import Listing
from booking.search.cells import EARTH_KM, cells_around, northing, reach_on_plane
from booking.search.names import MOST_PEOPLE, MOST_PEOPLE_NARROWED, NEAR, Matches
from booking.search.query import SearchQuery
from core import clock
from core.replica import reading
from practitioners.models import AgendaReason, ReasonKind, VisitReason

LISTING = Listing._meta.db_table
PARIS = ZoneInfo("Europe/Paris")
# Of those whose name only begins as typed, so many come before names spelt nearly so, then so many of these; fewer when
# those who are called just so have taken most of the first ten, which leaves two of these to names spelt nearly so.
BEGUN_FIRST, NEAR_FIRST = 5, 10
WHOLE_AND_BEGUN = 8


@dataclass(frozen=True, slots=True)
class Ranked:
    """One listing of a page: `place` is the practitioner's rank on it from 1, `best` the agenda that earned it.

    `alike`: found by a name that is only spelt nearly as typed.
    """

    listing: int
    practitioner: int
    place: int
    best: bool
    distance_km: float | None
    alike: bool = False


def ranked_page(query: SearchQuery, matches: Matches | None, *, offset: int, size: int) -> list[Ranked]:
    """The listings of `size` practitioners from `offset` on, in order, every agenda that suits; one statement.

    A practitioner takes the place of their best agenda; the others follow it, nearest or earliest first.
    """
    values = values_of(query, matches) | {"offset": offset, "size": size, "head": offset + size}
    best = _best(query, matches)
    sql = f"""
        WITH best AS ({best})
        SELECT l.id, l.practitioner_id, best.place, l.id = best.id, {distance(query, "l")} AS km, best.alike
        FROM best JOIN {LISTING} l ON l.practitioner_id = best.practitioner_id
        WHERE {suits(query, "l")} AND {within(query, "l")}
        ORDER BY best.place, l.id <> best.id, {keys(query, "l")}
        """  # noqa: S608  every value is a parameter
    with reading().cursor() as cursor:
        cursor.execute(sql, values)
        return [Ranked(*row) for row in cursor.fetchall()]


def _best(query: SearchQuery, matches: Matches | None) -> str:
    """SQL of the best listing of each practitioner of the page: id, practitioner_id, place, alike."""
    if matches is not None:
        return _named(query, matches)
    if query.point is None or query.by_distance:
        return f"""
        SELECT id, practitioner_id, row_number() OVER () AS place, false AS alike FROM (
          SELECT l.id, l.practitioner_id FROM {LISTING} l
          WHERE {suits(query, "l")} AND {within(query, "l")} AND {first_of_person(query)}
          ORDER BY {keys(query, "l")} LIMIT %(size)s OFFSET %(offset)s) AS page
        """  # noqa: S608
    return _heads_of_cells(query)


def _named(query: SearchQuery, matches: Matches) -> str:
    """People by how nearly they are called as typed.

    Of names that a typo may stand for, each shows somebody before any shows somebody more; but the first few who are
    called as typed come before.
    """
    if not matches.near:
        ranked = f"ORDER BY m.rank, {keys(query, 'l')}"
        return f"""
        SELECT id, practitioner_id, row_number() OVER () AS place, false AS alike FROM (
          SELECT l.id, l.practitioner_id FROM {_met(query, matches)} {ranked} LIMIT %(size)s OFFSET %(offset)s) AS page
        """  # noqa: S608
    return f"""
        SELECT id, practitioner_id, row_number() OVER () AS place, kind = 2 AS alike FROM (
          SELECT * FROM (
            SELECT *, seat > CASE kind WHEN 0 THEN 0
                WHEN 1 THEN greatest(1, least({BEGUN_FIRST}, {WHOLE_AND_BEGUN} - count(*) FILTER (WHERE kind = 0) OVER ()))
                ELSE {NEAR_FIRST} END AS later FROM (
              SELECT *, row_number() OVER (PARTITION BY kind ORDER BY turn, rank, bearers DESC, spelt, nth) AS seat FROM (
                SELECT *, row_number() OVER spellings AS turn, count(*) OVER (PARTITION BY kind, spelt) AS bearers FROM (
                  SELECT l.id, l.practitioner_id, m.rank, m.spelt, row_number() OVER (ORDER BY {keys(query, "l")}) AS nth,
                    CASE WHEN m.rank = 0 THEN 0 WHEN m.rank < {NEAR} THEN 1 ELSE 2 END AS kind
                  FROM {_met(query, matches)}) AS met
                WINDOW spellings AS (PARTITION BY kind, spelt ORDER BY rank, nth)) AS turned) AS seated) AS parted
          ORDER BY kind > 0 AND later, kind, CASE WHEN later THEN 0 ELSE seat END, rank, nth
          LIMIT %(size)s OFFSET %(offset)s) AS page
        """  # noqa: S608


def _met(query: SearchQuery, matches: Matches) -> str:
    return f"""({matches.sql}) AS m JOIN {LISTING} l ON l.practitioner_id = m.practitioner_id
        WHERE {suits(query, "l")} AND {within(query, "l")} AND {first_of_person(query)}"""


def _heads_of_cells(query: SearchQuery) -> str:
    """The first free of each square of the circle, merged: as many rows as squares times the page, at most.

    Those without a free hour follow, nearest first, by the index of the plane: most of the register is among them.
    """
    free = f"""
          (SELECT head.* FROM unnest(%(cells)s::int[]) AS square(cell)
          CROSS JOIN LATERAL (
            SELECT l.id, l.practitioner_id, l.next_start, {distance(query, "l")} AS far, {tie("l")} AS tie
            FROM {LISTING} l
            WHERE l.cell = square.cell AND l.next_start IS NOT NULL AND {suits(query, "l")}
              AND {within(query, "l", by="nothing")} AND {first_of_person(query)}
            ORDER BY {keys(query, "l")} LIMIT %(head)s
          ) AS head ORDER BY head.next_start, head.far, head.tie, head.id LIMIT %(head)s)"""  # noqa: S608
    spot = f"{spot_of('l')} <-> point(%(x)s, %(y)s)"
    others = f"""
          UNION ALL (SELECT l.id, l.practitioner_id, NULL, {spot} AS far, {tie("l")} AS tie FROM {LISTING} l
            WHERE l.next_start IS NULL AND {suits(query, "l")} AND {within(query, "l")} AND {first_of_person(query)}
            ORDER BY {spot}, {tie("l")}, l.id LIMIT %(head)s)"""  # noqa: S608
    return f"""
        SELECT id, practitioner_id, row_number() OVER () AS place, false AS alike FROM (
          SELECT * FROM ({free}{"" if query.available_before else others}) AS heads
          ORDER BY next_start, far, tie, id LIMIT %(size)s OFFSET %(offset)s) AS page
        """  # noqa: S608


def suits(query: SearchQuery, row: str) -> str:
    """SQL: the specialty and the filters, which a listing answers by itself."""
    wanted = {
        # btree_gist knows no comparison of bigint with a smaller number: without the cast the index is not used.
        f"{row}.specialty_id = %(specialty)s::bigint": query.specialty,
        f"%(mode)s = ANY({row}.modes)": query.mode,
        f"{row}.sector = %(sector)s": query.sector,
        f"%(language)s = ANY({row}.languages)": query.language,
        f"{row}.wheelchair": query.wheelchair,
        f"{row}.new_patients": query.new_patients,
        f"{row}.bookable": query.bookable or query.new_patients,
        f"{row}.next_start < %(before)s": query.available_before,
        _offers_reason(query.reason, row): query.reason,
    }
    return " AND ".join(sql for sql, value in wanted.items() if value) or "true"


def within(query: SearchQuery, row: str, *, by: str = "plane") -> str:
    """SQL: in the circle, or in the department of a commune that nobody located.

    `by` says what narrows it first: the index of the plane, the squares (for any few rows of the circle), or nothing.
    """
    if query.point is not None:
        narrowed = {
            "plane": f"{spot_of(row)} <@ circle(point(%(x)s, %(y)s), %(reach)s) AND ",
            "squares": f"{row}.cell = ANY(%(cells)s::int[]) AND ",
            "nothing": "",
        }
        return f"{narrowed[by]}{distance(query, row)} <= %(radius)s"
    if query.place is not None:
        return f"{row}.department = %(department)s"
    return "true"


def distance(query: SearchQuery, row: str) -> str:
    """SQL: great-circle kilometres (haversine); null without a point."""
    if query.point is None:
        return "NULL::float8"
    return (
        f"{2 * EARTH_KM} * asin(least(1, sqrt(sin(radians({row}.latitude - %(latitude)s) / 2) ^ 2"
        f" + cos(radians(%(latitude)s)) * cos(radians({row}.latitude))"
        f" * sin(radians({row}.longitude - %(longitude)s) / 2) ^ 2)))"
    )


def keys(query: SearchQuery, row: str) -> str:
    """SQL: what orders the listings of one search."""
    if query.by_distance:
        return f"{spot_of(row)} <-> point(%(x)s, %(y)s), {tie(row)}, {row}.id"
    near = "" if query.point is None else f"{distance(query, row)}, "
    return f"{row}.next_start, {near}{tie(row)}, {row}.id"


def spot_of(row: str) -> str:
    """SQL: a listing on the Mercator plane."""
    return f"point({row}.longitude, {row}.northing)"


def tie(row: str) -> str:
    """SQL: a hash of the day and the practitioner. Nobody is first for ever, and pages agree for a day."""
    return f"md5(%(day)s || {row}.practitioner_id::text)"


def first_of_person(query: SearchQuery) -> str:
    """SQL: no other agenda of the same practitioner that suits comes before this one. Most have only one."""
    if query.by_distance:
        mark = "(point({0}.longitude, {0}.northing) <-> point(%(x)s, %(y)s), {0}.id)"
    else:
        near = "0" if query.point is None else distance(query, "{0}")
        mark = f"(coalesce({{0}}.next_start, 'infinity'), {near}, {{0}}.id)"
    return f"""(l.alone OR NOT EXISTS (
        SELECT 1 FROM {LISTING} o WHERE o.practitioner_id = l.practitioner_id AND o.id <> l.id
        AND {suits(query, "o")} AND {within(query, "o", by="nothing")} AND {mark.format("o")} < {mark.format("l")}))"""  # noqa: S608


def _offers_reason(reason: UUID | str | None, row: str) -> str:
    chosen = "v.uid = %(reason)s" if isinstance(reason, UUID) else "k.slug = %(reason)s"
    return f"""EXISTS (SELECT 1 FROM {AgendaReason._meta.db_table} r
        JOIN {VisitReason._meta.db_table} v ON v.id = r.visit_reason_id
        LEFT JOIN {ReasonKind._meta.db_table} k ON k.id = v.kind_id
        WHERE r.agenda_id = {row}.agenda_id AND r.online AND v.archived_at IS NULL AND {chosen})"""  # noqa: S608


def values_of(query: SearchQuery, matches: Matches | None) -> dict[str, Any]:
    """The values of every parameter that the SQL of this module names."""
    values: dict[str, Any] = {
        **(matches.values if matches else {}),
        "most": MOST_PEOPLE_NARROWED if query.specialty or query.place or query.point else MOST_PEOPLE,
        "specialty": query.specialty.pk if query.specialty else None,
        "mode": query.mode,
        "sector": query.sector,
        "language": query.language,
        "before": query.available_before,
        "reason": query.reason,
        "department": query.place.department if query.place else None,
        "day": f"{clock.today(PARIS).isoformat()}:",
    }
    if query.point is not None:
        latitude, longitude = query.point
        values |= {
            "latitude": float(latitude),
            "longitude": float(longitude),
            "x": float(longitude),
            "y": northing(latitude),
            "reach": reach_on_plane(latitude, query.radius_km),
            "radius": query.radius_km,
            "cells": cells_around(latitude, longitude, query.radius_km),
        }
    return values
