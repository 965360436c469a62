"""What every verb on opening hours shares: the fields one writes, the accepted reasons, the row, its line in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, TypedDict
from uuid import UUID

from booking.hours import Hours, HoursRefused
from booking.models import OpeningHours
from booking.services._agenda_rules import WHEN
from core import audit
from core.access import Actor
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


def parted(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that say when, and the others."""
    when = {name: value for name, value in fields.items() if name in WHEN}
    return when, {name: value for name, value in fields.items() if name not in WHEN}


def tuples(when: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in when.items()}


def offers_named(agenda: Agenda, reasons: Sequence[UUID] | None) -> list[AgendaReason] | None:
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


def create_row(
    agenda: Agenda, hours: Hours, purpose: Mapping[str, Any], offers: Sequence[AgendaReason] | None
) -> OpeningHours:
    row = OpeningHours.objects.create(
        agenda=agenda, accepts_all_reasons=offers is None, **hours.columns(), **dict(purpose)
    )
    if offers:
        row.reasons.set(offers)
    return row


def purpose_of(row: OpeningHours) -> dict[str, Any]:
    return {"released_minutes": row.released_minutes, "open_on_holidays": row.open_on_holidays}


def accepted_by(row: OpeningHours) -> list[AgendaReason] | None:
    """The offers that the window accepts, held like those of `_offers`; None for all."""
    if row.accepts_all_reasons:
        return None
    held = AgendaReason.objects.select_for_update(of=("self",), no_key=True)
    return list(held.filter(opening_hours=row).order_by("pk"))


def set_reasons(row: OpeningHours, offers: Sequence[AgendaReason]) -> dict[str, Any]:
    """Make these the accepted reasons; what the journal tells of it, when that changes something."""
    before = sorted(row.reasons.values_list("pk", flat=True))
    after = [offer.pk for offer in offers]
    if before == after:
        return {}
    row.reasons.set(offers)
    return {"reasons_before": before, "reasons_after": after}


def facts_of_row(row: OpeningHours) -> dict[str, Any]:
    return {
        **Hours.of(row).columns(),
        **purpose_of(row),
        "accepts_all_reasons": row.accepts_all_reasons,
        "reasons": sorted(row.reasons.values_list("pk", flat=True)),
    }


def record(actor: Actor, action: str, row: OpeningHours, **facts: Any) -> None:
    audit.record(actor, action, row, practice_id=row.agenda.practice_id, agenda=row.agenda_id, **facts)
