"""Writing the opening hours of an agenda. Windows may overlap; visits stay whatever happens to their window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, TypedDict
from uuid import UUID

from booking.hours import NIGHT, Hours, HoursRefused, check_release, split
from booking.models import OpeningHours
from booking.recurrence import Frequency
from booking.services._agenda_rules import WHEN, check_room, current, write_rule
from core import audit
from core.access import Actor, get_or_404
from core.idempotency import Claim
from practitioners.changes import assign, differences, facts_of
from practitioners.models import Agenda, AgendaReason


class OpeningFields(TypedDict, total=False):
    """What is written of a window, named as in `OpeningHours`.

    `reasons` are visit reasons that the agenda offers, by uid; None accepts them all.
    """

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
    reasons: Sequence[UUID] | None
    released_minutes: int | None
    open_on_holidays: bool


def add_opening(*, actor: Actor, agenda: UUID, fields: OpeningFields, claim: Claim | None = None) -> OpeningHours:
    """Open a window. Needs `starts_on`, `start_time` and `end_time`; weekly and for all reasons unless said otherwise.

    Raises NotForYou, `agenda_busy`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    when, what = _parted(fields)
    reasons = what.pop("reasons", None)
    hours = Hours(**_tuples(when)).checked(longest_span=NIGHT)
    check_release(what.get("released_minutes"))

    def work() -> OpeningHours:
        check_room(OpeningHours, found)
        row = _create(found, hours, what, _offers(found, reasons))
        _record(actor, "booking.add_opening", row, **_facts(row))
        return row

    return write_rule(found, work, actor=actor, claim=claim)


def change_opening(*, actor: Actor, opening: UUID, changes: OpeningFields) -> OpeningHours:
    """Change a window on all its dates. Nothing is written when nothing differs.

    Raises NotForYou, `agenda_busy`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)
    when, what = _parted(changes)
    check_release(what.get("released_minutes"))
    choosing, reasons = "reasons" in what, what.pop("reasons", None)

    def work() -> OpeningHours:
        row = current(found)
        hours = Hours.of(row).changed(**when).checked(longest_span=NIGHT)
        wanted = hours.columns() | what | ({"accepts_all_reasons": reasons is None} if choosing else {})
        changed = differences(row, wanted)
        facts = facts_of(row, changed)
        if choosing:
            facts |= _set_reasons(row, _offers(row.agenda, reasons) or [])
        if changed:
            assign(row, changed)
        if changed or "reasons_before" in facts:
            _record(actor, "booking.change_opening", row, **facts)
        return row

    return write_rule(found.agenda, work, actor=actor)


def remove_opening(*, actor: Actor, opening: UUID) -> None:
    """Close a window for good. What is booked in it stays. Raises NotForYou, `agenda_busy`."""
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)

    def work() -> None:
        row = current(found)
        _record(actor, "booking.remove_opening", row, **_facts(row))
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
        rest = _create(row.agenda, later, _purpose(row), _accepted(row))
        assign(row, differences(row, earlier.columns()))
        _record(actor, "booking.split_opening", row, day=day, rest=rest.pk)
        return rest

    return write_rule(found.agenda, work, actor=actor, claim=claim)


def change_occurrence(
    *, actor: Actor, opening: UUID, day: date, changes: OpeningFields, claim: Claim | None = None
) -> OpeningHours:
    """Change one date of a series: it leaves the series and a window of its own, returned, takes its place.

    Raises NotForYou, `agenda_busy`, `no_occurrence`, `not_a_series`, and the codes of `booking.hours`.
    """
    found = get_or_404(actor, OpeningHours, "manage", uid=opening)
    when, what = _parted(changes)
    check_release(what.get("released_minutes"))
    choosing, reasons = "reasons" in what, what.pop("reasons", None)

    def work() -> OpeningHours:
        row = current(found)
        if row.frequency == Frequency.ONCE:
            raise HoursRefused("not_a_series")
        series = Hours.of(row)
        if not series.recurrence.occurs_on(day):
            raise HoursRefused("no_occurrence")
        alone = series.changed(frequency=Frequency.ONCE, starts_on=day, ends_on=None, excluded_on=())
        alone = alone.changed(**when).checked(longest_span=NIGHT)
        rest = series.changed(excluded_on=(*series.excluded_on, day)).checked(longest_span=NIGHT)
        check_room(OpeningHours, row.agenda)
        offers = _offers(row.agenda, reasons) if choosing else _accepted(row)
        once = _create(row.agenda, alone, _purpose(row) | what, offers)
        assign(row, differences(row, rest.columns()))
        _record(actor, "booking.change_occurrence", row, day=day, once=once.pk)
        return once

    return write_rule(found.agenda, work, actor=actor, claim=claim)


def _parted(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that say when, and the others."""
    when = {name: value for name, value in fields.items() if name in WHEN}
    return when, {name: value for name, value in fields.items() if name not in WHEN}


def _tuples(when: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in when.items()}


def _offers(agenda: Agenda, reasons: Sequence[UUID] | None) -> list[AgendaReason] | None:
    """The offers of the agenda that these reasons name; None for all.

    Held against deletion until the end of the transaction. Raises `reasons_empty`, and `reason_not_offered` alike for
    a reason of somebody else, of nobody, or that the agenda does not offer.
    """
    if reasons is None:
        return None
    wanted = set(reasons)
    if not wanted:
        raise HoursRefused("reasons_empty")
    offers = list(
        AgendaReason.objects.select_for_update(of=("self",), no_key=True)
        .filter(agenda=agenda, visit_reason__uid__in=wanted)
        .order_by("pk")
    )
    if len(offers) < len(wanted):
        raise HoursRefused("reason_not_offered")
    return offers


def _create(
    agenda: Agenda, hours: Hours, purpose: Mapping[str, Any], offers: Sequence[AgendaReason] | None
) -> OpeningHours:
    row = OpeningHours.objects.create(
        agenda=agenda, accepts_all_reasons=offers is None, **hours.columns(), **dict(purpose)
    )
    if offers:
        row.reasons.set(offers)
    return row


def _purpose(row: OpeningHours) -> dict[str, Any]:
    return {"released_minutes": row.released_minutes, "open_on_holidays": row.open_on_holidays}


def _accepted(row: OpeningHours) -> list[AgendaReason] | None:
    """The offers that the window accepts, held like those of `_offers`; None for all."""
    if row.accepts_all_reasons:
        return None
    held = AgendaReason.objects.select_for_update(of=("self",), no_key=True)
    return list(held.filter(opening_hours=row).order_by("pk"))


def _set_reasons(row: OpeningHours, offers: Sequence[AgendaReason]) -> dict[str, Any]:
    """Make these the accepted reasons; what the journal tells of it, when that changes something."""
    before = sorted(row.reasons.values_list("pk", flat=True))
    after = [offer.pk for offer in offers]
    if before == after:
        return {}
    row.reasons.set(offers)
    return {"reasons_before": before, "reasons_after": after}


def _facts(row: OpeningHours) -> dict[str, Any]:
    return {
        **Hours.of(row).columns(),
        **_purpose(row),
        "accepts_all_reasons": row.accepts_all_reasons,
        "reasons": sorted(row.reasons.values_list("pk", flat=True)),
    }


def _record(actor: Actor, action: str, row: OpeningHours, **facts: Any) -> None:
    audit.record(actor, action, row, practice_id=row.agenda.practice_id, agenda=row.agenda_id, **facts)
