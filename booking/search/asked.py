"""The address of a search: read leniently (what cannot be read is left out), and written again with one thing changed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_date

from booking.search.query import AVAILABILITY, DISTANCE
from booking.search.results import LAST_PAGE
from core.validators import tidy
from practitioners.enums import Mode, Sector
from practitioners.languages import LANGUAGES

LONGEST_TEXT = 100
_SLUG = re.compile(r"^[a-z0-9-]{1,60}$")
_CODE = re.compile(r"^[0-9][0-9ABab][0-9]{3}$")
_ORDERINGS = {"distance": DISTANCE, "disponibilite": AVAILABILITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parameters of `/recherche/`, each empty when absent or unreadable. `autour` is (latitude, longitude)."""

    q: str = ""
    specialite: str = ""
    ou: str = ""
    lieu: str = ""
    autour: tuple[float, float] | None = None
    motif: str = ""
    mode: str = ""
    secteur: str = ""
    langue: str = ""
    fauteuil: bool = False
    nouveaux: bool = False
    en_ligne: bool = False
    avant: date | None = None
    tri: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Asked:
        def text(name: str) -> str:
            return tidy(str(given.get(name, ""))[: 4 * LONGEST_TEXT].replace("\0", ""))[:LONGEST_TEXT]

        def matching(name: str, pattern: re.Pattern[str]) -> str:
            return text(name) if pattern.match(text(name)) else ""

        def one_of(name: str, values: Any) -> str:
            return text(name) if text(name) in values else ""

        return cls(
            q=text("q"),
            specialite=matching("specialite", _SLUG),
            ou=text("ou"),
            lieu=matching("lieu", _CODE).upper(),
            autour=_point(text("autour")),
            motif=matching("motif", _SLUG),
            mode=one_of("mode", Mode.values),
            secteur=one_of("secteur", Sector.values),
            langue=one_of("langue", LANGUAGES),
            fauteuil=text("fauteuil") == "1",
            nouveaux=text("nouveaux") == "1",
            en_ligne=text("en_ligne") == "1",
            avant=_date(text("avant")),
            tri=one_of("tri", _ORDERINGS),
            page=_page(text("page")),
        )

    @property
    def ordering(self) -> str:
        return _ORDERINGS.get(self.tri, DISTANCE)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set: anything beyond who and where."""
        return bool(
            self.motif
            or self.mode
            or self.secteur
            or self.langue
            or self.fauteuil
            or self.nouveaux
            or self.en_ligne
            or self.avant
        )

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """The parameters to write, with these changed; the page goes back to the first unless it is what changes."""
        asked = replace(self, **{"page": 1, **changes})
        written = []
        for field in fields(asked):
            value = getattr(asked, field.name)
            if value and value != field.default:
                written.append((field.name, _written(value)))
        return written

    def query_string(self, **changes: Any) -> str:
        """The same as the end of an address: empty, or beginning with a question mark."""
        pairs = self.pairs(**changes)
        return f"?{urlencode(pairs, safe=',')}" if pairs else ""

    def without_filters(self) -> Asked:
        return Asked(q=self.q, specialite=self.specialite, ou=self.ou, lieu=self.lieu, autour=self.autour, tri=self.tri)


def _written(value: Any) -> str:
    if value is True:
        return "1"
    if isinstance(value, tuple):
        return ",".join(f"{number:g}" for number in value)
    return str(value)


def _point(text: str) -> tuple[float, float] | None:
    """« 48.88,2.416 », in degrees."""
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    good = math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 85 and abs(longitude) <= 180
    return (latitude, longitude) if good else None


def _date(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2200 else None


def _page(text: str) -> int:
    return min(LAST_PAGE, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else 1
