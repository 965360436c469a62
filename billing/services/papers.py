"""The files of issued invoices: made once, by a job or at the first reading, whichever comes first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction

from billing.enums_invoice import FileKind
from billing.invoice_pdf import files_of
from billing.models import Invoice, InvoiceFile
from billing.paper import Paper
from billing.selectors.papers import papers_of
from core import clock
from core.jobs import enqueue

FILES_JOB = "billing.make_files"
# Invoices in a job: some seconds of drawing, far under the minute that a job may last.
AT_ONCE = 20


def plan_files(invoices: Sequence[Invoice]) -> None:
    """Have the files of invoices just issued made after the commit."""
    ids = [invoice.pk for invoice in invoices]
    for first in range(0, len(ids), AT_ONCE):
        enqueue(FILES_JOB, invoices=ids[first : first + AT_ONCE])


def make_files(ids: Iterable[int]) -> int:
    """Make the files that are not there yet; returns for how many invoices. Made twice at once, the first one stays."""
    issued = Invoice.objects.issued().filter(pk__in=list(ids))
    waiting = list(issued.exclude(files__isnull=False).order_by("pk").values_list("pk", flat=True))
    for pk, paper in papers_of(waiting).items():
        _make(pk, paper)
    return len(waiting)


def file_of(invoice: Invoice, kind: FileKind) -> InvoiceFile:
    """A file of an issued invoice that the caller has the right to read."""
    found = InvoiceFile.objects.filter(invoice=invoice, kind=kind).first()
    if found is None:
        make_files([invoice.pk])
        found = InvoiceFile.objects.get(invoice=invoice, kind=kind)
    return found


def _make(pk: int, paper: Paper) -> None:
    at = clock.now()
    pdf, xml = files_of(paper, at)
    rows = [
        InvoiceFile(invoice_id=pk, kind=kind, content=content, sha256=hashlib.sha256(content).hexdigest(), made_at=at)
        for kind, content in ((FileKind.PDF, pdf), (FileKind.XML, xml))
    ]
    with transaction.atomic():
        InvoiceFile.objects.bulk_create(rows, ignore_conflicts=True)
