"""How long the shared workstations of a practice may stay alone before they lock."""

from __future__ import annotations

from django.db import transaction

from core import audit
from core.access import Actor, get_or_404
from practitioners.models import Practice
from practitioners.team_refusals import TeamRefusal

LEAST, MOST = 2, 30


def set_idle_minutes(*, actor: Actor, minutes: int) -> Practice:
    """For owners: from the next act on each workstation. Raises NotForYou, `idle_minutes_range` outside of 2 to 30."""
    if not LEAST <= minutes <= MOST:
        raise TeamRefusal("idle_minutes_range")
    with transaction.atomic():
        allowed = get_or_404(actor, Practice, "staff", pk=actor.practice_id)
        practice = Practice.objects.select_for_update(no_key=True).get(pk=allowed.pk)
        if practice.idle_minutes != minutes:
            before, practice.idle_minutes = practice.idle_minutes, minutes
            practice.save(update_fields=["idle_minutes"])
            audit.record(
                actor,
                "practitioners.set_idle_minutes",
                practice,
                practice_id=practice.pk,
                before=before,
                minutes=minutes,
            )
    return practice
