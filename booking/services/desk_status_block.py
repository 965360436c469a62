"""Blocking the next minutes of an agenda: the doctor runs late, a patient feels ill, somebody must be called now."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.desk_statuses import StatusRefused
from booking.models import Absence
from booking.recurrence import Frequency
from booking.services._agenda_rules import check_room, write_rule
from core import audit, clock
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.models import Agenda

SHORTEST, LONGEST = 5, 240


def block_minutes(
    *, actor: Actor, agenda: UUID, minutes: int = 30, label: str = "", claim: Claim | None = None
) -> Absence:
    """Offer nothing from this minute on for so long, on an agenda that the actor runs. Visits there stay.

    Raises NotForYou, `minutes_out_of_range`, `too_many_rules`, `agenda_busy`.
    """
    found = get_or_404(actor, Agenda, "manage", uid=agenda)
    if not SHORTEST <= minutes <= LONGEST:
        raise StatusRefused("minutes_out_of_range", minimum=SHORTEST, maximum=LONGEST)

    def work() -> Absence:
        check_room(Absence, found)
        zone = ZoneInfo(found.location.timezone)
        start = clock.now().astimezone(zone).replace(second=0, microsecond=0)
        # Minutes are real time: the end is worked out on the line of instants, then read on the wall.
        end = (clock.instant(clock.epoch_of(start)) + timedelta(minutes=minutes)).astimezone(zone)
        if end.replace(tzinfo=None) <= start.replace(tzinfo=None):
            # The clock is turned back meanwhile: the absence covers both readings of the hour.
            end = start + timedelta(minutes=minutes)
        row = Absence.objects.create(
            agenda=found,
            label=label[:80],
            frequency=Frequency.ONCE,
            starts_on=start.date(),
            ends_on=start.date(),
            start_time=start.time(),
            end_time=end.time(),
            span_days=(end.date() - start.date()).days,
        )
        audit.record(
            actor, "booking.block_minutes", row, practice_id=found.practice_id, agenda=found.pk, minutes=minutes
        )
        return row

    return write_rule(found, work, actor=actor, claim=claim)
