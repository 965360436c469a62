"""The life of an outbox row: offered to the workers, claimed by one of them, settled, tried again or given up.

Every step is one compare-and-set statement, so any number of relays and workers may run at once and any of them may die
at any point: a row nobody finished comes back when its lease ends. So the work of a row must bear being done twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from core import clock
from core.models.outbox import CANCELLED, DEAD, PENDING, OutboxRow

Row = TypeVar("Row", bound=OutboxRow)

MAX_ATTEMPTS = 8
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
# An offered row that no worker took after this long is done by the relay itself.
PATIENCE = timedelta(seconds=5)


def offer(model: type[OutboxRow], *, limit: int) -> list[int]:
    """Takes due rows that were never offered, oldest first, and marks them offered.

    At most so many that `limit` wait for a worker: who asks again while the workers are behind gets fewer, or none, and
    no row is handed over twice because the first offer was not heard in time.
    """
    return _offer(model, "offered_at IS NULL", "due_at", limit, beside="offered_at IS NOT NULL")


def overdue(model: type[OutboxRow], *, limit: int) -> list[int]:
    """Takes up to `limit` rows that were offered more than `PATIENCE` ago and that nobody claimed."""
    return _offer(model, "offered_at < %(late)s", "offered_at", limit)


def _offer(model: type[OutboxRow], condition: str, order: str, limit: int, *, beside: str = "FALSE") -> list[int]:
    if limit <= 0:
        return []
    now = clock.now()
    due = f"SELECT id FROM {_table(model)} WHERE state = '{PENDING}' AND due_at <= %(now)s AND"  # noqa: S608
    rows = model._default_manager.raw(
        f"""
        WITH waiting AS ({due} {beside} LIMIT %(limit)s),
        chosen AS (
            {due} {condition}
            ORDER BY {order} LIMIT %(limit)s - (SELECT count(*) FROM waiting) FOR UPDATE SKIP LOCKED
        )
        UPDATE {_table(model)} AS target SET offered_at = %(now)s FROM chosen WHERE target.id = chosen.id
        RETURNING target.id, target.due_at
        """,  # noqa: S608  (names of our own tables and columns)
        {"now": now, "late": now - PATIENCE, "limit": limit},
    )
    return [row.pk for row in sorted(rows, key=lambda row: (row.due_at, row.pk))]


def claim(model: type[Row], pk: int, *, unless: str = "FALSE", also: str = "NULL AS nothing") -> Row | None:
    """The row, now held under a lease by the caller alone; None when it is not due, not waiting, or held by another.

    `unless`: a condition in SQL that leaves it where it is. `also`: a named expression that the row then bears.
    """
    now = clock.now()
    rows = model._default_manager.raw(
        f"""
        UPDATE {_table(model)}
        SET state = %(busy)s, lease_until = %(lease)s, attempts = attempts + 1, offered_at = NULL
        WHERE id = %(pk)s AND due_at <= %(now)s
          AND (state = '{PENDING}' OR (state = %(busy)s AND lease_until < %(now)s AND attempts < %(max)s))
          AND NOT ({unless})
        RETURNING *, {also}
        """,  # noqa: S608
        {"pk": pk, "now": now, "busy": str(model.BUSY), "lease": now + model.LEASE, "max": MAX_ATTEMPTS},
    )
    return next(iter(rows), None)


def claim_alike(row: Row, *, limit: int) -> list[Row]:
    """Other rows of its kind that are due and have never failed, held like it; what others look at meanwhile is left."""
    model, now = type(row), clock.now()
    return list(
        model._default_manager.raw(
            f"""
            UPDATE {_table(model)}
            SET state = %(busy)s, lease_until = %(lease)s, attempts = attempts + 1, offered_at = NULL
            WHERE id IN (
                SELECT id FROM {_table(model)}
                WHERE state = '{PENDING}' AND kind = %(kind)s AND due_at <= %(now)s AND attempts = 0
                ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            )
            RETURNING *
            """,  # noqa: S608
            {"busy": str(model.BUSY), "lease": now + model.LEASE, "kind": row.kind, "now": now, "limit": limit},
        )
    )


def settle_alike(rows: Sequence[OutboxRow], state: str) -> bool:
    """Ends rows of `claim_alike`, all or, when somebody has taken one of them since, none: in a transaction, in one statement."""
    if not rows:
        return True
    model = type(rows[0])
    held = model._default_manager.filter(pk__in=[row.pk for row in rows], state=model.BUSY, attempts=1)
    ended = held.update(state=state, finished_at=clock.now(), lease_until=None, **model.WIPED_AT_THE_END)
    return ended == len(rows)


def put_back(row: OutboxRow) -> None:
    """A row held and not worked on is due again as if nobody had; a successor that waits already does its work."""
    try:
        with transaction.atomic():
            _release(row, state=PENDING, attempts=row.attempts - 1)
    except IntegrityError:
        settle(row, CANCELLED, last_error="superseded")


def settle(row: OutboxRow, state: str, **fields: Any) -> bool:
    """Ends the row in `state`. False when the caller's lease ran out and somebody else has taken the row since."""
    return _release(row, state=state, finished_at=clock.now(), **row.WIPED_AT_THE_END, **fields)


def retry_later(row: OutboxRow, error: str, *, not_before: timedelta = timedelta(0)) -> str:
    """Puts the row back after a failure, or gives it up after the last attempt; returns the state it is in.

    `not_before` makes the wait longer than that of the curve. `error` is a code, never a text that may quote a person. A
    coalesced row whose successor already waits is cancelled: the successor does its work.
    """
    if row.attempts >= MAX_ATTEMPTS:
        return DEAD if settle(row, DEAD, last_error=error[:100]) else row.BUSY
    due_at = clock.now() + max(wait_after(row.attempts), not_before)
    try:
        with transaction.atomic():
            done = _release(row, state=PENDING, due_at=due_at, last_error=error[:100])
        return PENDING if done else row.BUSY
    except IntegrityError:
        settle(row, CANCELLED, last_error="superseded")
        return CANCELLED


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failed attempt (1, 5, 15 minutes, then every hour)."""
    return WAITS[min(max(attempts, 1), len(WAITS)) - 1]


def rescue(model: type[OutboxRow], *, limit: int = 100) -> int:
    """Gives back the rows whose worker died or hangs: due at once, or dead after the last attempt. Returns how many."""
    lost = model._default_manager.filter(state=model.BUSY, lease_until__lt=clock.now()).order_by("lease_until")[:limit]
    return sum(_rescue(row) for row in lost)


def lag(model: type[OutboxRow]) -> timedelta:
    """How long the oldest due row has been waiting to be taken."""
    now = clock.now()
    due = (
        model._default_manager.filter(state=PENDING, due_at__lte=now)
        .order_by("due_at")
        .values_list("due_at", flat=True)
    )
    # One read per partial index.
    oldest = [due.filter(offered_at__isnull=never_offered).first() for never_offered in (True, False)]
    return max((now - due_at for due_at in oldest if due_at), default=timedelta(0))


def prune(model: type[OutboxRow], *, older_than: timedelta, chunk: int = 1_000) -> int:
    """Deletes the rows that ended longer ago than that, a chunk at a time; returns how many."""
    ended = model._default_manager.filter(finished_at__lt=clock.now() - older_than)
    removed = 0
    while count := model._default_manager.filter(pk__in=list(ended.values_list("pk", flat=True)[:chunk])).delete()[0]:
        removed += count
    return removed


def _rescue(row: OutboxRow) -> bool:
    if row.attempts >= MAX_ATTEMPTS:
        return settle(row, DEAD, last_error="lost")
    try:
        with transaction.atomic():
            return _release(row, state=PENDING, last_error="lost")
    except IntegrityError:
        return settle(row, CANCELLED, last_error="superseded")


def _release(row: OutboxRow, **fields: Any) -> bool:
    held = type(row)._default_manager.filter(pk=row.pk, state=row.BUSY, attempts=row.attempts)
    changed = held.update(lease_until=None, **fields)
    if changed:
        for name, value in fields.items():
            setattr(row, name, value)
    return bool(changed)


def _table(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'
