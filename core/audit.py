"""The journal: `record` writes one act into the caller's transaction, `seal_audit` chains what was written.

Rows are sealed in batches, outside the transactions that wrote them: chaining inside them would make every writer wait
for the one before. Each seal covers the row and the seal before it, so a row changed, removed or slipped in afterwards
breaks the chain, and a chain cut at its end no longer meets `AuditHead`. Whoever administers the database can still
alter what was not sealed yet, or rewrite everything: the head is logged at each sealing so that a copy lives elsewhere.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Model

from core import clock
from core.access import Actor
from core.compiled_insert import CompiledInsert
from core.models import AuditCut, AuditEvent, AuditHead
from core.network import network_of
from core.tracing import request_id

logger = structlog.get_logger(__name__)

GENESIS = bytes(32)
PURGE = "core.purge_audit"
# The first number of PostgreSQL's two-number advisory locks says what is locked; this one is the journal's chain.
_LOCK = (7_301, 1)
_COLUMNS = (
    "id",
    "at",
    "user_id",
    "space",
    "acting_practice_id",
    "system_name",
    "action",
    "target_type",
    "target_id",
    "patient_id",
    "practice_id",
    "request_id",
    "ip",
    "facts",
)

_EVENTS = CompiledInsert(AuditEvent)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a reading of the whole chain found: `broken_at` is the first number that does not hold, None when all do."""

    sealed: int
    unsealed: int
    broken_at: int | None = None
    reason: str = ""


def record(
    actor: Actor,
    action: str,
    target: Model | None = None,
    *,
    patient_id: int | None = None,
    practice_id: int | None = None,
    **facts: Any,
) -> None:
    """Writes one act into the current transaction: it is in the journal exactly when its effect is in the database.

    `facts` are ids, codes, dates and numbers; never a name, a reason or what a person wrote. Raises TypeError for a fact
    of another type, and RuntimeError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An act is recorded in the transaction of its effect")
    event = AuditEvent(
        user_id=actor.user_id,
        space=actor.space or "",
        acting_practice_id=actor.practice_id,
        system_name=actor.name,
        action=action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=target.pk if target is not None and isinstance(target.pk, int) else None,
        patient_id=patient_id,
        practice_id=practice_id,
        request_id=request_id(),
        ip=network_of(actor.ip),
        facts={name: _fact(name, value) for name, value in facts.items()},
    )
    _EVENTS.write([event])


def seal_audit(limit: int = 5_000) -> int:
    """Chains up to `limit` unsealed rows, oldest first; returns how many. Two sealers at once do no harm."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK)
        if not cursor.fetchone()[0]:
            return 0
        head = AuditHead.objects.first()
        seq, previous = (head.seq, bytes(head.hash)) if head else (0, GENESIS)
        rows = []
        for values in AuditEvent.objects.filter(seq__isnull=True).order_by("id").values(*_COLUMNS)[:limit]:
            seq, link = seq + 1, previous
            previous = _hash(seq, link, values)
            rows.append((values["id"], seq, link, previous))
        if not rows:
            return 0
        now = clock.now()
        ids, numbers, links, hashes = zip(*rows, strict=True)
        cursor.execute("SET LOCAL prendsoin.audit_sealing = 'on'")
        cursor.execute(
            """
            UPDATE core_auditevent AS event
            SET seq = sealed.seq, previous_hash = sealed.link, hash = sealed.hash, sealed_at = %s
            FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[]) AS sealed (id, seq, link, hash)
            WHERE event.id = sealed.id
            """,
            [now, list(ids), list(numbers), list(links), list(hashes)],
        )
        cursor.execute("SET LOCAL prendsoin.audit_sealing = 'off'")
        AuditHead.objects.update_or_create(pk=1, defaults={"seq": seq, "hash": previous, "sealed_at": now})
    logger.info("audit_sealed", count=len(rows), head=seq, hash=previous.hex())
    return len(rows)


def verify_audit() -> Verification:
    """Reads the whole chain again and compares each seal, in one consistent view of the database."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            _freeze_view()
        unsealed = AuditEvent.objects.filter(seq__isnull=True).count()
        head = AuditHead.objects.first()
        cut = AuditCut.objects.first()
        expected, previous = (cut.seq, bytes(cut.hash)) if cut else (0, GENESIS)
        if cut and not _told(cut):
            return Verification(0, unsealed, cut.seq, "the journal was cut and does not say so")
        first = expected
        for values, number, link, stored in _sealed_rows():
            expected += 1
            if number != expected:
                return Verification(expected - 1 - first, unsealed, expected, f"found {number} instead")
            if link != previous or stored != _hash(number, previous, values):
                return Verification(expected - 1 - first, unsealed, expected, "the seal does not match the row")
            previous = stored
        if (head.seq, bytes(head.hash)) != (expected, previous) if head else expected:
            return Verification(expected - first, unsealed, expected + 1, "the head does not match the last row")
    return Verification(expected - first, unsealed)


def due_for_purge(before: datetime) -> int:
    """How many sealed rows are older than that and have none of the time after before them."""
    last = _last_before(before)
    return AuditEvent.objects.filter(seq__lte=last).count() if last else 0


def purge_audit(*, actor: Actor, before: datetime) -> int:
    """Erases the sealed rows from before a moment; returns how many. What is left still proves itself.

    The number and the seal of the last row that goes are kept, and told by an act of the journal itself. The database
    lets a row go in this way alone, and none younger than three years.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)
        last = _last_before(before)
        if not last:
            return 0
        seal = bytes(AuditEvent.objects.values_list("hash", flat=True).get(seq=last) or b"")
        cut = {"seq": last, "hash": seal, "before": before, "cut_at": clock.now()}
        AuditCut.objects.update_or_create(pk=1, defaults=cut)
        cursor.execute("SET LOCAL prendsoin.audit_purging = 'on'")
        cursor.execute("DELETE FROM core_auditevent WHERE seq <= %s", [last])
        gone = cursor.rowcount
        cursor.execute("SET LOCAL prendsoin.audit_purging = 'off'")
        record(actor, PURGE, count=gone, upto=last, seal=seal.hex())
    return gone


def _last_before(before: datetime) -> int:
    """The number of the last row that may go: those after it stay whole. 0 when none may."""
    sealed = AuditEvent.objects.filter(seq__isnull=False)
    kept = sealed.filter(at__gte=before).order_by("seq").values_list("seq", flat=True).first()
    old = sealed.filter(at__lt=before, seq__lt=kept) if kept else sealed.filter(at__lt=before)
    return old.order_by("-seq").values_list("seq", flat=True).first() or 0


def _told(cut: AuditCut) -> bool:
    return AuditEvent.objects.filter(action=PURGE, facts__upto=cut.seq, facts__seal=bytes(cut.hash).hex()).exists()


def _sealed_rows() -> Iterator[tuple[dict[str, Any], int, bytes, bytes]]:
    rows = AuditEvent.objects.filter(seq__isnull=False).order_by("seq")
    for values in rows.values(*_COLUMNS, "seq", "previous_hash", "hash").iterator(chunk_size=2_000):
        number, link, stored = values.pop("seq"), bytes(values.pop("previous_hash")), bytes(values.pop("hash"))
        yield values, number, link, stored


def _freeze_view() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _hash(seq: int, previous: bytes, values: dict[str, Any]) -> bytes:
    content = {**values, "at": values["at"].astimezone(UTC).isoformat(timespec="microseconds"), "seq": seq}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def _fact(name: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str) and len(value) <= 100:
        return str(value)
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_fact(name, item) for item in value]
    raise TypeError(f"The journal keeps ids, codes, dates and numbers; {name} is a {type(value).__name__}")
