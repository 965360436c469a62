"""What an agenda offers online: the agenda, the reason and how they go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from booking.exceptions import Refusal
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from practitioners.enums import Mode, VerificationState
from practitioners.models import Agenda, AgendaReason, OnlineBlock, VisitQuestion, VisitReason

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class OfferFacts(TypedDict):
        closed_online: bool
        has_questions: bool

    Offer = WithAnnotations[AgendaReason, OfferFacts]
else:
    Offer = AgendaReason


def public_offers() -> QuerySet[Offer]:
    """Offers of published practitioners, with all that booking reads.

    `closed_online` says whether a block is open, `has_questions` whether the reason asks any.
    """
    open_blocks = OnlineBlock.objects.filter(agenda=OuterRef("agenda"), closed_at__isnull=True)
    return (
        AgendaReason.objects.filter(
            agenda__practitioner__verification=VerificationState.PUBLISHED,
            visit_reason__archived_at__isnull=True,
            online=True,
        )
        .select_related(
            "agenda__location__place",
            "agenda__practice",
            "agenda__practitioner__specialty",
            "visit_reason",
        )
        .annotate(
            closed_online=Exists(open_blocks),
            has_questions=Exists(VisitQuestion.objects.filter(visit_reason=OuterRef("visit_reason"))),
        )
        .order_by("agenda_id", "visit_reason__position", "pk")
    )


def open_offers() -> QuerySet[Offer]:
    """The same, of agendas that no online block closes."""
    return public_offers().filter(closed_online=False)


def find_offer(actor: Actor, agenda: UUID, visit_reason: UUID) -> Offer:
    """The offer of this reason by this agenda.

    Raises Http404 for an agenda or a reason one may not know about, `not_offered` for a pair that does not exist.
    """
    offer = public_offers().filter(agenda__uid=agenda, visit_reason__uid=visit_reason).first()
    if offer is None:
        get_or_404(actor, Agenda, "read", uid=agenda)
        get_or_404(actor, VisitReason, "read", uid=visit_reason)
        raise Refusal("not_offered")
    return offer


def find_offers(visit_reason: UUID, agendas: Sequence[UUID] | None = None) -> list[Offer]:
    """The bookable offers of one reason, among these agendas or all; those that are closed online are left out."""
    offers = open_offers().filter(visit_reason__uid=visit_reason)
    if agendas is not None:
        offers = offers.filter(agenda__uid__in=list(agendas))
    return [offer for offer in offers if offered_modes(offer)]


def offers_for_search(actor: Actor, visit_reason: UUID, agendas: Sequence[UUID] | None) -> list[Offer]:
    """The same for a question from outside.

    Raises Http404 when the reason or an agenda is not one to know about, `not_offered` when none of the agendas
    offers the reason. An agenda closed online is known and simply has no slot.
    """
    offers = public_offers().filter(visit_reason__uid=visit_reason)
    if agendas is not None:
        offers = offers.filter(agenda__uid__in=list(agendas))
    found = list(offers)
    if agendas is not None and len({offer.agenda.uid for offer in found}) < len(set(agendas)):
        known = scoped(actor, Agenda, "read").filter(uid__in=list(agendas)).count()
        if known < len(set(agendas)):
            raise NotForYou
    if not found:
        get_or_404(actor, VisitReason, "read", uid=visit_reason)
        raise Refusal("not_offered")
    return [offer for offer in found if not offer.closed_online and offered_modes(offer)]


def offered_modes(offer: AgendaReason) -> list[str]:
    """The modes that really exist: a video visit needs the agenda's external link."""
    return [mode for mode in offer.modes if mode != Mode.VIDEO or offer.agenda.video_link]


def questions_of(offer: AgendaReason) -> list[VisitQuestion]:
    """The yes/no questions of a reason, in order."""
    return list(VisitQuestion.objects.filter(visit_reason=offer.visit_reason_id).order_by("position"))
