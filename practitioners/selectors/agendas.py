"""What a practice reads of its own agendas and reasons, as far as the actor runs them."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet

from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda, AgendaReason, OnlineBlock, VisitQuestion, VisitReason

Row = TypeVar("Row", bound=Model)


def agendas_run(actor: Actor) -> QuerySet[Agenda]:
    """The agendas the actor runs, with what closes each of them online today as `open_blocks`."""
    blocks = OnlineBlock.objects.filter(closed_at__isnull=True).order_by("opened_at", "pk")
    return (
        scoped(actor, Agenda, "manage")
        .select_related("practitioner", "location__place")
        .prefetch_related(Prefetch("online_blocks", queryset=blocks, to_attr="open_blocks"))
        .order_by("practitioner__name_key", "pk")
    )


def agenda_run(actor: Actor, uid: UUID) -> Agenda:
    """One of them. Raises NotForYou."""
    return _one(agendas_run(actor).filter(uid=uid))


def reasons_shaped(actor: Actor, *, archived: bool | None = None) -> QuerySet[VisitReason]:
    """The reasons of the practice, with their questions, and as `offers` how the agendas the actor arranges offer them."""
    offers = scoped(actor, AgendaReason, "manage").select_related("agenda").order_by("agenda_id")
    questions = VisitQuestion.objects.select_related("redirect_to").order_by("position")
    rows = (
        scoped(actor, VisitReason, "manage")
        .select_related("specialty", "kind")
        .prefetch_related(
            Prefetch("questions", queryset=questions), Prefetch("agenda_reasons", queryset=offers, to_attr="offers")
        )
        .order_by("position", "pk")
    )
    return rows if archived is None else rows.filter(archived_at__isnull=not archived)


def reason_shaped(actor: Actor, uid: UUID) -> VisitReason:
    """One of them, archived or not. Raises NotForYou."""
    return _one(reasons_shaped(actor).filter(uid=uid))


def offer_arranged(actor: Actor, visit_reason: UUID, agenda: UUID) -> AgendaReason:
    """How one agenda offers one reason. Raises NotForYou."""
    rows = scoped(actor, AgendaReason, "manage").select_related("agenda", "visit_reason")
    return _one(rows.filter(visit_reason__uid=visit_reason, agenda__uid=agenda))


def _one(rows: QuerySet[Row]) -> Row:
    found = rows.first()
    if found is None:
        raise NotForYou
    return found
