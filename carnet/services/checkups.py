"""Filling in « Mon bilan prévention »: agree to keep the answers, save as one goes, join it to a visit, erase it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from booking.models import Appointment
from carnet.checkups import CHOICE, NUMBER, QUESTIONNAIRES, WORDS, YES_NO, Question, Questionnaire
from carnet.models.prevention import CheckupForm
from carnet.prevention.ages import years_old
from carnet.refusals_health import HealthRefusal
from carnet.selectors.checkups import may_answer
from carnet.services._health import LONGEST_TEXT, checked_text, person_of
from core import audit, clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from patients.majority import PARIS
from patients.models import Patient

# Moves when the sentence one agrees to changes.
CONSENT_TEXT = "2026-11-22"


def save_checkup(
    *,
    actor: Actor,
    patient: UUID,
    questionnaire: str,
    answers: Mapping[str, str],
    agreed: bool = False,
    finished: bool = False,
) -> CheckupForm:
    """Keep these answers (all of them: what is absent is emptied), as often as one likes.

    The first saving needs `agreed`. Raises NotForYou, `not_this_age`, `consent_required`, `unknown_question`.
    """
    with transaction.atomic():
        person = person_of(actor, patient)
        if not may_answer(actor, person):
            raise NotForYou
        chosen = _questionnaire(person, questionnaire)
        form = CheckupForm.objects.filter(patient=person, questionnaire=chosen.code).first()
        if form is None and not agreed:
            raise HealthRefusal("consent_required")
        now = clock.now()
        if form is None:
            form = CheckupForm(
                patient=person,
                questionnaire=chosen.code,
                version=chosen.version,
                consented_at=now,
                text_version=CONSENT_TEXT,
                author_id=actor.user_id,
            )
        form.answers = json.dumps(_checked(chosen, answers), ensure_ascii=False)
        form.finished_at = now if finished else form.finished_at
        form.revision += 1
        form.save()
        if finished:
            audit.record(actor, "carnet.finish_checkup", form, patient_id=person.pk, text=form.text_version)
    return form


def join_checkup(*, actor: Actor, checkup: UUID, appointment: UUID | None) -> CheckupForm:
    """Join the answers to a visit to come, so that who performs it reads them; or take them back (None).

    Raises NotForYou for a foreign form or visit, `visit_over`.
    """
    with transaction.atomic():
        form = get_or_404(actor, CheckupForm, "change", uid=checkup)
        visit = get_or_404(actor, Appointment, "read", uid=appointment) if appointment else None
        if visit is not None:
            record = visit.record
            mine = record is not None and record.patient_id == form.patient_id
            if not mine or not scoped(actor, Appointment, "read").upcoming(clock.now()).filter(pk=visit.pk).exists():  # type: ignore[attr-defined]
                raise HealthRefusal("visit_over")
        form.appointment, form.sent_at = visit, clock.now() if visit else None
        form.save(update_fields=["appointment", "sent_at", "updated_at"])
        audit.record(
            actor,
            "carnet.join_checkup",
            form,
            patient_id=form.patient_id,
            practice_id=visit.practice_id if visit else None,
            appointment=visit.pk if visit else None,
        )
    return form


def erase_checkup(*, actor: Actor, checkup: UUID) -> None:
    """Erase the answers, and with them the agreement to keep them. Raises NotForYou."""
    with transaction.atomic():
        form = get_or_404(actor, CheckupForm, "change", uid=checkup)
        audit.record(actor, "carnet.erase_checkup", form, patient_id=form.patient_id)
        form.delete()


def _questionnaire(person: Patient, code: str) -> Questionnaire:
    chosen = QUESTIONNAIRES.get(code)
    years = years_old(person.birth_date, clock.today(PARIS))
    if chosen is None or not chosen.first <= years <= chosen.last:
        raise HealthRefusal("not_this_age")
    return chosen


def _checked(chosen: Questionnaire, answers: Mapping[str, str]) -> dict[str, str]:
    questions = chosen.questions
    if set(answers) - set(questions):
        raise HealthRefusal("unknown_question")
    return {code: value for code, text in answers.items() if (value := _answer(questions[code], text))}


def _answer(question: Question, text: str) -> str:
    """The answer made safe; empty for what is no answer to this question."""
    if question.kind == WORDS:
        return checked_text(text, longest=LONGEST_TEXT, lines=True)
    clean = checked_text(text, longest=20)
    if question.kind == NUMBER:
        number = clean.replace(",", ".")
        return clean if number.replace(".", "", 1).isdecimal() and number.isascii() else ""
    allowed = {"yes", "no"} if question.kind == YES_NO else {value for value, _label in question.options}
    return clean if question.kind in {YES_NO, CHOICE} and clean in allowed else ""
