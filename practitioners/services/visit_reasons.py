"""The reasons of a practice: what patients read and are asked. What is booked keeps the name it was booked under."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from core import audit, clock, idempotency
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from practitioners import bounds
from practitioners.changes import assign, differences, facts_of
from practitioners.exceptions import Refusal, check_version
from practitioners.models import Agenda, AgendaReason, Practice, ReasonKind, Specialty, VisitQuestion, VisitReason
from practitioners.signals import offering_changed

QUESTIONS_AT_MOST = 3
TEXTS = frozenset({"name", "before_booking", "instructions"})


class Question(TypedDict, total=False):
    """One yes/no question. `id` keeps an existing one; `redirect_to` is another reason of the practice."""

    id: UUID | None
    text: str
    refuse_on: bool | None
    refusal: str
    redirect_to: UUID | None


class ReasonFields(TypedDict, total=False):
    """What is written about a reason. `specialty` and `kind` are slugs; `questions` replaces all of them, in order."""

    name: str
    specialty: str
    kind: str | None
    before_booking: str
    instructions: str
    discretion: str
    tint: int
    position: int
    archived: bool
    questions: Sequence[Question]


def create_reason(*, actor: Actor, fields: ReasonFields, claim: idempotency.Claim | None = None) -> VisitReason:
    """Add a reason to the practice of the current space.

    Raises NotForYou, `specialty_unknown`, `kind_unknown`, `value_out_of_range`, and the refusals of questions.
    """
    practice = get_or_404(actor, Practice, "shape", pk=actor.practice_id)
    wanted = _resolved(fields)
    questions, archived = wanted.pop("questions", []), wanted.pop("archived", False)
    with transaction.atomic(durable=True):
        done = idempotency.begin(actor, claim)
        if isinstance(done, VisitReason):
            return done
        reason = VisitReason.objects.create(practice=practice, archived_at=clock.now() if archived else None, **wanted)
        _write_questions(actor, reason, questions)
        audit.record(
            actor,
            "practitioners.create_reason",
            reason,
            practice_id=practice.pk,
            specialty=reason.specialty.slug,
            questions=len(questions),
        )
        idempotency.complete(actor, claim, reason)
    return reason


def change_reason(
    *, actor: Actor, visit_reason: UUID, changes: ReasonFields, expected: str | None = None
) -> VisitReason:
    """Change, archive or bring back a reason. Visits keep the name they were booked under; archived is not deleted.

    `expected` is the version one has read: `version_of(reason, questions_of(reason))`. Raises NotForYou,
    `specialty_in_use` while an agenda offers it, `changed_meanwhile`, and the refusals of `create_reason`.
    """
    found = get_or_404(actor, VisitReason, "manage", uid=visit_reason)
    with transaction.atomic(durable=True):
        row = VisitReason.objects.select_for_update(of=("self",)).select_related("specialty").get(pk=found.pk)
        check_version(row, expected, questions_of(row))
        wanted = _resolved(changes, row)
        questions, archived = wanted.pop("questions", None), wanted.pop("archived", None)
        if archived is not None and archived != (row.archived_at is not None):
            wanted["archived_at"] = clock.now() if archived else None
        changed = differences(row, wanted)
        if "specialty" in changed and AgendaReason.objects.filter(visit_reason=row).exists():
            raise Refusal("specialty_in_use")
        facts = facts_of(row, changed, texts=TEXTS)
        if questions is not None:
            _write_questions(actor, row, questions)
            facts["changed"].append("questions")
            facts["questions"] = len(questions)
        if facts["changed"]:
            if changed:
                assign(row, changed)
            audit.record(actor, "practitioners.change_reason", row, practice_id=row.practice_id, **facts)
            if "archived_at" in changed:
                offering_changed.send(sender=VisitReason, practitioner_ids=_practitioners_of(row))
    return row


def questions_of(reason: VisitReason) -> list[tuple[Any, ...]]:
    """The questions of a reason as they are written, in order."""
    rows = VisitQuestion.objects.filter(visit_reason=reason).order_by("position")
    return list(rows.values_list("uid", "position", "text", "refuse_on", "refusal", "redirect_to__uid"))


def _resolved(fields: ReasonFields, row: VisitReason | None = None) -> dict[str, Any]:
    """The columns to write: slugs become rows, numbers are within their limits."""
    wanted: dict[str, Any] = dict(fields)
    bounds.check_bounds(wanted, bounds.REASON)
    if "specialty" in wanted:
        wanted["specialty"] = Specialty.objects.filter(slug=wanted["specialty"]).first()
        if wanted["specialty"] is None:
            raise Refusal("specialty_unknown")
    specialty = wanted.get("specialty") or (row.specialty if row else None)
    if wanted.get("kind") is not None:
        wanted["kind"] = ReasonKind.objects.filter(slug=wanted["kind"], specialty=specialty).first()
        if wanted["kind"] is None:
            raise Refusal("kind_unknown")
    elif row is not None and specialty != row.specialty:
        wanted["kind"] = None
    if len(wanted.get("questions") or ()) > QUESTIONS_AT_MOST:
        raise Refusal("too_many_questions")
    return wanted


def _write_questions(actor: Actor, reason: VisitReason, questions: Sequence[Question]) -> None:
    """Put these questions in the place of the present ones. One that is kept keeps its identifier."""
    kept = set(VisitQuestion.objects.filter(visit_reason=reason).values_list("uid", flat=True))
    named = [question["id"] for question in questions if question.get("id") is not None]
    if len(set(named)) < len(named) or not set(named) <= kept:
        raise Refusal("question_unknown")
    targets = _targets(actor, reason, questions)
    VisitQuestion.objects.filter(visit_reason=reason).delete()
    VisitQuestion.objects.bulk_create(
        VisitQuestion(
            visit_reason=reason,
            uid=question.get("id") or uuid.uuid4(),
            position=position,
            text=question["text"],
            refuse_on=question.get("refuse_on"),
            refusal=question.get("refusal", ""),
            redirect_to=targets.get(question.get("redirect_to")),
        )
        for position, question in enumerate(questions, start=1)
    )


def _targets(actor: Actor, reason: VisitReason, questions: Sequence[Question]) -> Mapping[UUID | None, VisitReason]:
    """The other reasons of the practice to which questions send. Raises NotForYou, `redirect_to_itself`."""
    asked = (question.get("redirect_to") for question in questions)
    wanted = {uid for uid in asked if uid is not None}
    if reason.uid in wanted:
        raise Refusal("redirect_to_itself")
    found: dict[UUID | None, VisitReason] = {
        row.uid: row for row in scoped(actor, VisitReason, "manage").filter(uid__in=wanted, archived_at=None)
    }
    if wanted - found.keys():
        raise NotForYou
    return found


def _practitioners_of(reason: VisitReason) -> list[int]:
    agendas = Agenda.objects.filter(reasons__visit_reason=reason)
    return sorted(set(agendas.values_list("practitioner_id", flat=True)))
