"""The run of a month: every payer in chunks, each payer once, whatever dies between and however often it is asked.

A chunk is one transaction: its drafts, their numbers, the books, the news and the state of its rows hold together or not
at all. What lacks a mention is listed and left; running the month again takes up those alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from billing.drafting import Draft
from billing.enums_invoice import RowState, RunState
from billing.exceptions_invoice import InvoiceRefusal
from billing.mandatory import Missing
from billing.models import InvoiceRun, RunRow
from billing.money import month_of, next_month
from billing.selectors.run import payers_of, prepare
from billing.services.giving_back import billables_for, credit_drafts
from billing.services.issued import follow
from billing.services.issuing import issue_many, lacks
from billing.services.numbering import PARIS
from core import audit, clock
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue

CHUNK_JOB, END_JOB = "billing.run_chunk", "billing.end_run"
# Payers in a chunk: some seconds of work, while which nobody else numbers an invoice.
CHUNK = 200
# Until which day of a month its run begins by itself; a service installed in the middle of one bills nobody unasked.
LAST_DUE_DAY = 5
_DONE = """
UPDATE billing_runrow AS kept
SET state = done.state, missing = done.missing, invoice_id = done.invoice, done_at = %s
FROM jsonb_to_recordset(%s::jsonb) AS done (id bigint, state text, missing jsonb, invoice bigint)
WHERE kept.id = done.id
"""
_NO_ROOM = Missing("credit_room", "aucune facture ne peut recevoir cet avoir")


def start_run(*, actor: Actor, month: date, size: int = CHUNK) -> InvoiceRun:
    """Begin the run of a month, or join the one that is there: nothing is done twice.

    Raises `run_month_to_come` for a month after the next one.
    """
    first = month_of(month)
    if first > next_month(clock.today(PARIS)):
        raise InvoiceRefusal("run_month_to_come")
    with transaction.atomic():
        run, fresh = InvoiceRun.objects.get_or_create(
            month=first, defaults={"started_by_id": actor.user_id, "started_at": clock.now()}
        )
        InvoiceRun.objects.select_for_update().get(pk=run.pk)
        if fresh:
            ids = payers_of(first).values_list("pk", flat=True)
            RunRow.objects.bulk_create([RunRow(run=run, payer_id=pk) for pk in ids], batch_size=2_000)
            audit.record(actor, "billing.start_run", run, month=first)
        if run.state == RunState.RUNNING:
            _plan(run, size)
    return run


def start_due_run(*, actor: Actor) -> InvoiceRun | None:
    """Begin the run of this month when its first days have come and nobody has begun it; None otherwise.

    Asked again each morning, so that a server that was down on the first bills on the second. A run that a person began,
    ahead of the month or meanwhile, is theirs: paused, it stays paused.
    """
    day = clock.today(PARIS)
    if day.day > LAST_DUE_DAY or InvoiceRun.objects.filter(month=month_of(day)).exists():
        return None
    return start_run(actor=actor, month=day)


def pause_run(*, actor: Actor, run: UUID) -> InvoiceRun:
    """Stop after the chunks that are being done. Raises NotForYou, `run_not_running`."""
    with transaction.atomic():
        row = _locked(actor, run)
        if row.state != RunState.RUNNING:
            raise InvoiceRefusal("run_not_running")
        return _moved(actor, row, RunState.PAUSED, "billing.pause_run")


def resume_run(*, actor: Actor, run: UUID, size: int = CHUNK) -> InvoiceRun:
    """Go on with what is left. Raises NotForYou, `run_not_paused`."""
    with transaction.atomic():
        row = _locked(actor, run)
        if row.state != RunState.PAUSED:
            raise InvoiceRefusal("run_not_paused")
        _moved(actor, row, RunState.RUNNING, "billing.resume_run")
        _plan(row, size)
        return row


def rerun_blocked(*, actor: Actor, run: UUID, size: int = CHUNK) -> InvoiceRun:
    """Take up again the payers that lacked something, and nobody else. Raises NotForYou."""
    with transaction.atomic():
        row = _locked(actor, run)
        RunRow.objects.filter(run=row, state=RowState.BLOCKED).update(state=RowState.PENDING, missing=[], done_at=None)
        _moved(actor, row, RunState.RUNNING, "billing.rerun_blocked")
        _plan(row, size)
        return row


def do_chunk(*, run_id: int, after: int, upto: int) -> int:
    """Issue what the rows with an id in (after, upto] wait for; returns how many rows it did."""
    actor = system_actor("billing.run")
    with transaction.atomic():
        run = InvoiceRun.objects.get(pk=run_id)
        if run.state != RunState.RUNNING:
            return 0
        waiting = RunRow.objects.select_for_update(of=("self",)).filter(
            run=run, pk__gt=after, pk__lte=upto, state=RowState.PENDING
        )
        rows = list(waiting.select_related("payer").order_by("pk"))
        if rows:
            count = _issue_rows(actor, run, rows)
            audit.record(actor, "billing.run_chunk", run, rows=len(rows), issued=count)
        enqueue(END_JOB, unique=f"{END_JOB}:{run_id}", run_id=run_id)
    return len(rows)


def end_run(run_id: int) -> bool:
    """Close the run when no row waits any more; True when it is closed."""
    with transaction.atomic():
        run = InvoiceRun.objects.select_for_update().get(pk=run_id)
        waits = RunRow.objects.filter(run=run, state=RowState.PENDING).exists()
        if run.state == RunState.RUNNING and not waits:
            run.state, run.finished_at = RunState.DONE, clock.now()
            run.save(update_fields=["state", "finished_at"])
    return run.state == RunState.DONE


def _issue_rows(actor: Actor, run: InvoiceRun, rows: Sequence[RunRow]) -> int:
    """Sets each row to what became of it; returns how many papers were issued."""
    prepared = prepare([row.payer for row in rows], run.month, run_id=run.pk)
    negative = [one.payer.pk for one in prepared if one.draft and one.draft.paper.net_cents < 0]
    billables = billables_for(negative, run.month)
    drafts: list[Draft] = []
    owners: list[RunRow] = []
    for row, one in zip(rows, prepared, strict=True):
        found, missing = [one.draft] if one.draft else [], list(one.missing)
        if one.draft and one.draft.paper.net_cents < 0:
            found = credit_drafts(one.draft, billables.get(row.payer_id, []))
            missing = [] if found else [_NO_ROOM]
        missing = missing or [lacking for draft in found for lacking in lacks(draft)]
        row.missing = [lacking.as_json() for lacking in missing]
        row.state = RowState.BLOCKED if missing else RowState.NOTHING
        if not missing:
            drafts += found
            owners += [row] * len(found)
    papers = issue_many(actor=actor, drafts=drafts, checked=True)
    for row, paper in reversed(list(zip(owners, papers, strict=True))):
        row.state, row.invoice = RowState.ISSUED, paper
    _keep(rows)
    if papers:
        follow(actor=actor, invoices=papers)
    return len(papers)


def _keep(rows: Sequence[RunRow]) -> None:
    """Writes what became of each row: one statement, whose text does not grow with them."""
    done = [{"id": row.pk, "state": str(row.state), "missing": row.missing, "invoice": row.invoice_id} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [clock.now(), json.dumps(done)])


def _plan(run: InvoiceRun, size: int) -> None:
    ids = list(RunRow.objects.filter(run=run, state=RowState.PENDING).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), size):
        part = ids[first : first + size]
        enqueue(CHUNK_JOB, unique=f"{CHUNK_JOB}:{part[-1]:012d}", run_id=run.pk, after=part[0] - 1, upto=part[-1])
    enqueue(END_JOB, unique=f"{END_JOB}:{run.pk}", run_id=run.pk)


def _locked(actor: Actor, run: UUID) -> InvoiceRun:
    found = get_or_404(actor, InvoiceRun, "keep", uid=run)
    return InvoiceRun.objects.select_for_update().get(pk=found.pk)


def _moved(actor: Actor, run: InvoiceRun, state: RunState, action: str) -> InvoiceRun:
    run.state, run.finished_at = state, None
    run.save(update_fields=["state", "finished_at"])
    audit.record(actor, action, run, month=run.month)
    return run
