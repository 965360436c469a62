"""The public page of a practitioner as its owner previews it: published or not, with words not yet saved."""

from __future__ import annotations

from booking.selectors.offers import offered_modes
from booking.selectors.profile import Profile
from core.access import Actor, may
from practitioners.enums import VerificationState
from practitioners.models import Agenda, AgendaReason, Location, OnlineBlock, Practice, Practitioner


def profile_preview(agenda: Agenda) -> Profile:
    """What the page of the agenda's practitioner shows, for this agenda, or would show once published. Two statements."""
    closed = OnlineBlock.objects.filter(agenda=agenda, closed_at=None).exists()
    offers = (
        []
        if closed
        else list(
            AgendaReason.objects.filter(agenda=agenda, online=True, visit_reason__archived_at=None)
            .select_related("visit_reason")
            .order_by("visit_reason__position", "pk")
        )
    )
    for offer in offers:
        offer.agenda = agenda
    shown = [offer for offer in offers if offered_modes(offer)]
    return Profile(practitioner=agenda.practitioner, agendas=[agenda], offers=shown)


def is_published(agenda: Agenda) -> bool:
    return agenda.practitioner.verification == VerificationState.PUBLISHED


def may_describe(actor: Actor, agenda: Agenda) -> tuple[bool, bool, bool]:
    """Whether the actor writes about the person, the place and the practice. Three statements."""
    person: Practitioner = agenda.practitioner
    place: Location = agenda.location
    practice: Practice = agenda.practice
    return may(actor, "describe", person), may(actor, "manage", place), may(actor, "staff", practice)
