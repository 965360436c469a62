"""One page of a search: the practitioners found, in order, with every agenda or site of theirs that suits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from booking.models import Listing
from booking.search.facets import Facets, facets
from booking.search.names import Matches, by_likeness, by_spelling
from booking.search.query import LARGEST_RADIUS_KM, SearchQuery
from booking.search.ranking import Ranked, ranked_page
from booking.search.spelling import spelt
from core.access import Actor, scoped
from practitioners.models import Agenda, Practitioner
from practitioners.selectors.register_sites import ShownSite, shown_by_site

PAGE = 20
# Nobody reads so far; a crawler that does finds the same people on other pages.
LAST_PAGE = 25


@dataclass(frozen=True, slots=True)
class FoundAgenda:
    """One agenda of a result: `agenda` comes with practitioner, specialty, location, place and practice loaded."""

    agenda: Agenda
    listing: Listing
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class FoundSite:
    """One site of the register, where a result has no agenda; it comes with its place loaded."""

    site: ShownSite
    listing: Listing
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """A practitioner found, with specialty loaded: by `agendas`, or by `sites` where they have not joined, or by both.

    Those that suit the search, the one that earned the rank first. `alike`: called only nearly as typed.
    """

    practitioner: Practitioner
    agendas: list[FoundAgenda] = field(default_factory=list)
    sites: list[FoundSite] = field(default_factory=list)
    alike: bool = False

    @property
    def best(self) -> FoundAgenda | None:
        """None when they take no bookings in this circle."""
        return next(iter(self.agendas), None)


@dataclass(frozen=True, slots=True)
class Found:
    """`query` is the one that found somebody: maybe in a wider circle than asked. `alike`: only by names spelt nearly so."""

    results: list[Result]
    query: SearchQuery
    facets: Facets
    alike: bool = False
    has_next: bool = False

    @property
    def agendas(self) -> list[Agenda]:
        return [found.agenda for result in self.results for found in result.agendas]


def search(actor: Actor, query: SearchQuery, *, page: int = 1, size: int = PAGE, widen: bool = True) -> Found:
    """Run a search. When nobody is found, names spelt nearly so are tried, then the widest circle, then both.

    A word that nobody is called is read at once as the beginning of a name, or as a slip of one.

    The number of statements depends on what is asked, never on how much is found.
    """
    offset = (page - 1) * size
    rows: list[Ranked] = []
    for attempt in _attempts(query, widen=widen):
        tried, matches, alike = attempt
        rows = ranked_page(tried, matches, offset=offset, size=size + 1)
        # Past the first page an empty answer may mean that there is no such page.
        if rows or (page > 1 and ranked_page(tried, matches, offset=0, size=1)):
            break
    counted = facets(tried, matches)
    more = any(row.place > size for row in rows)
    results = _results(actor, [row for row in rows if row.place <= size])
    nearly = alike or (page == 1 and bool(rows) and rows[0].alike)
    return Found(results=results, query=tried, facets=counted, alike=nearly, has_next=more)


def _attempts(query: SearchQuery, *, widen: bool) -> Iterator[tuple[SearchQuery, Matches | None, bool]]:
    wider = [query.widened()] if widen and query.point is not None and query.radius_km < LARGEST_RADIUS_KM else []
    if not query.words:
        for circle in (query, *wider):
            yield circle, None, False
        return
    exact = by_spelling(spelt(query.words))
    yield query, exact, False
    near = None if exact.near else by_likeness(query.words)
    if near is not None:
        yield query, near, True
    for circle in wider:
        yield circle, exact, False
        if near is not None:
            yield circle, near, True


def _results(actor: Actor, rows: list[Ranked]) -> list[Result]:
    """The rows read in full, in two statements at most; whoever is no longer listed since is left out."""
    read = ("practitioner__specialty", "agenda__location__place", "agenda__practice", "site__place")
    listings = {
        listing.pk: listing
        for listing in scoped(actor, Listing, "read").filter(pk__in=[row.listing for row in rows]).select_related(*read)
    }
    for one in listings.values():
        if one.agenda is not None:
            one.agenda.practitioner = one.practitioner
        if one.site is not None:
            one.site.practitioner = one.practitioner
    sites = shown_by_site([one.site for one in listings.values() if one.site is not None])
    found: dict[int, Result] = {}
    for row in rows:
        listing = listings.get(row.listing)
        site = sites.get(listing.site_id or 0) if listing is not None else None
        if listing is None or (listing.agenda is None and site is None):
            continue
        result = found.setdefault(row.practitioner, Result(practitioner=listing.practitioner, alike=row.alike))
        if listing.agenda is not None:
            result.agendas.append(FoundAgenda(agenda=listing.agenda, listing=listing, distance_km=row.distance_km))
        elif site is not None:
            result.sites.append(FoundSite(site=site, listing=listing, distance_km=row.distance_km))
    return list(found.values())
