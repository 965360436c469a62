"""What the portal's pages read: the specialties of the home page and the carton it shows as an example."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import clock
from core.text import fold
from practitioners.models import Specialty

PARIS = "Europe/Paris"
FIRST_SHOWN = 12
TUESDAY = 1
# Shortcuts under the search form, in this order, when the reference data holds them.
SHORTCUTS = ("medecin-generaliste", "dentiste", "ophtalmologue", "sage-femme", "kinesitherapeute")


@dataclass(frozen=True, slots=True)
class HomeSpecialties:
    """Specialties of the home page: shortcuts, the usual ones in alphabetical order, then all the others."""

    shortcuts: list[Specialty]
    usual: list[Specialty]
    others: list[Specialty]


def specialties_of_home() -> HomeSpecialties:
    """One query, whatever the number of specialties."""
    found = list(Specialty.objects.order_by("position", "slug"))
    by_slug = {specialty.slug: specialty for specialty in found}
    return HomeSpecialties(
        shortcuts=[by_slug[slug] for slug in SHORTCUTS if slug in by_slug],
        usual=sorted(found[:FIRST_SHOWN], key=lambda specialty: fold(specialty.label)),
        others=sorted(found[FIRST_SHOWN:], key=lambda specialty: fold(specialty.label)),
    )


def example_carton() -> datetime:
    """The hour of the home page's example, 9 h 40 on a Tuesday of next week or the one after: never past, never today."""
    zone = ZoneInfo(PARIS)
    soon = clock.today(zone) + timedelta(days=7)
    return clock.combine(soon + timedelta(days=(TUESDAY - soon.weekday()) % 7), time(9, 40), zone)
