"""Work after commit: `enqueue` writes it down in the caller's transaction, `run` does it, at least once.

A handler is named by its kind, takes ids, reads everything again and bears being run twice. Its effects on the database
and the end of its job are one transaction, so those effects happen exactly once.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.db import connection, transaction

from core import clock, failures, outbox
from core.models import Job, JobState

logger = structlog.get_logger(__name__)

Handler = TypeVar("Handler", bound=Callable[..., Any])
_handlers: dict[str, Callable[..., Any]] = {}
_lasting: dict[str, timedelta] = {}
_together: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of a job ended; `error` is the exception that stopped it, if any."""

    job: Job
    state: str
    error: Exception | None = None


class LeaseLost(Exception):
    """Another worker took the job over while this one was running it: the work of this one is rolled back."""


def handler(kind: str, *, lasts: timedelta | None = None, together: int = 0) -> Callable[[Handler], Handler]:
    """Registers the function that does the jobs of this kind. Raises ValueError when the kind is taken.

    `lasts`: how long one may take, when that is longer than the lease of a job; it is kept so long before another worker
    takes it over, and Celery does it in a task of its own (`core.tasks.run_long_job`). `together`: up to so many others
    that are due are done by the same call, which is given a list for each id of the payload.
    """

    def register(function: Handler) -> Handler:
        known = _handlers.get(kind)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"Two handlers for the job {kind}")
        _handlers[kind] = function
        if lasts is not None:
            _lasting[kind] = lasts
        if together:
            _together[kind] = together
        return function

    return register


def enqueue(kind: str, *, due_at: datetime | None = None, unique: str | None = None, **payload: Any) -> int:
    """Writes a job into the current transaction; returns its id.

    `payload` holds ids: whole numbers, short texts, booleans, or lists of them. While a job with the same `unique` key
    is pending, the call joins it instead of adding one: the earlier due time wins, and the pending row stays locked
    until the caller commits, so it cannot run before it could see the caller's work. A transaction that enqueues
    several unique keys does so last, in sorted order. Raises LookupError for an unknown kind, TypeError for a payload
    that is not ids.
    """
    if kind not in _handlers:
        raise LookupError(f"No handler for the job {kind}")
    values = {
        "kind": kind,
        "payload": json.dumps({name: _identifier(name, value) for name, value in payload.items()}),
        "unique_key": unique,
        "due_at": due_at or clock.now(),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_job (kind, payload, unique_key, due_at, created_at, state, attempts, last_error)
            VALUES (%(kind)s, %(payload)s, %(unique_key)s, %(due_at)s, %(now)s, 'pending', 0, '')
            ON CONFLICT (unique_key) WHERE state = 'pending' AND unique_key IS NOT NULL
            DO UPDATE SET due_at = LEAST(core_job.due_at, EXCLUDED.due_at), payload = EXCLUDED.payload
            RETURNING id
            """,
            values,
        )
        return int(cursor.fetchone()[0])


def is_long(job_id: int) -> bool:
    """Whether the job may take longer than the tasks of Celery are given."""
    return Job.objects.filter(pk=job_id, kind__in=list(_lasting)).exists()


def run(job_id: int) -> Outcome | None:
    """Claims the job and does it; None when it is not due or somebody else has it.

    A failure is recorded and tried again later (`core.outbox.WAITS`); it is not raised. A death of the process leaves
    the job to be taken over at the end of its lease.
    """
    job = outbox.claim(Job, job_id)
    if job is None:
        return None
    if job.kind in _lasting:
        # Before its own transaction begins: the others must see it.
        held = Job.objects.filter(pk=job.pk, state=Job.BUSY, attempts=job.attempts)
        held.update(lease_until=clock.now() + _lasting[job.kind])
    others = outbox.claim_alike(job, limit=_together[job.kind]) if job.kind in _together else []
    error = _do(job, others)
    if error is not None and others:
        # One of them may be what fails: each is then done alone, this one now.
        logger.warning("jobs_not_done_together", kind=job.kind, jobs=len(others) + 1, error=failures.error_code(error))
        for one in others:
            outbox.put_back(one)
        error = _do(job, [])
    if error is not None:
        state = outbox.retry_later(job, failures.error_code(error))
        logger.warning(
            "job_failed",
            kind=job.kind,
            job=job.pk,
            attempt=job.attempts,
            state=str(state),
            error=failures.error_code(error),
            places=failures.places(error),
        )
        return Outcome(job, state, error)
    return Outcome(job, JobState.DONE)


def _do(job: Job, others: Sequence[Job]) -> Exception | None:
    """The work and the end of these jobs in one transaction; what stopped it, or None."""
    try:
        with transaction.atomic():
            if job.kind in _together:
                payloads = [one.payload for one in (job, *others)]
                _handlers[job.kind](**{name: [payload[name] for payload in payloads] for name in job.payload})
            else:
                _handlers[job.kind](**job.payload)
            if not (outbox.settle(job, JobState.DONE, last_error="") and outbox.settle_alike(others, JobState.DONE)):
                raise LeaseLost
    except Exception as error:
        return error
    return None


def _identifier(name: str, value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_identifier(name, item) for item in value]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, str) and len(value) <= 100):
        return value
    raise TypeError(f"A job carries ids only; {name} is a {type(value).__name__}")
