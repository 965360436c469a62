"""Who near a place does what a rule asks: the directory's own search and order, those without online booking included."""

from __future__ import annotations

from dataclasses import dataclass, field

from booking.result_cards import DAYS_READ, cards
from booking.search.asked import Asked
from booking.search.hours import hours_by_agenda
from booking.search.query import SearchQuery
from booking.search.results import search
from booking.search.understanding import understand
from carnet.prevention.rule import Rule
from core import clock
from core.access import Actor
from core.phrasing import zone_of
from core.presentation import PractitionerCard
from patients.majority import PARIS
from practitioners.models import Specialty

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Who:
    """`specialties` may do it, the chosen one in `chosen`; `cards` once a place is known; `more` is the whole search."""

    specialties: list[Specialty]
    chosen: Specialty | None
    where: str = ""
    is_unclear: bool = False
    cards: list[PractitionerCard] = field(default_factory=list)
    more: str = ""


def who_may(actor: Actor, rule: Rule, *, where: str = "", specialty: str = "") -> Who:
    """The professionals for a rule around a typed place; without a place, only who may do it."""
    rank = {slug: number for number, slug in enumerate(rule.specialties)}
    known = sorted(Specialty.objects.filter(slug__in=rank), key=lambda one: rank[one.slug])
    chosen = next((one for one in known if one.slug == specialty), known[0] if known else None)
    if not where or chosen is None:
        return Who(known, chosen, where)
    asked = Asked.read({"specialite": chosen.slug, "ou": where})
    understood = understand(asked)
    if understood.query.place is None:
        return Who(known, chosen, where, is_unclear=True)
    query = SearchQuery(specialty=chosen, place=understood.query.place)
    found = search(actor, query, size=SHOWN)
    hours = hours_by_agenda(
        [result.best.agenda for result in found.results if result.best], days=DAYS_READ, now=clock.now()
    )
    zone = zone_of(understood.query.place.timezone) if understood.query.place else PARIS
    return Who(
        known,
        chosen,
        understood.query.place.label,
        cards=cards(found.results, hours, today=clock.today(zone)),
        more=asked.query_string(),
    )
