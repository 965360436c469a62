"""A noted absence, seen from both sides: the patient contests it, the practice withdraws it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.enums import TaskKind
from booking.models import Appointment, NoShowMark, Task
from core import audit, clock
from core.access import Actor, Space, get_or_404
from core.exceptions import DomainError, NotForYou
from core.validators import tidy

LONGEST = 500
MESSAGES = {
    "contested_already": (409, gettext_lazy("Vous avez déjà contesté cette absence. Le cabinet l’a reçu.")),
    "contest_too_long": (422, gettext_lazy("Ce texte est trop long : cinq cents caractères au plus.")),
}


class ContestRefused(DomainError):
    """A contest that cannot be written: `contested_already`, `contest_too_long`."""

    def __init__(self, code: str) -> None:
        status, sentence = MESSAGES[code]
        super().__init__(code, sentence, status=status)


def contest_mark(*, actor: Actor, appointment: UUID, words: str = "") -> NoShowMark:
    """Say that the absence noted at one's visit is wrong; the practice finds it in its tasks. Once a mark.

    Raises NotForYou for a visit one may not see or without a live mark, `contested_already` (409), `contest_too_long`.
    """
    if actor.space != Space.PATIENT:
        raise NotForYou
    words = tidy(words.replace("\0", ""), lines=True)
    if len(words) > LONGEST:
        raise ContestRefused("contest_too_long")
    visit = get_or_404(actor, Appointment, "read", uid=appointment)
    with transaction.atomic():
        mark = _live(visit)
        if mark.contested_at is not None:
            raise ContestRefused("contested_already")
        mark.contested_at, mark.contest = clock.now(), words
        mark.save(update_fields=["contested_at", "contest"])
        Task.objects.create(
            practice_id=visit.practice_id,
            kind=TaskKind.OTHER,
            about=_("Le patient conteste une absence notée."),
            record_id=mark.record_id,
            appointment=visit,
            created_by_id=actor.user_id,
        )
        audit.record(actor, "booking.contest_mark", visit, patient_id=visit.patient_id, practice_id=visit.practice_id)
    return mark


def withdraw_mark(*, actor: Actor, appointment: UUID) -> NoShowMark:
    """Take the mark back: it counts no more, and both sides see that it was withdrawn.

    Raises NotForYou for a visit of an agenda one does not run, or without a live mark.
    """
    if actor.space != Space.PRACTICE:
        raise NotForYou
    visit = get_or_404(actor, Appointment, "change", uid=appointment)
    with transaction.atomic():
        mark = _live(visit)
        mark.withdrawn_at, mark.withdrawn_by_id = clock.now(), actor.user_id
        mark.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record(actor, "booking.withdraw_mark", visit, patient_id=visit.patient_id, practice_id=visit.practice_id)
    return mark


def _live(visit: Appointment) -> NoShowMark:
    live = NoShowMark.objects.filter(appointment=visit, withdrawn_at__isnull=True, expires_at__gt=clock.now())
    mark = live.select_for_update(of=("self",)).first()
    if mark is None:
        raise NotForYou
    return mark
