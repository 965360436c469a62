"""The search itself: listings ordered by distance or by first free start, one line per practitioner.

Ranking knows distance, the next free start and a hash of the day and the practitioner for ties; it never sees what
anybody pays (CSP R.4127-80; see the page "Comment les résultats sont classés").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import MD5, ACos, Cast, Concat, Cos, Least, Radians, RowNumber, Sin

from booking.models import Listing
from booking.search.cells import EARTH_KM, cells_around
from booking.search.names import name_condition
from booking.search.query import LARGEST_RADIUS_KM, SearchQuery
from core import clock
from practitioners.models import AgendaReason


@dataclass(frozen=True, slots=True)
class Found:
    """Ordered listings (one per practitioner, the best placed), the query that found them, and names fallen back on."""

    listings: QuerySet[Listing]
    query: SearchQuery
    names: list[str]


def search(query: SearchQuery) -> Found:
    """Run a search; when nobody is within the circle, a wider one is tried."""
    condition, names = name_condition(query.words) if query.words else (Q(), [])
    found = _ordered(query, condition, names)
    while query.point is not None and query.radius_km < LARGEST_RADIUS_KM and not found.exists():
        query = query.widened()
        found = _ordered(query, condition, names)
    return Found(listings=found, query=query, names=names)


def _ordered(query: SearchQuery, condition: Q, names: list[str]) -> QuerySet[Listing]:
    rows = _filtered(query).filter(condition)
    rows = rows.annotate(distance_km=_distance(query), tie=_tie(clock.now().date()), nearness=_nearness(names))
    order = _order(query)
    rows = rows.annotate(place_in_line=Window(RowNumber(), partition_by=[F("practitioner_id")], order_by=order)).filter(
        place_in_line=1
    )
    return rows.select_related("practitioner__specialty", "agenda__location__place", "agenda__practice").order_by(
        *order
    )


def _filtered(query: SearchQuery) -> QuerySet[Listing]:
    rows = Listing.objects.all()
    if query.specialty is not None:
        rows = rows.filter(specialty=query.specialty)
    if query.point is not None:
        rows = rows.filter(cell__in=cells_around(*query.point, query.radius_km))
        rows = rows.alias(away=_distance(query)).filter(away__lte=query.radius_km)
    elif query.place is not None:
        rows = rows.filter(department=query.place.department)
    return rows.filter(_suits(query))


def _suits(query: SearchQuery) -> Q:
    """The filters that a listing answers by itself."""
    wanted: dict[str, Any] = {
        "modes__contains": [query.mode] if query.mode else None,
        "sector": query.sector,
        "languages__contains": [query.language] if query.language else None,
        "wheelchair": query.wheelchair or None,
        "new_patients": query.new_patients or None,
        "bookable": query.bookable or query.new_patients or None,
        "next_start__lt": query.available_before,
    }
    condition = Q(**{name: value for name, value in wanted.items() if value})
    if query.reason:
        offered = AgendaReason.objects.filter(
            online=True, visit_reason__archived_at__isnull=True, visit_reason__kind__slug=query.reason
        )
        condition &= Q(agenda__in=offered.values("agenda"))
    return condition


def _distance(query: SearchQuery) -> Any:
    """Great-circle kilometres by the spherical law of cosines; null without a point on either side."""
    if query.point is None:
        return Value(None, output_field=FloatField())
    latitude, longitude = query.point
    cosine = Sin(Radians(Value(latitude))) * Sin(Radians(F("latitude"))) + Cos(Radians(Value(latitude))) * Cos(
        Radians(F("latitude"))
    ) * Cos(Radians(F("longitude") - Value(longitude)))
    return Value(EARTH_KM) * ACos(Least(cosine, Value(1.0)), output_field=FloatField())


def _tie(day: date) -> Any:
    """A hash of the day and the practitioner: nobody is first for ever, and pages stay stable for a day."""
    return MD5(Concat(Value(f"{day.isoformat()}:"), Cast(F("practitioner_id"), TextField())))


def _nearness(names: list[str]) -> Any:
    if not names:
        return Value(0, output_field=IntegerField())
    cases = [When(last_name_key=name, then=Value(rank)) for rank, name in enumerate(names)]
    return Case(*cases, default=Value(len(names)), output_field=IntegerField())


def _order(query: SearchQuery) -> list[Any]:
    near = [F("distance_km").asc(nulls_last=True)] if query.point is not None else []
    soon = [F("next_start").asc(nulls_last=True)]
    first = soon + near if query.ordering == "availability" or not near else near + soon
    by_name = [F("nearness").asc()] if query.words else []
    return [*by_name, *first, F("tie").asc(), F("pk").asc()]
