"""What there is around a place when a search finds nobody: other specialties, and practices to call."""

from __future__ import annotations

from dataclasses import dataclass

from booking.search.query import DISTANCE, LARGEST_RADIUS_KM, SearchQuery
from booking.search.ranking import LISTING, values_of, within
from booking.search.results import Result, search
from core.access import Actor
from core.replica import reading
from practitioners.models import Specialty

SPECIALTIES = 8
PRACTICES = 4
LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Office:
    """Somewhere to call. `phone` is a number in any form, maybe empty; `distance_km` is None without a point."""

    name: str
    address: str
    phone: object
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Nearby:
    """`specialties` are the most frequent ones in the circle; `practices` the nearest, each once."""

    specialties: list[Specialty]
    practices: list[Office]


def nearby(actor: Actor, query: SearchQuery) -> Nearby:
    """What is around the place of a search, whatever was looked for; empty lists without a place."""
    around = SearchQuery(
        place=query.place,
        latitude=query.latitude,
        longitude=query.longitude,
        radius_km=LARGEST_RADIUS_KM,
        ordering=DISTANCE,
    )
    if around.place is None and around.point is None:
        return Nearby(specialties=[], practices=[])
    found = search(actor, around, size=5 * PRACTICES, widen=False)
    practices: dict[str, Office] = {}
    for result in found.results:
        office = _office(result)
        if office is not None:
            practices.setdefault(office.name, office)
    return Nearby(specialties=_specialties(around), practices=list(practices.values())[:PRACTICES])


def _office(result: Result) -> Office | None:
    """Where somebody receives; of the register, only who may be called."""
    best = result.best
    if best is not None:
        practice, location = best.agenda.practice, best.agenda.location
        return Office(practice.name, f"{location.street}, {location.place.name}", practice.phone, best.distance_km)
    for one in result.sites:
        if one.site.phone:
            name = one.site.name or result.practitioner.display_name
            return Office(name, one.site.address, one.site.phone, one.distance_km)
    return None


def _specialties(query: SearchQuery) -> list[Specialty]:
    sql = f"""
        SELECT specialty_id FROM (
          SELECT l.specialty_id FROM {LISTING} l WHERE {within(query, "l", by="squares")} LIMIT {LOOKED_AT}) AS around
        GROUP BY specialty_id ORDER BY count(*) DESC, specialty_id LIMIT {SPECIALTIES}
        """  # noqa: S608
    with reading().cursor() as cursor:
        cursor.execute(sql, values_of(query, None))
        ids = [row[0] for row in cursor.fetchall()]
    by_id = Specialty.objects.in_bulk(ids)
    return [by_id[pk] for pk in ids]
