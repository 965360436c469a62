"""Starting from the catalogue: several usual reasons become reasons of the practice, offered by one agenda."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core import audit, idempotency
from core.access import Actor, get_or_404
from practitioners.enums import Mode
from practitioners.exceptions import Refusal
from practitioners.models import Agenda, AgendaReason, Practice, ReasonKind, VisitReason
from practitioners.signals import offering_changed

TINTS = 6


def adopt_kinds(*, actor: Actor, agenda: UUID, kinds: Sequence[str], claim: idempotency.Claim | None = None) -> Agenda:
    """Have the agenda offer these usual reasons (slugs) of its practitioner's specialty, all or none of them.

    A reason of the practice that was made from the same one is taken rather than made twice; duration and forms are
    those of the catalogue, video left out without a link. Raises NotForYou, `kinds_empty`, `kind_unknown`.
    """
    practice = get_or_404(actor, Practice, "shape", pk=actor.practice_id)
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    wanted = list(dict.fromkeys(kinds))
    if not wanted:
        raise Refusal("kinds_empty")
    with transaction.atomic(durable=True):
        done = idempotency.begin(actor, claim)
        if isinstance(done, Agenda):
            return done
        # Two first adoptions follow one another.
        row = Agenda.objects.select_for_update(of=("self",)).select_related("practitioner__specialty").get(pk=found.pk)
        specialty = row.practitioner.specialty
        rows = {kind.slug: kind for kind in ReasonKind.objects.filter(specialty=specialty, slug__in=wanted)}
        if len(rows) < len(wanted):
            raise Refusal("kind_unknown")
        reasons = _reasons(actor, practice, [rows[slug] for slug in wanted])
        _offer(actor, row, reasons)
        offering_changed.send(sender=AgendaReason, practitioner_ids=[row.practitioner_id])
        idempotency.complete(actor, claim, row)
    return row


def _reasons(actor: Actor, practice: Practice, kinds: Sequence[ReasonKind]) -> list[tuple[VisitReason, ReasonKind]]:
    """The practice's reason of each kind, made when it has none."""
    present = {
        reason.kind_id: reason
        for reason in VisitReason.objects.filter(practice=practice, kind__in=kinds, archived_at=None).order_by("-pk")
    }
    count = VisitReason.objects.filter(practice=practice).count()
    pairs = []
    for kind in kinds:
        reason = present.get(kind.pk)
        if reason is None:
            reason = VisitReason.objects.create(
                practice=practice,
                specialty_id=kind.specialty_id,
                kind=kind,
                name=kind.name,
                tint=count % TINTS + 1,
                position=count,
            )
            count += 1
            audit.record(
                actor,
                "practitioners.create_reason",
                reason,
                practice_id=practice.pk,
                specialty=kind.specialty.slug,
                questions=0,
            )
        pairs.append((reason, kind))
    return pairs


def _offer(actor: Actor, agenda: Agenda, pairs: Sequence[tuple[VisitReason, ReasonKind]]) -> None:
    offered = set(AgendaReason.objects.filter(agenda=agenda).values_list("visit_reason_id", flat=True))
    for reason, kind in pairs:
        if reason.pk in offered:
            continue
        modes = [mode for mode in kind.modes if mode != Mode.VIDEO or agenda.video_link] or [Mode.OFFICE.value]
        minutes = kind.duration_minutes
        offer = AgendaReason.objects.create(
            agenda=agenda, visit_reason=reason, duration_minutes=minutes, step_minutes=minutes, modes=modes
        )
        audit.record(
            actor,
            "practitioners.add_offer",
            offer,
            practice_id=agenda.practice_id,
            agenda=agenda.pk,
            duration_minutes=minutes,
            step_minutes=minutes,
            modes=modes,
        )
