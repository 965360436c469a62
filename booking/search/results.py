"""One page of a search: the practitioners found, in order, with every agenda of theirs that suits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from booking.models import Listing
from booking.search.facets import Facets, facets
from booking.search.names import Matches, by_beginnings, by_likeness
from booking.search.query import LARGEST_RADIUS_KM, SearchQuery
from booking.search.ranking import Ranked, ranked_page
from core.access import Actor, scoped
from practitioners.models import Agenda, Practitioner

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
class Result:
    """A practitioner found. `agendas` are those that suit the search, the one that earned the rank first."""

    practitioner: Practitioner
    agendas: list[FoundAgenda]

    @property
    def best(self) -> FoundAgenda:
        return self.agendas[0]


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
    return Found(results=results, query=tried, facets=counted, alike=alike, has_next=more)


def _attempts(query: SearchQuery, *, widen: bool) -> Iterator[tuple[SearchQuery, Matches | None, bool]]:
    wider = [query.widened()] if widen and query.point is not None and query.radius_km < LARGEST_RADIUS_KM else []
    if not query.words:
        for circle in (query, *wider):
            yield circle, None, False
        return
    exact = by_beginnings(query.words)
    yield query, exact, False
    near = by_likeness(query.words)
    if near is not None:
        yield query, near, True
    for circle in wider:
        yield circle, exact, False
        if near is not None:
            yield circle, near, True


def _results(actor: Actor, rows: list[Ranked]) -> list[Result]:
    """The rows read in full, in one statement; whoever is no longer published since is left out."""
    listings = {
        listing.pk: listing
        for listing in Listing.objects.filter(
            pk__in=[row.listing for row in rows], practitioner__in=scoped(actor, Practitioner, "read")
        ).select_related("agenda__practitioner__specialty", "agenda__location__place", "agenda__practice")
    }
    found: dict[int, Result] = {}
    for row in rows:
        listing = listings.get(row.listing)
        if listing is not None:
            agenda = FoundAgenda(agenda=listing.agenda, listing=listing, distance_km=row.distance_km)
            result = found.setdefault(row.practitioner, Result(practitioner=listing.agenda.practitioner, agendas=[]))
            result.agendas.append(agenda)
    return list(found.values())
