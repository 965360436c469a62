"""What waits, what is being done and what died, by kind: figures for the platform's staff, at the same cost on any table.

Each count stops at `MOST` and is made by an index that holds the kind, so that ten million rows planned for later, or ended
long ago, are never looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core import clock, outbox, relay
from core.dead_work import REFUSALS
from core.models import Heartbeat
from core.models.outbox import DEAD, PENDING, OutboxRow

MOST = 10_000
SHOWN = 50
# The processes that give a sign of life, and after how long their silence is worth a word.
SIGNS = (
    (relay.HEARTBEAT, timedelta(seconds=30)),
    (relay.WORKER, timedelta(seconds=90)),
    (relay.BEAT, timedelta(seconds=90)),
)
STATES = ("waiting", "handed_on", "under_way", "dead")


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind's figures, in the order of `STATES`."""

    kind: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One table of work. `late_by`: how long its oldest due row has waited. `is_cut`: a count stopped at `MOST`."""

    task: str
    late_by: timedelta
    kinds: list[KindLine]
    totals: tuple[int, ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of a background process; None when there never was one."""

    name: str
    seen_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class DeadRow:
    """A row given up. Neither its subject nor its recipient is told."""

    pk: int
    kind: str
    error: str
    attempts: int
    since: datetime
    refusal: str = ""  # why it cannot be tried again, a code; empty when it can

    @property
    def reason(self) -> str:
        """The sentence of `refusal`."""
        return str(REFUSALS.get(self.refusal, ""))


def signs_of_life() -> list[Sign]:
    """Of the relay, of a worker and of the schedule. One statement."""
    seen, now = dict(Heartbeat.objects.values_list("name", "beat_at")), clock.now()
    return [Sign(name, seen.get(name), name not in seen or now - seen[name] > limit) for name, limit in SIGNS]


def figures() -> list[QueueFigures]:
    """Of every queue. Three statements a queue."""
    return [_figures(queue) for queue in relay.queues()]


def dead_rows(model: type[OutboxRow], *, kind: str = "") -> list[DeadRow]:
    """The latest rows given up, of one kind or of all, at most `SHOWN`."""
    wanted: dict[str, Any] = {"state": DEAD, **({"kind": kind} if kind else {})}
    order = ("-finished_at",) if kind else ("-kind", "-finished_at")
    found = model._default_manager.filter(**wanted).order_by(*order).prefetch_related(*model.READ_TO_RETRY)
    return [
        DeadRow(row.pk, row.kind, row.last_error, row.attempts, row.finished_at or row.due_at, row.refusal_to_retry())
        for row in found[:SHOWN]
    ]


def _figures(queue: relay.Queue) -> QueueFigures:
    by_kind: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(counting_statement(queue.model), {"now": clock.now(), "most": MOST})
        rows: Sequence[tuple[str, int, int]] = cursor.fetchall()
    for kind, state, number in rows:
        by_kind.setdefault(kind, [0] * len(STATES))[state] = number
    lines = [KindLine(kind, tuple(counts)) for kind, counts in sorted(by_kind.items())]
    totals = tuple(sum(line.counts[state] for line in lines) for state in range(len(STATES)))
    return QueueFigures(queue.task, outbox.lag(queue.model), lines, totals, is_cut=max(totals) >= MOST)


def counting_statement(model: type[OutboxRow]) -> str:
    """The statement that counts one table; its parameters are `now` and `most`. Each part reads one partial index."""
    table, busy = model._meta.db_table, str(model.BUSY)
    parts = (
        f"state = '{PENDING}' AND offered_at IS NULL AND due_at <= %(now)s ORDER BY due_at",
        f"state = '{PENDING}' AND offered_at IS NOT NULL AND due_at <= %(now)s ORDER BY offered_at",
        f"state = '{busy}' ORDER BY lease_until",
        f"state = '{DEAD}' ORDER BY kind, finished_at",
    )
    return " UNION ALL ".join(
        f"(SELECT kind, {number}, count(*) FROM (SELECT kind FROM {table} WHERE {part} LIMIT %(most)s) AS part GROUP BY kind)"  # noqa: S608  (names of our own tables and columns)
        for number, part in enumerate(parts)
    )
