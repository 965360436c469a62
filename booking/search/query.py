"""What somebody looks for, once understood: the same for pages and API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from practitioners.models import Place, Specialty

DEFAULT_RADIUS_KM = 20.0
LARGEST_RADIUS_KM = 100.0
DISTANCE, AVAILABILITY = "distance", "availability"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One search. `latitude` and `longitude` are WGS 84 degrees; `words` are folded words of a name.

    `reason` is the uid of a practice's reason or the slug of a usual one. `ordering` is `distance` or
    `availability`; without a point, distance falls back on availability.
    """

    specialty: Specialty | None = None
    words: tuple[str, ...] = ()
    place: Place | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = DEFAULT_RADIUS_KM
    mode: str | None = None
    sector: str | None = None
    language: str | None = None
    wheelchair: bool = False
    new_patients: bool = False
    bookable: bool = False
    available_before: datetime | None = None
    reason: UUID | str | None = None
    ordering: str = DISTANCE

    @property
    def point(self) -> tuple[float, float] | None:
        """Around where: the given point, else the centre of the commune; None when neither has coordinates."""
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        if self.place is not None and self.place.latitude is not None and self.place.longitude is not None:
            return self.place.latitude, self.place.longitude
        return None

    @property
    def is_empty(self) -> bool:
        """Nothing to look for: neither who nor where."""
        return self.specialty is None and not self.words and self.place is None and self.point is None

    @property
    def by_distance(self) -> bool:
        return self.ordering == DISTANCE and self.point is not None

    def widened(self) -> SearchQuery:
        """The same search in the widest circle."""
        return replace(self, radius_km=LARGEST_RADIUS_KM)

    def without_filters(self) -> SearchQuery:
        """The same search with every filter off: who and where alone."""
        return SearchQuery(
            specialty=self.specialty,
            words=self.words,
            place=self.place,
            latitude=self.latitude,
            longitude=self.longitude,
            radius_km=self.radius_km,
            ordering=self.ordering,
        )
