"""Acts on a part of a series of opening hours, and on several windows at once: each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from booking.hours import NIGHT, Hours, check_release, split, without_day
from booking.models import OpeningHours
from booking.services._agenda_rules import check_room, current, write_rule
from booking.services._opening_rows import (
    OpeningFields,
    accepted_by,
    create_row,
    facts_of_row,
    offers_named,
    parted,
    purpose_of,
    record,
    tuples,
)
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.changes import assign, differences
from practitioners.models import Agenda


def add_openings(
    *, actor: Actor, agenda: UUID, windows: Sequence[OpeningFields], claim: Claim | None = None
) -> OpeningHours:
    """Open several windows, for all reasons, or none of them; the last one is returned.

    Raises NotForYou, `agenda_busy`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    checked = [Hours(**tuples(parted(fields)[0])).checked(longest_span=NIGHT) for fields in windows]

    def work() -> OpeningHours:
        for hours in checked:
            check_room(OpeningHours, found)
            row = create_row(found, hours, {}, None)
            record(actor, "booking.add_opening", row, **facts_of_row(row))
        return row

    return write_rule(found, work, actor=actor, claim=claim)


def change_opening_from(
    *,
    actor: Actor,
    opening: UUID,
    day: date,
    changes: OpeningFields,
    expected: str | None = None,
    claim: Claim | None = None,
) -> OpeningHours:
    """Change a series from a date on: it ends the day before, and another one, returned, goes on as wished.

    Raises NotForYou, `agenda_busy`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)
    when, what = parted(changes)
    check_release(what.get("released_minutes"))
    choosing, reasons = "reasons" in what, what.pop("reasons", None)

    def work() -> OpeningHours:
        row = current(found, expected)
        earlier, later = split(Hours.of(row), day)
        wanted = later.changed(**when).checked(longest_span=NIGHT)
        check_room(OpeningHours, row.agenda)
        offers = offers_named(row.agenda, reasons) if choosing else accepted_by(row)
        rest = create_row(row.agenda, wanted, purpose_of(row) | what, offers)
        assign(row, differences(row, earlier.columns()))
        record(actor, "booking.split_opening", row, day=day, rest=rest.pk)
        record(actor, "booking.change_opening", rest, **facts_of_row(rest))
        return rest

    return write_rule(found.agenda, work, actor=actor, claim=claim)


def remove_occurrence(*, actor: Actor, opening: UUID, day: date, expected: str | None = None) -> OpeningHours:
    """Take one date out of a series. What is booked on it stays.

    Raises NotForYou, `agenda_busy`, `no_occurrence`, `not_a_series`, `too_many_exclusions`, `changed_meanwhile`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)

    def work() -> OpeningHours:
        row = current(found, expected)
        rest = without_day(Hours.of(row), day)
        assign(row, differences(row, rest.columns()))
        record(actor, "booking.remove_occurrence", row, day=day)
        return row

    return write_rule(found.agenda, work, actor=actor)


def end_opening(*, actor: Actor, opening: UUID, day: date, expected: str | None = None) -> OpeningHours:
    """Stop a series: its last date is before `day`. What is booked stays.

    Raises NotForYou, `agenda_busy`, `split_outside_series`, `changed_meanwhile`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)

    def work() -> OpeningHours:
        row = current(found, expected)
        earlier, _later = split(Hours.of(row), day)
        assign(row, differences(row, earlier.columns()))
        record(actor, "booking.end_opening", row, day=day)
        return row

    return write_rule(found.agenda, work, actor=actor)
