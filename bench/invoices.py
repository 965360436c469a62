"""A monthly run: invoices a second, memory, the cost of one as history grows, and PDF/A-3 a second.

INVOICE_PRACTICES says how many practices pay (10,000). Three months are billed one after the other in one process, each
chunk as its job runs it: the last beside the first tells what history costs. The floor inserts as many bare rows as a
run writes invoices, lines and totals, in the same chunks.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection

from bench.report import spread
from bench.row import Row
from bench.run import Run, Unexpected
from billing.enums import ProductKind, SubscriptionState
from billing.enums_invoice import RowState
from billing.invoice_pdf import files_of
from billing.models import Invoice, InvoiceLine, InvoiceRun, Payer, Product, RunRow, Subscription, SubscriptionItem
from billing.money import month_of, months_before
from billing.selectors.papers import papers_of
from billing.services import run as runs
from billing.services.catalogue import load_catalogue
from billing.services.numbering import PARIS
from core import clock
from core.access import system_actor
from practitioners.models import Practice, Practitioner

GOAL = 16
USUAL = 10_000
MONTHS = 3
FILES = 40
ACTOR = system_actor("bench")
# A clerk who typed and sent one a minute.
SLOWEST = 60.0


def measure(run: Run) -> None:
    """Fill, bill the months, draw some papers."""
    count = int(os.environ.get("INVOICE_PRACTICES", USUAL))
    this = month_of(clock.today(PARIS))
    months = [months_before(this, back) for back in reversed(range(MONTHS))]
    _fill(count, months[0])
    before = _memory()
    statements = _Statements()
    times = [_bill(month, count, statements) for month in months]
    grown = _memory() - before
    per_second = [count / sum(chunks) for chunks in times]
    floor = _floor(count)
    drawing = _draw()
    run.report.note(
        "invoices",
        {
            "practices": count,
            "invoices": Invoice.objects.count(),
            "lines": InvoiceLine.objects.count(),
            "invoices_per_second": [round(one, 1) for one in per_second],
            "statements_per_invoice": round(statements.count / (count * MONTHS), 3),
            "chunk_ms": spread([one * 1000 for chunks in times for one in chunks]),
            "floor_invoices_per_second": round(count / floor),
            "memory_grown_mb": round(grown, 1),
            "file_ms": spread([one * 1000 for one in drawing]),
        },
    )
    run.report.tell(GOAL, f"invoices: a second, one process (run of {count})", per_second[0])
    run.report.tell(
        GOAL, "invoices: cost of one in the third month / in the first", per_second[0] / per_second[-1], 1.3
    )
    run.report.tell(GOAL, "invoices: statements for one", statements.count / (count * MONTHS))
    run.report.tell(GOAL, "invoices: longest chunk (s)", max(max(chunks) for chunks in times), SLOWEST)
    run.report.tell(GOAL, "invoices: memory grown over three runs (MB)", grown)
    run.report.tell(GOAL, "invoices: time of a run / floor", sum(times[0]) / floor)
    run.report.tell(GOAL, "invoices: PDF/A-3 a second, one process", len(drawing) / sum(drawing))


class _Statements:
    """Counts what is asked of the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _bill(month: date, count: int, statements: _Statements) -> list[float]:
    """The seconds of each chunk of a month."""
    started = runs.start_run(actor=ACTOR, month=month)
    ids = list(RunRow.objects.filter(run=started).order_by("pk").values_list("pk", flat=True))
    times = []
    for first in range(0, len(ids), runs.CHUNK):
        part = ids[first : first + runs.CHUNK]
        began = time.perf_counter()
        with connection.execute_wrapper(statements):
            runs.do_chunk(run_id=started.pk, after=part[0] - 1, upto=part[-1])
        times.append(time.perf_counter() - began)
    runs.end_run(started.pk)
    if RunRow.objects.filter(run=started, state=RowState.ISSUED).count() != count:
        raise Unexpected("a practice got no invoice")
    return times


def _fill(count: int, since: date) -> None:
    """Practices of one or two seats, subscribed and past their trial on the first day."""
    load_catalogue()
    like, person = Practice.objects.first(), Practitioner.objects.first()
    if like is None or person is None:
        raise Unexpected("the world has no practice to copy")
    plan = Product.objects.get(code="essentiel")
    practices = Practice.objects.bulk_create(
        [Practice(name=f"Cabinet {n}", slug=f"bench-cabinet-{n}") for n in range(count)], batch_size=2_000
    )
    payers = Payer.objects.bulk_create(
        [
            Payer(
                practice=practice, name=practice.name, siren="732829320", siret="73282932000074",
                street="1 rue des Lilas", postcode="93260", city="Les Lilas", email="compta@bench.example", is_default=True,
            )
            for practice in practices
        ],
        batch_size=2_000,
    )  # fmt: skip
    subscriptions = Subscription.objects.bulk_create(
        [
            Subscription(practice=practice, state=SubscriptionState.ACTIVE, started_on=since, trial_ends_on=since)
            for practice in practices
        ],
        batch_size=2_000,
    )
    people = Practitioner.objects.bulk_create(
        [
            Practitioner(
                specialty=person.specialty,
                title="Dr",
                first_name="Claire",
                last_name=f"Martin {n}",
                slug=f"bench-dr-{n}",
            )
            for n in range(count + count // 2)
        ],
        batch_size=2_000,
    )
    owners = [*range(count), *range(0, count - count % 2, 2)]
    SubscriptionItem.objects.bulk_create(
        [
            SubscriptionItem(
                subscription=subscriptions[owner], product=plan, kind=ProductKind.PLAN, practitioner=doctor,
                payer=payers[owner], starts_on=since,
            )
            for owner, doctor in zip(owners, people, strict=True)
        ],
        batch_size=2_000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE billing_payer, billing_subscription, billing_subscriptionitem")


def _draw() -> list[float]:
    """Seconds of each of some files; the first one, which loads the libraries, is not among them."""
    ids = Invoice.objects.order_by("pk").values_list("pk", flat=True)[: FILES + 1]
    times = []
    for paper in papers_of(ids).values():
        began = time.perf_counter()
        files_of(paper, clock.now())
        times.append(time.perf_counter() - began)
    return times[1:]


def _floor(count: int) -> float:
    """As many bare rows as the first month wrote invoices, lines and totals; seconds."""
    month = InvoiceRun.objects.order_by("month").first()
    rows = count * 2 + InvoiceLine.objects.filter(invoice__run=month).count()
    began = time.perf_counter()
    now = clock.now()
    for _ in range(0, rows, runs.CHUNK * 3):
        Row._default_manager.bulk_create(
            [Row(agenda_id=0, start_at=now, label="invoice") for _ in range(runs.CHUNK * 3)]
        )
    return time.perf_counter() - began


def _memory() -> float:
    """The most that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
