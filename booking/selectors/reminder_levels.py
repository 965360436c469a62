"""The plans of reminders as a practice sets them up: its own, those of its agendas and reasons, and which one holds where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.models import ReminderPlan
from booking.reminders import DEFAULT, Plan, plan_of
from booking.selectors.reminder_plans import plan_for_offer
from booking.selectors.setup import agenda_to_set_up, agendas_arranged
from booking.selectors.setup_reasons import reason_managed, reasons_managed
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda, VisitReason

Key = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Level:
    """For what a plan is: nothing named is the whole practice. `row` is its own plan, `plan` the one that holds."""

    agenda: Agenda | None
    visit_reason: VisitReason | None
    row: ReminderPlan | None
    plan: Plan

    @property
    def query(self) -> str:
        """How the address of its page names it."""
        named = (("agenda", self.agenda), ("motif", self.visit_reason))
        return "&".join(f"{name}={one.uid}" for name, one in named if one is not None)


@dataclass(frozen=True, slots=True)
class Levels:
    """What the page of reminders shows: the practice, each agenda, and what has a plan of its own beside."""

    practice: Level
    agendas: Sequence[Level]
    others: Sequence[Level]
    reasons: Sequence[VisitReason]


def reminder_levels(actor: Actor) -> Levels:
    """Every level that the actor may set up; three statements. Raises NotForYou for who sets up none."""
    agendas, reasons = agendas_arranged(actor), reasons_managed(actor)
    if not agendas:
        raise NotForYou
    rows = scoped(actor, ReminderPlan, "manage").order_by("pk")
    known = {(row.agenda_id, row.visit_reason_id): row for row in rows}
    by_agenda, by_reason = {one.pk: one for one in agendas}, {one.pk: one for one in reasons}
    others = [
        _level(known, by_agenda.get(agenda or 0), by_reason[reason])
        for agenda, reason in known
        if reason is not None and reason in by_reason and (agenda is None or agenda in by_agenda)
    ]
    return Levels(
        _level(known, None, None),
        [_level(known, agenda, None) for agenda in agendas],
        sorted(others, key=_order),
        [reason for reason in reasons if reason.archived_at is None],
    )


def reminder_level(actor: Actor, agenda: UUID | None, visit_reason: UUID | None) -> Level:
    """One level. Raises NotForYou."""
    place = None if agenda is None else agenda_to_set_up(actor, agenda)
    reason = None if visit_reason is None else reason_managed(actor, visit_reason)
    if place is None and not agendas_arranged(actor):
        raise NotForYou
    ids = {"agenda": place.pk if place else None, "visit_reason": reason.pk if reason else None}
    rows = scoped(actor, ReminderPlan, "manage")
    row = rows.filter(
        **{f"{name}__{'isnull' if pk is None else 'exact'}": pk is None or pk for name, pk in ids.items()}
    ).first()
    plan = plan_of(row.steps) if row else plan_for_offer(actor.practice_id or 0, **ids)
    return Level(place, reason, row, plan)


def _level(known: Mapping[Key, ReminderPlan], agenda: Agenda | None, reason: VisitReason | None) -> Level:
    place, what = agenda.pk if agenda else None, reason.pk if reason else None
    # As `plan_for_offer`: a reason in an agenda, a reason, an agenda, the practice.
    following = [(place, what), (None, what), (place, None), (None, None)]
    rows = [known[key] for key in following if key in known]
    return Level(agenda, reason, known.get((place, what)), plan_of(rows[0].steps) if rows else DEFAULT)


def _order(level: Level) -> tuple[int, str]:
    reason, agenda = level.visit_reason, level.agenda
    return (reason.position if reason else 0, agenda.practitioner.name_key if agenda else "")
