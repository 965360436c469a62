"""What goes with a practitioner who leaves a practice: their agendas there take no more bookings online."""

from __future__ import annotations

from core import audit, clock, jobs
from core.access import Actor, system_actor
from practitioners.enums import BlockCause, Role
from practitioners.models import Agenda, Membership, OnlineBlock
from practitioners.signals import agendas_left, offering_changed

CLOSE = "practitioners.close_left_agendas"
PRACTISING = (Role.OWNER, Role.PRACTITIONER)


def close_left_agendas(actor: Actor, member: Membership) -> list[Agenda]:
    """Close online the agendas of a member who practises here no more; visits to come stay, for somebody to decide.

    Nothing happens while another live membership of theirs still practises here. Call it in the transaction of the end.
    """
    if member.role not in PRACTISING or _still_practises(member):
        return []
    agendas = list(
        Agenda.objects.select_for_update(of=("self",))
        .filter(practice=member.practice_id, practitioner__user=member.user_id)
        .order_by("pk")
    )
    closed = []
    for agenda in agendas:
        if OnlineBlock.objects.filter(agenda=agenda, cause=BlockCause.OWNER, closed_at__isnull=True).exists():
            continue
        OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
        audit.record(actor, "practitioners.close_left_agenda", agenda, practice_id=agenda.practice_id)
        closed.append(agenda)
    if closed:
        offering_changed.send(sender=Agenda, practitioner_ids=sorted({agenda.practitioner_id for agenda in closed}))
    if agendas:
        agendas_left.send(sender=Membership, practice_id=member.practice_id, agenda_ids=[row.pk for row in agendas])
    return closed


def close_when_gone(member: Membership) -> None:
    """When the end is already known, the closing waits for it. Inside the transaction that writes the dates."""
    if member.role in PRACTISING and member.ends_at is not None:
        jobs.enqueue(CLOSE, due_at=member.ends_at, unique=f"{CLOSE}:{member.pk}", member_id=member.pk)


@jobs.handler(CLOSE)
def close_after_the_end(*, member_id: int) -> None:
    """Once the dates of a member are over; a member whose dates were put off is left alone."""
    member = Membership.objects.filter(pk=member_id).first()
    if member is not None and member.ends_at is not None and member.ends_at <= clock.now():
        close_left_agendas(system_actor(CLOSE), member)


def _still_practises(member: Membership) -> bool:
    live = Membership.objects.active(clock.now()).exclude(pk=member.pk)
    return live.filter(user=member.user_id, practice=member.practice_id, role__in=PRACTISING).exists()
