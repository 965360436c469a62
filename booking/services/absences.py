"""Writing the absences of an agenda. Visits under an absence stay: the practice sees them and decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any, TypedDict
from uuid import UUID

from booking.hours import LEAVE, Hours
from booking.models import Absence
from booking.services._agenda_rules import WHEN, check_room, current, write_rule
from core import audit
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.changes import assign, differences, facts_of
from practitioners.models import Agenda

TEXTS = frozenset({"label"})


class AbsenceFields(TypedDict, total=False):
    """What is written of an absence, named as in `Absence`. A leave of a fortnight is one date and `span_days` 14."""

    frequency: str
    starts_on: date
    ends_on: date | None
    interval: int
    weekdays: Sequence[int]
    nth: int | None
    excluded_on: Sequence[date]
    start_time: time
    end_time: time
    span_days: int
    label: str


def add_absence(*, actor: Actor, agenda: UUID, fields: AbsenceFields, claim: Claim | None = None) -> Absence:
    """Note an absence. Needs `frequency`, `starts_on`, `start_time` and `end_time`.

    Raises NotForYou, `agenda_busy`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    hours = Hours(**_when(fields)).checked(longest_span=LEAVE)

    def work() -> Absence:
        check_room(Absence, found)
        row = Absence.objects.create(agenda=found, label=fields.get("label", ""), **hours.columns())
        _record(actor, "booking.add_absence", row, **hours.columns())
        return row

    return write_rule(found, work, actor=actor, claim=claim)


def change_absence(*, actor: Actor, absence: UUID, changes: AbsenceFields, expected: str | None = None) -> Absence:
    """Change an absence on all its dates. Nothing is written when nothing differs.

    `expected` is the version (`rule_version`) one has read. Raises NotForYou, `agenda_busy`, and the codes of
    `booking.hours`, `changed_meanwhile` among them.
    """
    found = get_or_404(actor, Absence, "manage", uid=absence)

    def work() -> Absence:
        row = current(found, expected)
        hours = Hours.of(row).changed(**_when(changes)).checked(longest_span=LEAVE)
        wanted = hours.columns() | ({"label": changes["label"]} if "label" in changes else {})
        changed = differences(row, wanted)
        if changed:
            facts = facts_of(row, changed, texts=TEXTS)
            assign(row, changed)
            _record(actor, "booking.change_absence", row, **facts)
        return row

    return write_rule(found.agenda, work, actor=actor)


def remove_absence(*, actor: Actor, absence: UUID, expected: str | None = None) -> None:
    """Take an absence back: its time is offered again. Raises NotForYou, `agenda_busy`, `changed_meanwhile`."""
    found = get_or_404(actor, Absence, "manage", uid=absence)

    def work() -> None:
        row = current(found, expected)
        _record(actor, "booking.remove_absence", row, **Hours.of(row).columns())
        row.delete()

    write_rule(found.agenda, work, actor=actor)


def _when(fields: AbsenceFields) -> dict[str, Any]:
    when = {name: value for name, value in fields.items() if name in WHEN}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in when.items()}


def _record(actor: Actor, action: str, row: Absence, **facts: Any) -> None:
    audit.record(actor, action, row, practice_id=row.agenda.practice_id, agenda=row.agenda_id, **facts)
