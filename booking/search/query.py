"""What somebody looks for: read from an address or typed, the same for pages and API."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from core.text import fold
from practitioners.models import Place, Specialty

DEFAULT_RADIUS_KM = 20.0
LARGEST_RADIUS_KM = 100.0
# Words that people put before a name and that no name is found by.
TITLES = {"dr", "docteur", "docteure", "pr", "professeur", "professeure", "me", "mme", "madame", "monsieur", "m"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One search. `latitude` and `longitude` are WGS 84 degrees; `words` are folded words of a name.

    `ordering` is `distance` or `availability`; without a point, distance falls back on availability.
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
    reason: str | None = None
    ordering: str = "distance"
    typed: str = field(default="", compare=False)

    @property
    def point(self) -> tuple[float, float] | None:
        """Around where: the given point, else the centre of the commune; None when neither has coordinates."""
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        if self.place is not None and self.place.latitude is not None and self.place.longitude is not None:
            return self.place.latitude, self.place.longitude
        return None

    def widened(self) -> SearchQuery:
        """The same search in a three times wider circle, within the largest one."""
        return replace(self, radius_km=min(LARGEST_RADIUS_KM, self.radius_km * 3))


def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name, without titles; at most four, since no name needs more to be found."""
    return tuple(word for word in fold(text).split() if word not in TITLES and len(word) > 1)[:4]


def specialty_of(text: str) -> Specialty | None:
    """The specialty that a typed text means: its name, a synonym, or the beginning of its name (three letters on)."""
    key = fold(text)
    if not key:
        return None
    beginnings = []
    for specialty in Specialty.objects.all():
        names = {fold(specialty.name), fold(specialty.name_en), *specialty.synonyms, specialty.slug.replace("-", " ")}
        if key in names or key.removesuffix("s") in names:
            return specialty
        if len(key) >= 3 and any(name.startswith(key) for name in names):
            beginnings.append(specialty)
    return beginnings[0] if beginnings else None
