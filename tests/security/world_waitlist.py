"""The waitlist of the world of the matrix: who waits for an hour of both practices, and the hour kept for each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from booking.models import WaitlistEntry, WaitlistOffer
from booking.waitlist_links import token_of
from core import clock
from tests.factories import HoldFactory


def waitlist_targets(
    lilas: Any, other: Any, people: dict[str, Any], users: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Name of a target → arguments of its address."""
    found: dict[str, dict[str, Any]] = {}
    start = (clock.now() + timedelta(days=7)).replace(hour=10, minute=0, second=0, microsecond=0)
    times = {"start_at": start, "end_at": start + timedelta(minutes=20)}
    for name, agenda in {"alice": lilas, "charlie": other}.items():
        entry = WaitlistEntry.objects.create(
            practice=agenda.practice,
            visit_reason=agenda.reasons.get().visit_reason,
            patient=people[name],
            user=users[name],
            joined_at=clock.now(),
        )
        entry.agendas.set([agenda])
        now = clock.now()
        offer = WaitlistOffer(entry=entry, agenda=agenda, told_at=now, expires_at=now + timedelta(hours=2), **times)
        offer.hold = HoldFactory(agenda=agenda, holder=f"waitlist:{offer.uid}", **times)
        offer.save()
        found |= {
            f"{name}_entry": {"uid": entry.uid},
            f"{name}_kept": {"uid": offer.uid},
            f"{name}_kept_link": {"token": token_of(offer)},
        }
    return found


def waitlist_bodies(agenda: Any, child: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Bodies that are right in form."""
    joining = {
        "visit_reason": str(agenda.reasons.get().visit_reason.uid),
        "agendas": [str(agenda.uid)],
        "patient": str(child.uid),
    }
    taking = {"answer": "decline", "form_token": "matrix-token-1"}
    return {("booking_api:waitlist_entries", "POST"): joining, ("desk:waitlist_answer", "POST"): taking}
