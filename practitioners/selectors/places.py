"""Finds communes: as one types, by the code or address a page carries, or around a point."""

from __future__ import annotations

import math
import re

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Power

from practitioners.models import Place
from practitioners.reference.place_query import PlaceQuery, read_place_query

MOST_RESULTS = 50
# Below this trigram similarity (0 to 1) two names only happen to share letters.
TYPO_SIMILARITY = 0.4
# Half sides, in degrees of latitude, of the boxes searched around a point: 11, 55 and 220 km.
NEARBY_DEGREES = (0.1, 0.5, 2.0)
CORSICA = ("2A", "2B")
_INSEE = re.compile(r"^\d[\dAB]\d{3}$")
_SLUG = re.compile(r"^[a-z0-9-]{1,90}$")


def search_places(q: str, limit: int = 10) -> list[Place]:
    """Return the communes whose name or postcode begins with `q`, most populous first, at most `limit` (1 to 50).

    Accents, case, hyphens and a leading article do not matter, « st » is « saint », a name may be followed by its
    postcode or department. A commune whose whole name was typed is kept even when many larger ones begin alike. When
    nothing begins so, names spelled nearly so are returned. Empty list when nothing is typed or found.
    """
    query = read_place_query(q)
    limit = max(1, min(limit, MOST_RESULTS))
    if query.is_empty:
        return []
    found = _beginning_with(query, limit)
    if not found and (other := query.without_last_number()):
        found = _beginning_with(other, limit)
    if not found and len(query.name) >= 4:
        found = _spelled_like(query, limit)
    return sorted(found, key=lambda place: (-place.population, place.insee))


def resolve_place(q: str) -> Place | None:
    """Return the one commune that free text most likely means, None when none does.

    A whole name wins over the beginning of one, then an arrondissement over its city when a postcode was typed, then
    the most populous.
    """
    query = read_place_query(q)
    found = search_places(q)
    whole = [place for place in found if {place.sort_key, place.short_key} & set(query.exact_names)]
    if not query.name and len(query.postcode) == 5:
        whole = [place for place in found if place.parent_id is not None]
    return next(iter(whole or found), None)


def place_by_insee(insee: str) -> Place | None:
    """Return the commune of an INSEE code as typed in an address, None when there is none."""
    code = insee.strip().upper()
    return Place.objects.filter(pk=code).first() if _INSEE.match(code) else None


def place_by_slug(slug: str) -> Place | None:
    """Return the commune of a lasting address; a plain name shared by several gives the most populous of them.

    The caller redirects to `place.slug` when it differs from the address.
    """
    if not _SLUG.match(slug):
        return None
    exact = Place.objects.filter(slug=slug).first()
    if exact:
        return exact
    return Place.objects.filter(sort_key=slug.replace("-", " ")).order_by("-population", "insee").first()


def nearest_place(latitude: float, longitude: float) -> Place | None:
    """Return the commune whose centre is nearest to a point (WGS 84 degrees), None beyond 220 km or off the globe.

    In Paris, Lyon and Marseille the answer is an arrondissement or the city, whichever centre is nearer.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    shrink = max(math.cos(math.radians(latitude)), 0.01)
    squared = Power(F("latitude") - latitude, 2) + Power((F("longitude") - longitude) * shrink, 2)
    place = None
    for half in NEARBY_DEGREES:
        box = Q(
            latitude__range=(latitude - half, latitude + half),
            longitude__range=(longitude - half / shrink, longitude + half / shrink),
        )
        place = Place.objects.filter(box).annotate(squared_degrees=squared).order_by("squared_degrees", "insee").first()
        # Further than the side of the box, a place just outside it could be nearer still.
        if place and place.squared_degrees <= half**2:
            break
    return place


def _beginning_with(query: PlaceQuery, limit: int) -> list[Place]:
    conditions = Q()
    exact: Q | None = None
    if query.name:
        conditions &= Q(sort_key__startswith=query.name) | Q(short_key__startswith=query.name)
        exact = Q(sort_key__in=query.exact_names) | Q(short_key__in=query.exact_names)
    if query.postcode:
        conditions &= _postcode_begins(query.postcode)
    if query.department:
        conditions &= Q(department=query.department)
    is_exact = ExpressionWrapper(exact, output_field=BooleanField()) if exact else Value(False)
    rows = Place.objects.filter(conditions).annotate(exact=is_exact)
    return list(rows.order_by("-exact", "-population", "insee")[:limit])


def _spelled_like(query: PlaceQuery, limit: int) -> list[Place]:
    similarity = TrigramSimilarity("sort_key", query.name)
    rows = Place.objects.filter(sort_key__trigram_similar=query.name).annotate(similarity=similarity)
    return list(rows.filter(similarity__gte=TYPO_SIMILARITY).order_by("-similarity", "-population", "insee")[:limit])


def _postcode_begins(digits: str) -> Q:
    """Match places with a postcode that begins with these 2 to 5 digits.

    The beginning of a postcode is looked for in the department it names, which keeps the list of codes to compare
    short; a whole postcode is found wherever it is (a few communes are served from the next department).
    """
    if len(digits) == 5:
        return Q(postcodes__contains=[digits])
    area = Q(department__in=CORSICA) if digits.startswith("20") else Q(department__startswith=digits[:2])
    if len(digits) == 2:
        return area
    missing = 5 - len(digits)
    codes = [f"{digits}{rest:0{missing}d}" for rest in range(10**missing)]
    return area & (Q(department=digits) | Q(postcodes__overlap=codes))
