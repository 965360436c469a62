"""The questionnaire of a person: its questions with what was answered, or with what the profile already says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from booking.models import Appointment
from carnet.checkups import CHOICE, QUESTIONNAIRES, YES_NO, Question, Questionnaire, questionnaire_at
from carnet.enums_health import MeasureKind
from carnet.models.health import HealthItem, Measure
from carnet.models.prevention import CheckupForm
from carnet.prevention.ages import years_old
from carnet.selectors.prevention import person_of_health
from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from patients.majority import PARIS
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class CheckupPage:
    """`answers` by code, those of the profile as long as nothing was saved; `visits` to come may be joined."""

    person: Patient
    questionnaire: Questionnaire
    form: CheckupForm | None
    answers: dict[str, str]
    visits: list[Appointment]


def checkup_page(actor: Actor, patient: UUID) -> CheckupPage:
    """The questionnaire of a person's age. Raises NotForYou outside of the four bands."""
    person = person_of_health(actor, patient)
    if not may_answer(actor, person):
        raise NotForYou
    chosen = questionnaire_at(years_old(person.birth_date, clock.today(PARIS)))
    if chosen is None:
        raise NotForYou
    form = scoped(actor, CheckupForm, "read").filter(patient=person, questionnaire=chosen.code).first()
    answers = answers_of(form) if form else _prefilled(actor, person, chosen)
    visits = scoped(actor, Appointment, "read").upcoming(clock.now()).filter(record__patient=person)  # type: ignore[attr-defined]
    return CheckupPage(person, chosen, form, answers, list(visits.select_related("performer", "agenda__location")[:5]))


def may_answer(actor: Actor, person: Patient) -> bool:
    """What is asked of fear, moods and love is for the person alone; for somebody without an account, for who helps them."""
    return person.user_id in (None, actor.user_id)


def answers_of(form: CheckupForm) -> dict[str, str]:
    """The answers kept in a form."""
    return dict(json.loads(form.answers)) if form.answers else {}


def checkup_of(actor: Actor, uid: UUID) -> CheckupForm:
    """One form: its own person's, or for a practice the one joined to a visit of theirs. Raises NotForYou."""
    return get_or_404(actor, CheckupForm, "open", uid=uid)


def worded(form: CheckupForm) -> list[tuple[str, list[tuple[str, str]]]]:
    """The sections of a form with the questions answered and their answers in words, for the paper."""
    answers = answers_of(form)
    found = []
    for section in QUESTIONNAIRES[form.questionnaire].sections:
        lines = [
            (str(one.text), answer_text(one, answers[one.code])) for one in section.questions if one.code in answers
        ]
        if lines:
            found.append((str(section.title), lines))
    return found


def answer_text(question: Question, value: str) -> str:
    if question.kind == YES_NO:
        return _("Oui") if value == "yes" else _("Non")
    if question.kind == CHOICE:
        return str(dict(question.options).get(value, value))
    return value


def _prefilled(actor: Actor, person: Patient, chosen: Questionnaire) -> dict[str, str]:
    known: dict[str, str] = {}
    items = scoped(actor, HealthItem, "read").filter(patient=person, ended_on__isnull=True).order_by("pk")
    for item in items:
        known[item.kind] = "\n".join(filter(None, [known.get(item.kind, ""), item.label]))
    wanted = {str(kind): kind for kind in (MeasureKind.WEIGHT, MeasureKind.HEIGHT)}
    for measure in scoped(actor, Measure, "read").filter(patient=person, kind__in=wanted).order_by("taken_on", "pk"):
        known[measure.kind] = measure.value
    return {
        code: known[question.prefill]
        for code, question in chosen.questions.items()
        if question.prefill and known.get(question.prefill)
    }
