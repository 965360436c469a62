"""What an agenda offers online: the agenda, the reason and how they go together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from booking.exceptions import Refusal
from booking.invitations import is_invited
from core.access import Actor, get_or_404, scoped
from core.compiled import CompiledQuery
from core.exceptions import NotForYou
from practitioners.enums import Mode, VerificationState
from practitioners.models import Agenda, AgendaReason, OnlineBlock, VisitQuestion, VisitReason

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class OfferFacts(TypedDict):
        closed_online: bool
        has_questions: bool
        invited: bool

    Offer = WithAnnotations[AgendaReason, OfferFacts]
else:
    Offer = AgendaReason


def public_offers() -> QuerySet[Offer]:
    """Offers of published practitioners to everybody, with all that booking reads.

    `closed_online` says whether a block is open, `has_questions` whether the reason asks any, `invited` that the offer is
    open to who asks by an invitation of the practice alone.
    """
    return _known_offers().filter(online=True).annotate(invited=Value(False, output_field=BooleanField()))


def invited_offers() -> QuerySet[Offer]:
    """The same, open online or not, for who holds an invitation to the one that is asked for."""
    return _known_offers().annotate(invited=Value(True, output_field=BooleanField()))


def _known_offers() -> QuerySet[Any]:
    open_blocks = OnlineBlock.objects.filter(agenda=OuterRef("agenda"), closed_at__isnull=True)
    return (
        AgendaReason.objects.filter(
            agenda__practitioner__verification=VerificationState.PUBLISHED,
            visit_reason__archived_at__isnull=True,
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


def shown_offers() -> QuerySet[Offer]:
    """The same offers with no more than what a list of free hours reads: fewer tables to plan for, fewer rows to make."""
    return (
        public_offers()
        .select_related(None)
        .select_related("agenda__location__place")
        .defer(
            "agenda__created_at",
            *(f"agenda__location__{name}" for name in ("uid", "name", "street", "postcode", "access_notes", "transit")),
            *(f"agenda__location__place__{name}" for name in ("postcodes", "sort_key", "short_key", "slug", "region")),
        )
    )


def open_offers() -> QuerySet[Offer]:
    """The same, of agendas that no online block closes."""
    return public_offers().filter(closed_online=False)


def offer_as_it_is(offer: AgendaReason) -> Offer | None:
    """The same offer read again, None when the public, or who was invited, may not know of it any more."""
    if getattr(offer, "invited", False):
        return invited_offers().filter(pk=offer.pk).first()
    return next(iter(_one_offer().fetch({OFFER: offer.pk})), None)


# Marks in the place of values, in the statements that are made once.
REASON, AGENDA = UUID(int=1), UUID(int=2)
OFFER = -1


@lru_cache(maxsize=128)
def _offers_of_reason(agendas: int | None) -> CompiledQuery[Offer]:
    """One statement for each number of agendas asked for: they are bounded by the API."""
    rows = shown_offers().filter(visit_reason__uid=REASON)
    return CompiledQuery(rows if agendas is None else rows.filter(agenda__uid__in=_marks(agendas)))


@lru_cache(maxsize=1)
def _offer_of_pair() -> CompiledQuery[Offer]:
    return CompiledQuery(public_offers().filter(visit_reason__uid=REASON, agenda__uid=AGENDA))


@lru_cache(maxsize=1)
def _one_offer() -> CompiledQuery[Offer]:
    return CompiledQuery(public_offers().filter(pk=OFFER))


def _marks(count: int) -> list[UUID]:
    return [UUID(int=number) for number in range(2, count + 2)]


def _shown_offers_of(visit_reason: UUID, agendas: Sequence[UUID] | None) -> list[Offer]:
    if agendas is None:
        return _offers_of_reason(None).fetch({REASON: visit_reason})
    wanted = list(dict.fromkeys(agendas))
    if not wanted:
        return []
    return _offers_of_reason(len(wanted)).fetch(
        {REASON: visit_reason, **dict(zip(_marks(len(wanted)), wanted, strict=True))}
    )


def find_offer(actor: Actor, agenda: UUID, visit_reason: UUID, *, invitation: str = "") -> Offer:
    """The offer of this reason by this agenda; with an invitation to it, one that is not open to everybody too.

    Raises Http404 for an agenda or a reason one may not know about, `not_offered` for a pair that does not exist.
    """
    if is_invited(invitation, agenda, visit_reason):
        offer = invited_offers().filter(visit_reason__uid=visit_reason, agenda__uid=agenda).first()
    else:
        offer = next(iter(_offer_of_pair().fetch({REASON: visit_reason, AGENDA: agenda})), None)
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
    found = _shown_offers_of(visit_reason, agendas)
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
