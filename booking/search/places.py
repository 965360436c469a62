"""What commune a text means: one, when it is clear enough; otherwise the ones to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from practitioners.models import Place
from practitioners.reference.place_query import read_place_query
from practitioners.selectors.places import resolve_place, search_places

# A commune so many times more populous than the next one is the one that people mean.
DOMINANCE = 5
CHOICES = 8


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """`place` is what was meant, None when unclear; `choices` are the communes to ask about, most populous first."""

    place: Place | None = None
    choices: tuple[Place, ...] = ()


def read_place(text: str) -> PlaceRead:
    """Read a typed place. A whole postcode, a whole name borne once, or one far more populous is clear.

    Neither place nor choices: no commune resembles the text.
    """
    query = read_place_query(text)
    if query.is_empty:
        return PlaceRead()
    if query.postcode and len(query.postcode) == 5:
        return PlaceRead(place=resolve_place(text))
    found = search_places(text)
    names = set(query.exact_names)
    whole = [place for place in found if {place.sort_key, place.short_key} & names]
    likely = whole or found
    if not likely:
        return PlaceRead()
    if len(likely) == 1 or likely[0].population >= DOMINANCE * likely[1].population:
        others = [place for place in likely[1:] if whole]
        return PlaceRead(place=likely[0], choices=tuple(others[:CHOICES]))
    return PlaceRead(choices=tuple(likely[:CHOICES]))
