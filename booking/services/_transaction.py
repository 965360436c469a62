"""The frame of every writing verb: one durable transaction, retried on a deadlock, with refusals made whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction

from booking.exceptions import Refusal
from booking.selectors.availability import next_starts
from core.db import DEADLOCK_DETECTED, EXCLUSION_VIOLATION, LOCK_NOT_AVAILABLE, UNIQUE_VIOLATION, sqlstate
from practitioners.models import AgendaReason

Result = TypeVar("Result")

TRIES = 3
# Refusals that come with three other starts.
WITH_ALTERNATIVES = {"slot_taken", "not_offered", "notice_too_short", "hold_expired", "not_enough_consecutive"}


def run_verb(
    work: Callable[[], Result],
    *,
    offer: AgendaReason | None = None,
    start: datetime | None = None,
    duration: timedelta | None = None,
) -> Result:
    """Run `work` in its own transaction.

    A deadlock is retried twice; a lock that stays busy is `agenda_busy` (503); an overlap caught by the
    constraint is `slot_taken` (409). Alternatives are read after the rollback, from the public engine.
    """
    try:
        return _attempts(work)
    except Refusal as refusal:
        if refusal.code in WITH_ALTERNATIVES and offer is not None and start is not None:
            refusal.offer_instead(next_starts(offer, after=start, duration=duration))
        raise


def _attempts(work: Callable[[], Result]) -> Result:
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(durable=True):
                return work()
        except OperationalError as error:
            state = sqlstate(error)
            if state == LOCK_NOT_AVAILABLE:
                raise Refusal("agenda_busy") from error
            if state != DEADLOCK_DETECTED:
                raise
            if not left:
                raise Refusal("agenda_busy") from error
        except IntegrityError as error:
            if sqlstate(error) in (EXCLUSION_VIOLATION, UNIQUE_VIOLATION):
                raise Refusal("slot_taken") from error
            raise
    raise AssertionError("unreachable")
