"""The reasons of a practice as it edits them, who offers them, and the catalogue from which it starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda, AgendaReason, ReasonKind, VisitQuestion, VisitReason


def reasons_managed(actor: Actor) -> list[VisitReason]:
    """Every reason of the practice, archived ones last, in the practice's order; one statement."""
    rows = scoped(actor, VisitReason, "manage").select_related("specialty", "kind")
    return sorted(rows.order_by("position", "pk"), key=lambda row: row.archived_at is not None)


def reason_managed(actor: Actor, uid: UUID) -> VisitReason:
    """One of them. Raises NotForYou."""
    found = scoped(actor, VisitReason, "manage").select_related("specialty", "kind").filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def offers_by_reason(actor: Actor) -> dict[int, list[AgendaReason]]:
    """The offers of the agendas one arranges, by reason id; one statement."""
    found: dict[int, list[AgendaReason]] = defaultdict(list)
    rows = scoped(actor, AgendaReason, "manage").select_related("agenda__practitioner", "agenda__location")
    for offer in rows.order_by("agenda__practitioner__name_key", "pk"):
        found[offer.visit_reason_id].append(offer)
    return found


def offer_of(actor: Actor, agenda: Agenda, reason: VisitReason) -> AgendaReason | None:
    """How the agenda offers the reason, None when it does not."""
    return scoped(actor, AgendaReason, "manage").filter(agenda=agenda, visit_reason=reason).first()


def questions_asked(reason: VisitReason) -> list[VisitQuestion]:
    """The questions of a reason, in order."""
    rows = VisitQuestion.objects.filter(visit_reason=reason).select_related("redirect_to")
    return list(rows.order_by("position"))


def kinds_for(agenda: Agenda) -> list[ReasonKind]:
    """The usual reasons of the specialty of the agenda's practitioner that it does not offer yet."""
    offered = AgendaReason.objects.filter(agenda=agenda, visit_reason__kind__isnull=False)
    rows = ReasonKind.objects.filter(specialty=agenda.practitioner.specialty_id)
    return list(rows.exclude(pk__in=offered.values("visit_reason__kind")).order_by("position", "slug"))


def specialties_of(agendas: Sequence[Agenda]) -> list[tuple[str, str]]:
    """Slug and name of the specialties of these agendas' practitioners, each once."""
    found = {agenda.practitioner.specialty.slug: agenda.practitioner.specialty.label for agenda in agendas}
    return list(found.items())
