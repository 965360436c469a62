"""Whether a reading on the patient's side is news to somebody: one's own is not, a relative's is."""

from __future__ import annotations

from core import clock
from core.access import Actor, may
from patients.enums import Level
from patients.models import Guardianship, Patient


def is_news_to_others(actor: Actor, person: Patient) -> bool:
    """False for the person, and for who keeps alone the record of somebody without an account."""
    if person.user_id is not None and person.user_id == actor.user_id:
        return False
    if not may(actor, "share_record", person):
        return True
    live = Guardianship.objects.active(clock.now()).filter(patient=person, level=Level.GRANTED)
    return live.exclude(user=actor.user_id).exists()
