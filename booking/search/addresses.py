"""Every public address of the directory, for search engines: pages of the site, specialties by commune, profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from booking.models import Listing
from core.access import ANONYMOUS, scoped
from core.ui.navigation import exists
from practitioners.models import Practitioner

# The protocol admits 50,000 addresses a file.
A_FILE = 40_000
PAGES = (
    *("/", "/aide/", "/aide/prendre-rendez-vous/", "/aide/deplacer-annuler/", "/aide/proches/", "/aide/compte/"),
    *("/aide/messages/", "/aide/sans-internet/", "/aide/urgences/", "/aide/soignants/", "/classement/"),
    *("/mentions-legales/", "/confidentialite/", "/accessibilite/", "/api/docs/"),
)


@dataclass(frozen=True, slots=True)
class SiteMap:
    """How many files the addresses take: the first holds pages and specialties by commune, the others profiles."""

    files: int
    is_small: bool


def site_map() -> SiteMap:
    """Count the files; one statement."""
    profiles = scoped(ANONYMOUS, Practitioner, "read").count()
    more = -(-profiles // A_FILE)
    return SiteMap(files=1 + more, is_small=profiles <= A_FILE // 2)


def paths_of(part: int) -> Iterator[str]:
    """The paths of one file, from 1; of a file that does not exist, none."""
    if part == 1:
        yield from (page for page in PAGES if exists(page))
        pairs = Listing.objects.order_by("specialty__slug", "place__slug").values_list("specialty__slug", "place__slug")
        for specialty, place in pairs.distinct()[:A_FILE]:
            yield reverse("directory", args=[specialty, place])
    elif part > 1:
        first = (part - 2) * A_FILE
        rows = scoped(ANONYMOUS, Practitioner, "read").order_by("pk").values_list("slug", flat=True)
        for slug in rows[first : first + A_FILE]:
            yield reverse("booking:practitioner", args=[slug])
