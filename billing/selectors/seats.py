"""Who may hold a seat in a practice, and which practices receive the public. A locum, a secretary and a second place are none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from practitioners.enums import VerificationState
from practitioners.models import Agenda, AgendaReason, OnlineBlock, Practitioner


def practitioners_of(practice_id: int) -> QuerySet[Practitioner]:
    """Who has an agenda of their own in the practice, however many places: each is one seat. In order of name."""
    there = Agenda.objects.filter(practice=practice_id, practitioner=OuterRef("pk"))
    return Practitioner.objects.filter(Exists(there)).order_by("name_key", "pk")


def holders_of(practice_id: int, uids: Collection[UUID]) -> list[Practitioner]:
    """Those of the practice among `uids`; what is foreign or unknown is left out."""
    return list(practitioners_of(practice_id).filter(uid__in=list(uids)))


def public_practices(practice_ids: Iterable[int] | None = None) -> set[int]:
    """Practices with an agenda that the public can book: published, open online, with a reason offered online."""
    offered = AgendaReason.objects.filter(agenda=OuterRef("pk"), online=True, visit_reason__archived_at__isnull=True)
    closed = OnlineBlock.objects.filter(agenda=OuterRef("pk"), closed_at__isnull=True)
    agendas = Agenda.objects.filter(
        Exists(offered), ~Exists(closed), practitioner__verification=VerificationState.PUBLISHED
    )
    if practice_ids is not None:
        agendas = agendas.filter(practice__in=list(practice_ids))
    return set(agendas.values_list("practice_id", flat=True))
