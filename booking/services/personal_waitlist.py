"""What the waitlist hands over when a person asks for their data, and what it forgets when they close their account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q

from accounts.registry import erases, exports
from booking.enums import WaitlistEnd, WaitlistState
from booking.models import WaitlistEntry
from booking.services.waitlist.leaving import forget_entry
from core.access import Actor, Space, scoped


@exports("waitlist")
def export_waitlist(user_id: int) -> list[dict[str, Any]]:
    """The entries the person may see, with when it suits and what was offered."""
    reader = Actor(user_id=user_id, space=Space.PATIENT)
    rows = scoped(reader, WaitlistEntry, "read").select_related("visit_reason", "practice", "patient")
    return [
        {
            "id": str(entry.uid),
            "state": entry.state,
            "ended_by": entry.ended_by,
            "practice": entry.practice.name,
            "reason": entry.visit_reason.name,
            "patient": entry.patient.first_name if entry.patient else "",
            "practitioners": [agenda.practitioner.display_name for agenda in entry.agendas.all()],
            "mode": entry.mode,
            "from": entry.earliest_on.isoformat() if entry.earliest_on else None,
            "to": entry.latest_on.isoformat() if entry.latest_on else None,
            "windows": [
                {"weekday": row.weekday, "start": row.start.isoformat(), "end": row.end.isoformat()}
                for row in entry.windows.all()
            ],
            "joined_at": entry.joined_at.isoformat(),
            "offers": [
                {"start": offer.start_at.isoformat(), "until": offer.expires_at.isoformat(), "answer": offer.answer}
                for offer in entry.offers.all()
            ],
        }
        for entry in rows.prefetch_related("agendas__practitioner", "windows", "offers").order_by("joined_at", "pk")
    ]


@erases("waitlist")
def erase_waitlist(actor: Actor, user_id: int) -> None:
    """Leave every list the account joined, inside the transaction that closes it; a practice's own entries stay its own."""
    own_actor = replace(actor, user_id=user_id, space=Space.PATIENT, practice_id=None)
    mine = Q(user=user_id) | Q(patient__user=user_id, user__isnull=False)
    for entry in WaitlistEntry.objects.filter(mine).order_by("pk"):
        if entry.state == WaitlistState.WAITING:
            forget_entry(own_actor, entry, WaitlistEnd.FORGOTTEN)
        WaitlistEntry.objects.filter(pk=entry.pk).update(answers="")
    kept = WaitlistEntry.objects.filter(user__isnull=True, record__isnull=False, state=WaitlistState.WAITING)
    kept.filter(Q(patient__user=user_id) | Q(patient__removed_at__isnull=False)).update(patient=None)
