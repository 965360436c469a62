"""The agendas one sets up, each with its state: open online or why not, what is missing, its first free start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.calendar import in_force
from booking.models import OpeningHours
from booking.selectors.availability import FreeSlot, first_free_by_agenda
from booking.selectors.offers import offered_modes
from booking.selectors.setup_visits import Flagged, flagged_visits
from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.enums import BlockCause, VerificationState
from practitioners.models import Agenda, AgendaReason, Location, OnlineBlock, Practice, Practitioner


@dataclass(frozen=True, slots=True)
class AgendaState:
    """One agenda and what stands between it and a booking. `blocks` are open, oldest first."""

    agenda: Agenda
    blocks: Sequence[OnlineBlock]
    offers: Sequence[AgendaReason]
    openings: int
    first_free: FreeSlot | None
    flagged: Sequence[Flagged]

    @property
    def is_verified(self) -> bool:
        return self.agenda.practitioner.verification == VerificationState.PUBLISHED

    @property
    def closed_by_practice(self) -> OnlineBlock | None:
        return next((block for block in self.blocks if block.cause == BlockCause.OWNER), None)

    @property
    def other_blocks(self) -> list[OnlineBlock]:
        """Those that the practice cannot lift itself."""
        return [block for block in self.blocks if block.cause != BlockCause.OWNER]

    @property
    def online_offers(self) -> list[AgendaReason]:
        return [offer for offer in self.offers if offer.online and offered_modes(offer)]

    @property
    def is_bookable(self) -> bool:
        return bool(self.is_verified and not self.blocks and self.online_offers and self.openings)

    @property
    def is_begun(self) -> bool:
        """Whether somebody has set up reasons and hours; else the first-time guide helps."""
        return bool(self.offers and self.openings)


def agendas_arranged(actor: Actor) -> list[Agenda]:
    """The agendas the actor sets up, by name and place; one statement."""
    rows = scoped(actor, Agenda, "arrange").select_related(
        "practitioner__specialty", "location__place", "practice", "practitioner__user"
    )
    return list(rows.order_by("practitioner__name_key", "location__name", "pk"))


def reads_billing(actor: Actor) -> bool:
    """Whether the practice's subscription is theirs to read; the rule is that of the package that keeps it."""
    return scoped(actor, Practice, "read_billing").exists()


def agenda_states(actor: Actor, agendas: Sequence[Agenda]) -> list[AgendaState]:
    """The state of each; ten statements at most, whatever their number."""
    blocks: dict[int, list[OnlineBlock]] = defaultdict(list)
    for block in OnlineBlock.objects.filter(agenda__in=agendas, closed_at=None).order_by("opened_at", "pk"):
        blocks[block.agenda_id].append(block)
    offers = offers_arranged(agendas)
    today = clock.now().date()
    open_now = OpeningHours.objects.filter(in_force(today), agenda__in=agendas).values_list("agenda_id", flat=True)
    openings = list(open_now)
    shown = [offer for rows in offers.values() for offer in rows if offer.online and offered_modes(offer)]
    firsts = first_free_by_agenda(shown, now=clock.now())
    flagged = flagged_visits(actor, agendas)
    return [
        AgendaState(
            agenda,
            blocks[agenda.pk],
            offers[agenda.pk],
            openings.count(agenda.pk),
            firsts.get(agenda.pk),
            flagged.get(agenda.pk, []),
        )
        for agenda in agendas
    ]


def offers_arranged(agendas: Sequence[Agenda]) -> dict[int, list[AgendaReason]]:
    """What these agendas offer, archived reasons left out, in the practice's order; one statement."""
    known = {agenda.pk: agenda for agenda in agendas}
    found: dict[int, list[AgendaReason]] = defaultdict(list)
    rows = AgendaReason.objects.filter(agenda__in=agendas, visit_reason__archived_at=None)
    for offer in rows.select_related("visit_reason").order_by("visit_reason__position", "pk"):
        offer.agenda = known[offer.agenda_id]
        found[offer.agenda_id].append(offer)
    return found


def agenda_to_set_up(actor: Actor, uid: UUID) -> Agenda:
    """One of these agendas, with its person and place. Raises NotForYou."""
    rows = scoped(actor, Agenda, "arrange").select_related("practitioner__specialty", "location__place", "practice")
    found = rows.filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def people_and_places(actor: Actor) -> tuple[list[Practitioner], list[Location]]:
    """For whom and where the actor may open an agenda: nobody and nowhere for who does not own the practice."""
    people = list(scoped(actor, Practitioner, "engage").order_by("name_key", "pk"))
    if not people:
        return [], []
    return people, list(scoped(actor, Location, "manage").order_by("name", "pk"))
