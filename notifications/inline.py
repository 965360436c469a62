"""Does everything that is due, here and now: for tests, and for filling the demo, where no relay runs."""

from collections.abc import Callable
from typing import Any

from core import clock, jobs
from core.models import Job, JobState
from core.models.outbox import OutboxRow
from notifications.enums import MessageState
from notifications.envelope import Envelope
from notifications.models import Message
from notifications.services.sending import send_message

# A job that writes another job for ever would otherwise never let go.
MAX_ROUNDS = 50


def deliver_all() -> list[Envelope]:
    """Runs the due jobs and sends the due messages, and those they bring about; returns the envelopes, in order.

    A job or a message that fails raises its own exception, so that a test shows it.
    """
    sent: list[Envelope] = []
    for _ in range(MAX_ROUNDS):
        if not (run_due_jobs() + _each_due(Message, MessageState.PENDING, lambda pk: sent.extend(_send(pk)))):
            return sent
    raise RuntimeError(f"Still work to do after {MAX_ROUNDS} rounds")


def run_due_jobs() -> int:
    """Runs the jobs due now; returns how many."""
    return _each_due(Job, JobState.PENDING, _run)


def _each_due(model: type[OutboxRow], pending: str, do: Callable[[int], Any]) -> int:
    due = model._default_manager.filter(state=pending, due_at__lte=clock.now()).order_by("due_at", "pk")
    pks = list(due.values_list("pk", flat=True))
    for pk in pks:
        do(pk)
    return len(pks)


def _run(pk: int) -> None:
    outcome = jobs.run(pk)
    if outcome is not None and outcome.error is not None:
        raise outcome.error


def _send(pk: int) -> list[Envelope]:
    delivery = send_message(pk)
    if delivery is None:
        return []
    if delivery.error is not None:
        raise delivery.error
    return [delivery.envelope] if delivery.envelope else []
