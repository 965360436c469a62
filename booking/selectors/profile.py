"""What the page of a practitioner shows: the person, where they receive, what they offer and how to reach them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from booking.selectors.availability import FreeSlot, admits, first_free
from booking.selectors.offers import find_offers, invited_offers, offered_modes, open_offers
from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda, AgendaReason, Practitioner, VisitQuestion


@dataclass(frozen=True, slots=True)
class Profile:
    """A published practitioner. `offers` are the reasons bookable online now, in the practice's order."""

    practitioner: Practitioner
    agendas: list[Agenda]
    offers: Sequence[AgendaReason]

    @property
    def is_bookable(self) -> bool:
        return bool(self.offers)

    @property
    def modes(self) -> list[str]:
        """Every mode that some offer really has, in the order of the offers."""
        return list(dict.fromkeys(mode for offer in self.offers for mode in offered_modes(offer)))

    def offers_at(self, agenda: Agenda, mode: str | None = None) -> list[AgendaReason]:
        """The offers of one agenda, in one mode if given."""
        return [
            offer
            for offer in self.offers
            if offer.agenda_id == agenda.pk and (mode is None or mode in offered_modes(offer))
        ]


def profile(actor: Actor, slug: str, invited: Iterable[tuple[UUID, UUID]] = ()) -> Profile:
    """The profile behind a public address, with the (agenda, reason) to which the reader is invited, after the others.

    Raises NotForYou when nobody published has it. Three statements, and one for each invitation.
    """
    person = scoped(actor, Practitioner, "read").select_related("specialty").filter(slug=slug).first()
    if person is None:
        raise NotForYou
    agendas = list(
        Agenda.objects.filter(practitioner=person)
        .select_related("location__place", "practice", "practitioner__specialty")
        .order_by("pk")
    )
    rows = list(open_offers().filter(agenda__practitioner=person))
    for agenda, reason in invited:
        # The invited offer stands in the place of the public one: its audience does not bind.
        mine = invited_offers().filter(
            agenda__practitioner=person, agenda__uid=agenda, visit_reason__uid=reason, closed_online=False
        )
        found = list(mine)
        rows = [row for row in rows if row.pk not in {offer.pk for offer in found}] + found
    offers = [offer for offer in rows if offered_modes(offer)]
    return Profile(practitioner=person, agendas=agendas, offers=offers)


def questions_by_reason(reasons: Iterable[int]) -> dict[int, list[VisitQuestion]]:
    """The yes/no questions of several reasons, in order, by reason id; one statement."""
    found: dict[int, list[VisitQuestion]] = defaultdict(list)
    for question in VisitQuestion.objects.filter(visit_reason__in=set(reasons)).order_by("visit_reason", "position"):
        found[question.visit_reason_id].append(question)
    return found


def colleague_hour(offer: AgendaReason, *, from_day: date, mode: str | None = None) -> FreeSlot | None:
    """The first free hour, from a local day on, of somebody else of the practice for the same reason; or None."""
    others = [
        other
        for other in find_offers(offer.visit_reason.uid)
        if other.agenda.practitioner_id != offer.agenda.practitioner_id and admits(other, mode=mode, new_patient=True)
    ]
    return first_free(others, from_day=from_day, now=clock.now())


def agenda_of(found: Profile, uid: UUID | None) -> Agenda | None:
    """The agenda asked for, else the first one with something to book, else the first one."""
    by_uid = {agenda.uid: agenda for agenda in found.agendas}
    if uid in by_uid:
        return by_uid[uid]
    bookable = {offer.agenda_id for offer in found.offers}
    return next((agenda for agenda in found.agendas if agenda.pk in bookable), next(iter(found.agendas), None))
