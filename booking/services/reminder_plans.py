"""Writing when a practice reminds its patients: for all visits, an agenda, a reason, or a reason in an agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from booking.models import ReminderPlan
from booking.reminders import plan_of, rows_of
from booking.services.reminder_replanning import replan_level
from core import audit
from core.access import Actor, get_or_404
from core.exceptions import DomainError
from practitioners.changes import version_of
from practitioners.models import Agenda, Practice, VisitReason

MESSAGES = {
    "plan_steps": _("Huit rappels au plus."),
    "plan_twice": _("Deux rappels sont les mêmes."),
    "plan_quiet": _("Personne n’est dérangé entre 21 h et 8 h : choisissez une autre heure."),
    "plan_until": _("La fin de la plage vient après son début, et avant 21 h."),
    "plan_minutes": _("Entre 30 minutes et 72 heures avant le rendez-vous."),
    "plan_days": _("Entre 1 et 30 jours avant le rendez-vous."),
    "plan_moment": _("Dites quand part chaque rappel."),
    "plan_channel": _("Choisissez SMS ou e-mail pour chaque rappel."),
    "changed_meanwhile": _("Quelqu’un a changé ces rappels entre-temps."),
}


class PlanRefused(DomainError):
    """A plan that cannot be kept; the codes are those of `MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code, MESSAGES[code], status=409 if code == "changed_meanwhile" else 422)


def set_plan(
    *,
    actor: Actor,
    steps: Sequence[Mapping[str, Any]],
    agenda: UUID | None = None,
    visit_reason: UUID | None = None,
    expected: str | None = None,
) -> ReminderPlan:
    """Keep the plan of the practice, of one of its agendas or reasons, or of both; reminders that wait follow it.

    `steps` as `booking.reminders.plan_of`; none reminds nobody. `expected`: the version that was shown, empty for a level
    that had no plan. Raises NotForYou for what the actor does not set up, `PlanRefused`.
    """
    stored = rows_of(_checked(steps))
    level = _level(actor, agenda, visit_reason)
    with transaction.atomic(durable=True):
        plan = _current(level, expected)
        if plan is None:
            plan = _create(level, stored)
        elif plan.steps == stored:
            return plan
        else:
            plan.steps = stored
            plan.save(update_fields=["steps", "updated_at"])
        _record(actor, "booking.set_reminder_plan", plan, steps=[step.code for step in plan_of(stored)])
        replan_level(**level)
    return plan


def reset_plan(
    *, actor: Actor, agenda: UUID | None = None, visit_reason: UUID | None = None, expected: str | None = None
) -> None:
    """Forget a level's own plan: the next one holds again, at last the default.

    Again, it changes nothing. Raises as `set_plan`.
    """
    level = _level(actor, agenda, visit_reason)
    with transaction.atomic(durable=True):
        plan = _current(level, expected)
        if plan is not None:
            _record(actor, "booking.reset_reminder_plan", plan)
            plan.delete()
            replan_level(**level)


def version_of_plan(plan: ReminderPlan | None) -> str:
    """What a form carries, so that a change made meanwhile is seen; empty without a plan."""
    return "" if plan is None else version_of(plan)


def _checked(steps: Sequence[Mapping[str, Any]]) -> Any:
    try:
        return plan_of(steps)
    except ValueError as error:
        code = f"plan_{error}"
        raise PlanRefused(code if code in MESSAGES else "plan_moment") from error


def _level(actor: Actor, agenda: UUID | None, visit_reason: UUID | None) -> dict[str, Any]:
    """The ids of a level the actor sets up: who arranges an agenda for what is of it, who shapes the practice for the rest."""
    if agenda is None:
        practice = get_or_404(actor, Practice, "shape", pk=actor.practice_id)
        agenda_id = None
    else:
        found = get_or_404(actor, Agenda, "arrange", uid=agenda)
        practice, agenda_id = found.practice, found.pk
    reason = None if visit_reason is None else get_or_404(actor, VisitReason, "manage", uid=visit_reason)
    return {
        "practice_id": practice.pk,
        "agenda_id": agenda_id,
        "visit_reason_id": None if reason is None else reason.pk,
    }


def _current(level: Mapping[str, int | None], expected: str | None) -> ReminderPlan | None:
    named = {name: value for name, value in level.items() if value is not None}
    empty = {f"{name.removesuffix('_id')}__isnull": True for name, value in level.items() if value is None}
    plan = ReminderPlan.objects.select_for_update().filter(**named, **empty).first()
    if expected is not None and expected != version_of_plan(plan):
        raise PlanRefused("changed_meanwhile")
    return plan


def _create(level: Mapping[str, int | None], stored: list[dict[str, Any]]) -> ReminderPlan:
    try:
        with transaction.atomic():
            return ReminderPlan.objects.create(**level, steps=stored)
    except IntegrityError as error:
        raise PlanRefused("changed_meanwhile") from error


def _record(actor: Actor, action: str, plan: ReminderPlan, **facts: Any) -> None:
    audit.record(
        actor,
        action,
        plan,
        practice_id=plan.practice_id,
        agenda=plan.agenda_id,
        visit_reason=plan.visit_reason_id,
        **facts,
    )
