"""Where somebody of the national register practises, as their own wishes let it be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.enums import SnapshotState, VerificationState
from practitioners.models import Agenda, ListingWish, Place, Practitioner, RegisterSite, RegisterSnapshot

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class ShownSite:
    """A site with its owner's corrections. `phone` is E.164, empty when there is none or it is hidden."""

    site: RegisterSite
    street: str
    phone: str

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def place(self) -> Place | None:
        return self.site.place

    @property
    def town(self) -> str:
        """« 93260 Les Lilas », with what is known of it."""
        return " ".join(part for part in (self.site.postcode, self.place.name if self.place else "") if part)

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.town) if part)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody with a public page. `joined`: they keep it themselves, and `sites` are those where they have no agenda."""

    practitioner: Practitioner
    sites: list[ShownSite]
    joined: bool


def wishes_of(numbers: Iterable[str | None]) -> dict[str, ListingWish]:
    """The wishes of these people, by RPPS; one statement."""
    known = {number for number in numbers if number}
    return {wish.rpps: wish for wish in ListingWish.objects.filter(rpps__in=known)}


def shown(site: RegisterSite, wish: ListingWish | None) -> ShownSite | None:
    """A site as it may be shown, None when its owner says that they left it."""
    own: dict[str, Any] = wish.corrections.get(site.key, {}) if wish else {}
    if own.get("closed") is True:
        return None
    hidden = wish is not None and wish.phone_hidden
    return ShownSite(
        site=site,
        street=str(own.get("street") or site.street),
        phone="" if hidden else str(own.get("phone") or site.phone or ""),
    )


def listed_person(actor: Actor, slug: str) -> ListedPerson:
    """Whoever has a public page at this address. Raises NotForYou. Four statements at most."""
    person = scoped(actor, Practitioner, "list").select_related("specialty").filter(slug=slug).first()
    if person is None:
        raise NotForYou
    joined = person.verification == VerificationState.PUBLISHED and Agenda.objects.filter(practitioner=person).exists()
    if joined:
        return ListedPerson(practitioner=person, sites=elsewhere_of(person), joined=True)
    return ListedPerson(practitioner=person, sites=sites_of(person), joined=False)


def sites_of(person: Practitioner) -> list[ShownSite]:
    """The sites of one person that are shown, in a lasting order; two statements."""
    wish = wishes_of([person.rpps]).get(person.rpps or "")
    rows = RegisterSite.objects.filter(practitioner=person, gone=False).select_related("place").order_by("pk")
    return [one for one in (shown(site, wish) for site in rows) if one is not None]


def elsewhere_of(person: Practitioner) -> list[ShownSite]:
    """Where the register states somebody who has joined, in communes where they keep no agenda. Three statements at most.

    An agenda in the same commune, or behind the same postcode, is taken for the same place.
    """
    if not person.rpps or person.struck_off_on or person.unlisted:
        return []
    sites = [one for one in sites_of(person) if one.place is not None]
    if not sites:
        return []
    homes = Agenda.objects.filter(practitioner=person).values_list("location__place", "location__postcode")
    places, postcodes = (set(codes) for codes in zip(*homes, strict=True)) if homes else (set(), set())
    return [one for one in sites if one.site.place_id not in places and one.site.postcode not in postcodes]


def shown_by_site(sites: Sequence[RegisterSite]) -> dict[int, ShownSite]:
    """Those of several people's sites that are shown, by id; they come with practitioner and place loaded. One statement."""
    wishes = wishes_of(site.practitioner.rpps for site in sites) if sites else {}
    found = {site.pk: shown(site, wishes.get(site.practitioner.rpps or "")) for site in sites}
    return {pk: one for pk, one in found.items() if one is not None}


def register_read_on() -> date | None:
    """The day of the file that the register's rows come from; None before the first import. One statement."""
    stamp = (
        RegisterSnapshot.objects.filter(state=SnapshotState.CURRENT)
        .order_by("-pk")
        .values_list("file_stamp", flat=True)
        .first()
    )
    try:
        return clock.local_date(datetime.strptime(f"{stamp}+0000", "%Y%m%d%H%M%z"), PARIS) if stamp else None
    except ValueError:
        return None
