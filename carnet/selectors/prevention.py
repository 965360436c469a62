"""The personal calendar of prevention: what is due and why, what comes, what is done, what was turned down, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

from carnet.models.health import HealthProfile
from carnet.models.prevention import PreventionAct, PreventionConsent
from carnet.prevention import words
from carnet.prevention.ages import Age, after
from carnet.prevention.engine import Answer, answers
from carnet.prevention.facts import State
from carnet.prevention.rule import Source
from carnet.prevention.rules_fr import rule_on, rules_on
from carnet.selectors.facts import booked_for, booked_reasons, facts_of
from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from patients.majority import PARIS
from patients.models import Patient

# What begins later than this stays off the page: a child needs no line for the screenings of fifty years on.
SHOWN_AHEAD = Age(months=18)


@dataclass(frozen=True, slots=True)
class Advice:
    """One rule as a page or a program shows it. `booked_at`: a visit to come does it; `acts`: what may be taken back."""

    answer: Answer
    title: str | Promise
    gist: str | Promise
    why: str
    term: str
    strength: str
    booked_at: datetime | None = None
    acts: tuple[PreventionAct, ...] = ()

    @property
    def code(self) -> str:
        return self.answer.rule.code

    @property
    def state(self) -> State:
        return self.answer.state

    @property
    def source(self) -> Source:
        return self.answer.rule.source

    @property
    def since(self) -> date:
        """The day from which this version of the rule is in force."""
        return self.answer.rule.valid_from

    @property
    def is_late(self) -> bool:
        return self.state is State.OVERDUE


@dataclass(frozen=True, slots=True)
class Calendar:
    """`due` is to be done now, late ones first; `booked` has its visit; `later` opens within a year and a half."""

    person: Patient
    on: date
    due: list[Advice] = field(default_factory=list)
    offered: list[Advice] = field(default_factory=list)
    booked: list[Advice] = field(default_factory=list)
    asked: list[Advice] = field(default_factory=list)
    later: list[Advice] = field(default_factory=list)
    done: list[Advice] = field(default_factory=list)
    declined: list[Advice] = field(default_factory=list)

    @property
    def everything(self) -> list[Advice]:
        return [*self.due, *self.booked, *self.offered, *self.asked, *self.later, *self.done, *self.declined]


def person_of_health(actor: Actor, patient: UUID) -> Patient:
    """The person whose health pages are opened. Raises NotForYou."""
    return get_or_404(actor, Patient, "open_health", uid=patient)


def calendar_of(actor: Actor, person: Patient) -> Calendar:
    """The whole calendar of a person today; empty for somebody deceased. A fixed number of statements."""
    today = clock.today(PARIS)
    calendar = Calendar(person, today)
    if person.deceased_on is not None:
        return calendar
    visits = booked_reasons([person.pk]).get(person.pk, [])
    acts: dict[str, list[PreventionAct]] = {}
    for act in scoped(actor, PreventionAct, "read").filter(patient=person).order_by("-done_on", "pk"):
        acts.setdefault(act.code, []).append(act)
    horizon = after(today, SHOWN_AHEAD)
    for found in answers(rules_on(today), facts_of(actor, person), today):
        if found.rule.discreet and person.user_id != actor.user_id:
            continue
        advice = _advice(found, person, today, booked_for(found.rule, visits), acts.get(found.rule.code, ()))
        place = _place(calendar, advice, horizon)
        if place is not None:
            place.append(advice)
    calendar.due.sort(
        key=lambda one: (not one.is_late, one.answer.window.closes or date.max if one.answer.window else date.max)
    )
    calendar.later.sort(key=lambda one: one.answer.window.opens if one.answer.window else date.max)
    return calendar


def advice_of(actor: Actor, person: Patient, code: str) -> Advice:
    """One piece of advice. Raises NotForYou for an unknown code and for a discreet one about somebody else."""
    today = clock.today(PARIS)
    rule = rule_on(code, today)
    if rule is None or (rule.discreet and person.user_id != actor.user_id):
        raise NotForYou
    found = answers([rule], facts_of(actor, person), today)[0]
    visits = booked_reasons([person.pk]).get(person.pk, [])
    acts = scoped(actor, PreventionAct, "read").filter(patient=person, code=code).order_by("-done_on", "pk")
    return _advice(found, person, today, booked_for(rule, visits), list(acts))


def themes_of(actor: Actor, person: Patient) -> set[str]:
    """The themes this account agreed to be told of, for this person."""
    rows = scoped(actor, PreventionConsent, "read").filter(patient=person, withdrawn_at__isnull=True)
    return set(rows.values_list("theme", flat=True))


def may_agree(actor: Actor, person: Patient) -> bool:
    """Whether this account may agree to messages about this person."""
    return scoped(actor, Patient, "agree_prevention").filter(pk=person.pk).exists()


def conditions_of(actor: Actor, person: Patient) -> dict[str, bool]:
    """The answers given so far."""
    found = scoped(actor, HealthProfile, "read").filter(patient=person).values_list("conditions", flat=True).first()
    return dict(found or {})


def _advice(
    found: Answer, person: Patient, today: date, booked: datetime | None, acts: Sequence[PreventionAct]
) -> Advice:
    return Advice(
        answer=found,
        title=found.rule.title,
        gist=found.rule.gist,
        why=words.why_text(found, person.birth_date, today),
        term=words.term_text(found),
        strength=words.strength_text(found.rule.strength),
        booked_at=booked if found.calls else None,
        acts=tuple(acts),
    )


def _place(calendar: Calendar, advice: Advice, horizon: date) -> list[Advice] | None:
    if advice.answer.calls:
        if advice.booked_at is not None:
            return calendar.booked
        return calendar.offered if not advice.answer.rule.may_be_told else calendar.due
    if advice.state is State.TOO_EARLY:
        window = advice.answer.window
        return calendar.later if window is not None and window.opens <= horizon else None
    return {State.UNKNOWN: calendar.asked, State.DONE: calendar.done, State.DECLINED: calendar.declined}.get(
        advice.state
    )
