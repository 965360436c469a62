"""Bringing files in: read first with nothing written, then, once confirmed, written a chunk at a time by a job.

The dry reading does the very work of the writing and takes it back, so that its report is what will happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from booking.enums import ImportKind
from booking.import_cells import CellRefused
from booking.import_files import ImportRefused, read_table, text_of
from booking.models import ImportRun
from booking.services.imports_patients import reference_of, write_patients
from booking.services.imports_visits import write_visits
from core import audit, clock
from core.access import Actor, Space, get_or_404
from core.jobs import enqueue
from practitioners.models import Practice

CHUNK = 500
JOB = "booking.import_chunk"
# Lines named one by one in the report; past that they are only counted.
MOST_REFUSED = 1_000

EMPTY: Mapping[str, Any] = {
    "created": 0,
    "updated": 0,
    "unchanged": 0,
    "refused": [],
    "refused_count": 0,
    "ignored_columns": 0,
    # Lines of visits to come where the agenda does not receive: written, and flagged.
    "outside": [],
    "outside_count": 0,
}


def read_import(*, actor: Actor, kind: str, raw: bytes) -> ImportRun:
    """Take a file in: refused as a whole when it cannot be read, else read dry, the first lines at once.

    Raises `ImportRefused` (codes `file_…`), ValueError for an unknown kind, NotForYou.
    """
    kind = ImportKind(kind)
    practice = get_or_404(actor, Practice, "shape", pk=actor.practice_id)
    text = text_of(raw)
    table = read_table(text, kind)
    with transaction.atomic(durable=True):
        # One file at a time waits for a decision: those left before are forgotten.
        ImportRun.objects.filter(practice=practice, confirmed_at__isnull=True, finished_at__isnull=True).update(
            content="", finished_at=clock.now()
        )
        run = ImportRun.objects.create(
            practice=practice,
            kind=kind,
            content=text,
            lines=len(table.lines),
            report={**EMPTY, "ignored_columns": table.ignored_columns},
            created_by_id=actor.user_id,
        )
        audit.record(actor, "booking.read_import", run, practice_id=practice.pk, kind=str(kind), lines=run.lines)
        do_chunk(run_id=run.pk)
    run.refresh_from_db()
    return run


def confirm_import(*, actor: Actor, run: UUID) -> ImportRun:
    """Write what was read. Raises `import_over`, `import_not_read` (409), NotForYou."""
    found = get_or_404(actor, ImportRun, "work", uid=run)
    with transaction.atomic(durable=True):
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if current.confirmed_at is not None or current.finished_at is not None:
            raise ImportRefused("import_over")
        if current.done_lines < current.lines:
            raise ImportRefused("import_not_read")
        current.confirmed_at, current.done_lines = clock.now(), 0
        current.report = {**EMPTY, "ignored_columns": current.report.get("ignored_columns", 0)}
        # What is done is done in the name of who confirmed, with the rights of that moment and after.
        current.created_by_id = actor.user_id
        current.save(update_fields=["confirmed_at", "done_lines", "report", "created_by"])
        audit.record(actor, "booking.confirm_import", current, practice_id=current.practice_id)
        enqueue(JOB, unique=f"import:{current.pk}", run_id=current.pk)
    return current


def drop_import(*, actor: Actor, run: UUID) -> None:
    """Forget a file that was read and not confirmed; nothing of it was written. Raises `import_over`, NotForYou."""
    found = get_or_404(actor, ImportRun, "work", uid=run)
    with transaction.atomic(durable=True):
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if current.confirmed_at is not None or current.finished_at is not None:
            raise ImportRefused("import_over")
        current.content, current.finished_at = "", clock.now()
        current.save(update_fields=["content", "finished_at"])
        audit.record(actor, "booking.drop_import", current, practice_id=current.practice_id)


def do_chunk(*, run_id: int) -> None:
    """The next lines of a run, in the transaction of its job: a chunk is counted exactly when it is written."""
    run = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run_id, finished_at__isnull=True).first()
    if run is None or run.done_lines >= run.lines:
        return
    table = read_table(run.content, run.kind)
    lines = table.lines[run.done_lines : run.done_lines + CHUNK]
    actor = Actor(user_id=run.created_by_id, space=Space.PRACTICE, practice_id=run.practice_id, strong=True)
    dry = run.confirmed_at is None
    with transaction.atomic():
        get_or_404(actor, Practice, "shape", pk=run.practice_id)
        if run.kind == ImportKind.PATIENTS:
            part = write_patients(actor, lines, _references(table.lines[: run.done_lines]))
        else:
            part = write_visits(actor, lines)
        if dry:
            transaction.set_rollback(True)
        else:
            audit.record(
                actor, "booking.import_chunk", run, practice_id=run.practice_id,
                created=part["created"], updated=part["updated"],
            )  # fmt: skip
    run.report = _sum(run.report, part)
    run.done_lines += len(lines)
    if run.done_lines < run.lines:
        enqueue(JOB, run_id=run.pk)
    elif not dry:
        run.content, run.finished_at = "", clock.now()
    run.save(update_fields=["content", "done_lines", "report", "finished_at"])


def _references(lines: Any) -> set[str]:
    """The references already met in the lines before this chunk."""
    seen = set()
    for line in lines:
        try:
            seen.add(reference_of(line.cells))
        except CellRefused:
            continue
    return seen


def _sum(report: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    counts = {name: report.get(name, 0) + part[name] for name in ("created", "updated", "unchanged")}
    outside = part.get("outside", [])
    refused = [*report.get("refused", []), *part["refused"]][:MOST_REFUSED]
    return {
        **report,
        **counts,
        "refused": refused,
        "refused_count": report.get("refused_count", 0) + len(part["refused"]),
        "outside": [*report.get("outside", []), *outside][:MOST_REFUSED],
        "outside_count": report.get("outside_count", 0) + len(outside),
    }
