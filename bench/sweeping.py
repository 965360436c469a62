"""What one look at the queue of messages costs while its table grows: blocks read, milliseconds, and by which index.

Every size holds the same few hundred due rows; the others are planned for later or have ended, as in a country's table.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.databases import connect, without_indexes, without_uniqueness
from bench.report import Report, spread
from core import outbox, work_counts
from notifications.models import Message
from notifications.services import cancel_pending

SMALL = 10_000
PART = 1_000_000
GOAL = 13
TABLE = "notifications_message"
FILL = """
INSERT INTO notifications_message (uid, key, kind, channel, subject, revision, language, state, due_at, expires_at, offered_at,
    lease_until, attempts, last_error, created_at, finished_at, provider_ref, recipient, receipt, receipt_code, title, link,
    address)
SELECT gen_random_uuid(), 'bench:' || n || '|0|' || (ARRAY['accounts.code', 'booking.reminder', 'booking.confirmed'])[1 + n %% 3]
        || '|sms|+33639980001',
    (ARRAY['accounts.code', 'booking.reminder', 'booking.confirmed'])[1 + n %% 3], 'sms', 'bench:' || n, 0, 'fr',
    CASE WHEN n %% 2 = 0 THEN 'pending' ELSE 'sent' END,
    now() + CASE WHEN n %% 2 = 0 THEN interval '1 day' ELSE interval '-1 day' END + n * interval '1 millisecond',
    now() + interval '90 days', NULL, NULL, 0, '', now() - interval '2 days',
    CASE WHEN n %% 2 = 0 THEN NULL ELSE now() - interval '1 day' + n * interval '1 microsecond' END,
    CASE WHEN n %% 2 = 0 THEN '' ELSE 'ref-' || n END, '', '', '', '', '', 'x'::bytea
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
DUE = """
UPDATE notifications_message SET due_at = now() - interval '1 minute' + id * interval '1 microsecond',
    offered_at = CASE WHEN id %% 4 = 0 THEN now() - interval '1 minute' END
WHERE id IN (SELECT id FROM notifications_message WHERE state = 'pending' ORDER BY id LIMIT %(due)s)
"""


def measure(report: Report, large: int, *, due: int, looks: int) -> None:
    """Fills the table to each size in turn and looks; the last size beside the first is the figure."""
    sizes = [SMALL, *(size for size in (100_000, 1_000_000) if size < large), large]
    blocks: dict[int, dict[str, int]] = {}
    milliseconds: dict[int, dict[str, dict[str, float]]] = {}
    filled = 0
    with connect(report_database()) as database:
        database.execute(f"TRUNCATE {TABLE} CASCADE")
        for size in sizes:
            began = time.monotonic()
            _fill(database, filled + 1, size, due)
            filled = size
            print(f"         {size} rows in {time.monotonic() - began:.0f} s", flush=True)
            blocks[size] = {name: _blocks(look) for name, look in LOOKS.items()}
            milliseconds[size] = {name: spread(_times(look, looks)) for name, look in LOOKS.items()}
    report.note("sweep_blocks", blocks)
    report.note("sweep_milliseconds", milliseconds)
    for name in LOOKS:
        first, last = blocks[sizes[0]][name], blocks[large][name]
        report.tell(GOAL, f"{name}: blocks read at {large} rows / at {SMALL}", last / first, 2)
        middle = milliseconds[large][name]["p50"] / milliseconds[sizes[0]][name]["p50"]
        report.tell(GOAL, f"{name}: p50 at {large} rows / at {SMALL}", middle)
    report.tell(GOAL, "statements of a look that read a whole table", sum(map(_scans, LOOKS.values())), 0)


def report_database() -> str:
    return str(connection.settings_dict["NAME"])


def _fill(database: psycopg.Connection, first: int, last: int, due: int) -> None:
    """The rows are right by construction; the same few of them are due.

    A million at a time, and no index while they are written, so that the disk needs little more than the table itself:
    about a kilobyte a row with its indexes, and the log of one part.
    """
    cursor = psycopg.ClientCursor(database)
    cursor.execute(
        "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off"
    )
    with without_uniqueness(cursor, TABLE), without_indexes(cursor, TABLE):
        for part in range(first, last + 1, PART):
            cursor.execute(FILL, {"first": part, "last": min(part + PART - 1, last)})
            if last > PART:
                cursor.execute("CHECKPOINT")
    cursor.execute(DUE, {"due": due})
    cursor.execute(f"VACUUM ANALYZE {TABLE}")


def _sweep() -> None:
    """What a relay does each second with nothing lost: rescue, then take what is overdue and what is due."""
    outbox.rescue(Message)
    outbox.overdue(Message, limit=6)
    outbox.offer(Message, limit=100)


def _lag() -> None:
    outbox.lag(Message)


def _called_back() -> None:
    """What moving or cancelling a visit does to the messages about it."""
    cancel_pending("bench:2", before_revision=1)


def _of_one_visit() -> None:
    """What the page of a visit reads, and a reminder that looks for the others of its day."""
    list(Message.objects.filter(key__startswith="bench:2|").values_list("state", "receipt"))


def _page() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            work_counts.counting_statement(Message), {"now": work_counts.clock.now(), "most": work_counts.MOST}
        )
        cursor.fetchall()


LOOKS: dict[str, Callable[[], None]] = {
    "one sweep": _sweep,
    "the delay of /pret": _lag,
    "the counts of the staff's page": _page,
    "calling back the messages of a visit": _called_back,
    "the messages of one visit": _of_one_visit,
}


class _Undone(Exception):
    """Ends a transaction whose effects are not wanted."""


def _times(look: Callable[[], None], count: int) -> list[float]:
    """Milliseconds of each look, whose effects are undone."""
    times = []
    for _ in range(count):
        with suppress(_Undone), transaction.atomic():
            began = time.perf_counter()
            look()
            times.append((time.perf_counter() - began) * 1000)
            raise _Undone
    return times


def _blocks(look: Callable[[], None]) -> int:
    """Blocks that the statements of a look touch, whether they are in memory or not."""
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in _plans(look))


def _scans(look: Callable[[], None]) -> int:
    return sum("Seq Scan" in json.dumps(plan) for plan in _plans(look))


def _plans(look: Callable[[], None]) -> list[dict[str, Any]]:
    """The plan of each statement of a look, executed again alone and undone."""
    with suppress(_Undone), transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            look()
        raise _Undone
    plans = []
    for query in captured:
        if TABLE in query["sql"]:
            with suppress(_Undone), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query["sql"])
                    plans.append(cursor.fetchone()[0][0]["Plan"])
                raise _Undone
    return plans
