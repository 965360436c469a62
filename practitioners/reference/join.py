"""Joins the official list of communes with GeoNames postal points: one supplies the facts, the other the coordinates.

Pure functions over parsed rows; `script/refresh_places.py` fetches the sources and calls `build_communes`.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.text import fold
from practitioners.reference.communes import Commune, choose_slugs
from practitioners.reference.territories import zone_of

# Southern and Antarctic lands (984) and Clipperton (989): no inhabitants, no postcode that anybody lives under.
UNINHABITED = frozenset({"984", "989"})
_ARRONDISSEMENT = re.compile(r"^(Paris|Lyon|Marseille) (\d+)(er|e) Arrondissement$")


@dataclass(frozen=True, slots=True)
class PostalPoint:
    """A GeoNames postal row: a place name (folded) under a postcode, the INSEE code where GeoNames gives one."""

    postcode: str
    name: str
    insee: str
    latitude: float
    longitude: float


class PostalPoints:
    """Postal points found by INSEE code, by postcode and name, or by postcode alone."""

    def __init__(self, points: Iterable[PostalPoint]) -> None:
        self._by_insee: dict[str, list[PostalPoint]] = defaultdict(list)
        self._by_postcode: dict[str, list[PostalPoint]] = defaultdict(list)
        for point in points:
            self._by_postcode[point.postcode].append(point)
            if point.insee:
                self._by_insee[point.insee].append(point)

    def locate(self, insee: str, name: str, postcodes: Iterable[str]) -> tuple[float, float] | None:
        """Return (latitude, longitude) of the point that names the commune best, None when no point is near it.

        `name` is folded. Trust falls from the same name, to a name that begins the other (« saint ouen » for
        « saint ouen sur seine »), to any place under one of the postcodes.
        """
        nearby = self._by_insee.get(insee) or [point for code in postcodes for point in self._by_postcode.get(code, ())]
        same = [point for point in nearby if point.name == name]
        akin = [point for point in nearby if name.startswith(f"{point.name} ") or point.name.startswith(f"{name} ")]
        best = same or akin or nearby
        return _middle(best) if best else None


def build_communes(
    official: Iterable[Mapping[str, Any]],
    points: PostalPoints,
    fallback: Mapping[str, tuple[float, float]],
    kept_slugs: dict[str, str],
) -> list[Commune]:
    """Return every inhabited commune and arrondissement of the `official` rows, in INSEE order.

    `fallback` gives coordinates by department for the territories GeoNames has no postal point for.
    """
    rows = [row for row in official if _is_kept(row)]
    slugs = choose_slugs({row["code"]: (_display_name(row["nom"]), row["departement"]) for row in rows}, kept_slugs)
    communes = []
    for row in sorted(rows, key=lambda row: row["code"]):
        insee, department = row["code"], row["departement"]
        postcodes = tuple(sorted(row["codesPostaux"]))
        where = points.locate(insee, _postal_name(row["nom"]), postcodes) or fallback.get(department)
        communes.append(
            Commune(
                insee=insee,
                name=_display_name(row["nom"]),
                slug=slugs[insee],
                postcodes=postcodes,
                department=department,
                region=row["region"],
                parent=row.get("commune"),
                latitude=where[0] if where else None,
                longitude=where[1] if where else None,
                population=row.get("population", 0),
                timezone=zone_of(insee, department),
            )
        )
    return communes


def _is_kept(row: Mapping[str, Any]) -> bool:
    return row["type"] in {"commune-actuelle", "arrondissement-municipal"} and row["departement"] not in UNINHABITED


def _display_name(name: str) -> str:
    """« Lyon 3e Arrondissement » is shown, typed and addressed as « Lyon 3e »."""
    return name.removesuffix(" Arrondissement")


def _postal_name(name: str) -> str:
    """GeoNames writes « Lyon 03 » where INSEE writes « Lyon 3e Arrondissement »."""
    found = _ARRONDISSEMENT.match(name)
    return f"{fold(found[1])} {int(found[2]):02d}" if found else fold(name)


def _middle(points: list[PostalPoint]) -> tuple[float, float]:
    """Return the real point nearest to all others: a mean of islands would lie in the sea.

    Plain distances, not squares: a few empty atolls must not pull the answer away from the inhabited cluster.
    """
    spots = sorted({(point.latitude, point.longitude) for point in points})
    return min(spots, key=lambda one: sum(math.dist(one, two) for two in spots))
