"""Writing the opening hours of an agenda. Windows may overlap; visits stay whatever happens to their window."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from booking.hours import NIGHT, Hours, alone, check_release, split, without_day
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
    set_reasons,
    tuples,
)
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.changes import assign, differences, facts_of
from practitioners.models import Agenda

__all__ = [
    "OpeningFields",
    "add_opening",
    "change_occurrence",
    "change_opening",
    "remove_opening",
    "split_opening",
]


def add_opening(*, actor: Actor, agenda: UUID, fields: OpeningFields, claim: Claim | None = None) -> OpeningHours:
    """Open a window. Needs `starts_on`, `start_time` and `end_time`; weekly and for all reasons unless said otherwise.

    Raises NotForYou, `agenda_busy`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    when, what = parted(fields)
    reasons = what.pop("reasons", None)
    hours = Hours(**tuples(when)).checked(longest_span=NIGHT)
    check_release(what.get("released_minutes"))

    def work() -> OpeningHours:
        check_room(OpeningHours, found)
        row = create_row(found, hours, what, offers_named(found, reasons))
        record(actor, "booking.add_opening", row, **facts_of_row(row))
        return row

    return write_rule(found, work, actor=actor, claim=claim)


def change_opening(*, actor: Actor, opening: UUID, changes: OpeningFields, expected: str | None = None) -> OpeningHours:
    """Change a window on all its dates. Nothing is written when nothing differs.

    `expected` is the version (`rule_version`) one has read. Raises NotForYou, `agenda_busy`, and the codes of
    `booking.hours`, `changed_meanwhile` among them.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)
    when, what = parted(changes)
    check_release(what.get("released_minutes"))
    choosing, reasons = "reasons" in what, what.pop("reasons", None)

    def work() -> OpeningHours:
        row = current(found, expected)
        hours = Hours.of(row).changed(**when).checked(longest_span=NIGHT)
        wanted = hours.columns() | what | ({"accepts_all_reasons": reasons is None} if choosing else {})
        changed = differences(row, wanted)
        facts = facts_of(row, changed)
        if choosing:
            facts |= set_reasons(row, offers_named(row.agenda, reasons) or [])
        if changed:
            assign(row, changed)
        if changed or "reasons_before" in facts:
            record(actor, "booking.change_opening", row, **facts)
        return row

    return write_rule(found.agenda, work, actor=actor)


def remove_opening(*, actor: Actor, opening: UUID, expected: str | None = None) -> None:
    """Close a window for good. What is booked in it stays. Raises NotForYou, `agenda_busy`, `changed_meanwhile`."""
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)

    def work() -> None:
        row = current(found, expected)
        record(actor, "booking.remove_opening", row, **facts_of_row(row))
        row.delete()

    write_rule(found.agenda, work, actor=actor)


def split_opening(*, actor: Actor, opening: UUID, day: date, claim: Claim | None = None) -> OpeningHours:
    """Cut a series in two: the old one ends the day before, and a new one, returned, goes on from its next date.

    Nothing else changes, so that the second part can then be changed alone. Raises NotForYou, `agenda_busy`,
    `split_outside_series`, `too_many_rules`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)

    def work() -> OpeningHours:
        row = current(found)
        check_room(OpeningHours, row.agenda)
        earlier, later = split(Hours.of(row), day)
        rest = create_row(row.agenda, later, purpose_of(row), accepted_by(row))
        assign(row, differences(row, earlier.columns()))
        record(actor, "booking.split_opening", row, day=day, rest=rest.pk)
        return rest

    return write_rule(found.agenda, work, actor=actor, claim=claim)


def change_occurrence(
    *,
    actor: Actor,
    opening: UUID,
    day: date,
    changes: OpeningFields,
    expected: str | None = None,
    claim: Claim | None = None,
) -> OpeningHours:
    """Change one date of a series: it leaves the series and a window of its own, returned, takes its place.

    Raises NotForYou, `agenda_busy`, `no_occurrence`, `not_a_series`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)
    when, what = parted(changes)
    check_release(what.get("released_minutes"))
    choosing, reasons = "reasons" in what, what.pop("reasons", None)

    def work() -> OpeningHours:
        row = current(found, expected)
        series = Hours.of(row)
        single = alone(series, day).changed(**when).checked(longest_span=NIGHT)
        rest = without_day(series, day)
        check_room(OpeningHours, row.agenda)
        offers = offers_named(row.agenda, reasons) if choosing else accepted_by(row)
        once = create_row(row.agenda, single, purpose_of(row) | what, offers)
        assign(row, differences(row, rest.columns()))
        record(actor, "booking.change_occurrence", row, day=day, once=once.pk)
        return once

    return write_rule(found.agenda, work, actor=actor, claim=claim)
