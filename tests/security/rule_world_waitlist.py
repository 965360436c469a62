"""The waitlist of the world of rules: an entry and an offer under one name, seen by persons, guardians and teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from booking.models import WaitlistEntry, WaitlistOffer
from core import clock
from patients.models import Patient
from practitioners.enums import Discretion
from practitioners.models import Agenda, VisitReason
from tests.factories import AgendaReasonFactory, RecordFactory


def add_waitlist(world: Any, guardians: list[str]) -> None:
    """Entries of alice and the child by whoever joined for them, and one of each agenda, named after it."""
    owner = world.get(Agenda, "owner")
    offer = AgendaReasonFactory(agenda=owner)
    concealed = offer.visit_reason
    world.add(concealed=offer)
    world.add(concealed=concealed)
    concealed.discretion = Discretion.CONCEALED
    concealed.save()
    people = {
        "alice_wait": ("alice", "alice", None),
        "alice_by_bob": ("alice", "bob", None),
        "alice_by_declared": ("alice", "declared", None),
        "alice_concealed": ("alice", "alice", concealed),
        "alice_concealed_by_bob": ("alice", "bob", concealed),
        "child_by_nobody": ("child", None, None),
        # Who joined may act for somebody, but not for this child.
        "child_by_bob_in_line": ("child", "bob", None),
        "removed_wait": ("removed", "alice", None),
        **{f"child_by_{name}": ("child", name, None) for name in guardians},
    }
    for name, (patient, user, reason) in people.items():
        account = world.users[user] if user else None
        _add(world, name, owner, owner.practice, reason, patient=world.get(Patient, patient), user=account)
    for name, agenda in world.rows[Agenda].items():
        _add(world, name, agenda, agenda.practice, None, record=_file(world, name, agenda.practice))
    # Rows that no service would write: the list of one practice, an agenda of another.
    other = world.get(Agenda, "other")
    for name, agenda, practice in (("crossed", owner, other.practice), ("crossed_back", other, owner.practice)):
        _add(world, name, agenda, practice, None, record=_file(world, name, practice))


def _file(world: Any, name: str, practice: Any) -> Any:
    """The file of who waits under that name, without an account."""
    record = RecordFactory(practice=practice, patient=None)
    world.add(**{f"{name}_waiting": record})
    return record


def _add(world: Any, name: str, agenda: Any, practice: Any, reason: Any, **whose: Any) -> None:
    now = clock.now()
    reason = reason or world.rows[VisitReason]["owner"]
    entry = WaitlistEntry.objects.create(
        practice=practice, visit_reason=reason, joined_at=now, state="left", ended_at=now, **whose
    )
    entry.agendas.set([agenda])
    start = now + timedelta(days=2)
    offer = WaitlistOffer.objects.create(
        entry=entry,
        agenda=agenda,
        start_at=start,
        end_at=start + timedelta(minutes=20),
        told_at=now,
        expires_at=now + timedelta(hours=1),
    )
    world.add(**{name: entry})
    world.add(**{name: offer})
