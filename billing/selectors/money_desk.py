"""What billing staff see of money: lines, debits, files, refunds, one payment. Each list in a fixed number of statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from billing.enums_payment import BatchState, DebitState, RefundState
from billing.models import (
    BankImport,
    BankLine,
    Debit,
    DebitBatch,
    Invoice,
    Payer,
    Payment,
    Refund,
    ReturnsImport,
)
from billing.selectors.balance import due_invoices, with_left_cents
from core.access import Actor, get_or_404, scoped
from core.text import fold

SHOWN = 50


def waiting_lines(actor: Actor) -> int:
    """How many transfers wait for a person."""
    return scoped(actor, BankLine, "collect").filter(state="suspense").count()


def line_by(actor: Actor, uid: UUID) -> BankLine:
    found = get_or_404(actor, BankLine, "collect", uid=uid)
    return BankLine.objects.select_related("payer", "payment", "source").get(pk=found.pk)


def statement_by(actor: Actor, uid: UUID) -> BankImport:
    return get_or_404(actor, BankImport, "collect", uid=uid)


def lines_of(statement: BankImport) -> list[BankLine]:
    return list(statement.lines.select_related("payer", "payment").order_by("number")[:500])


def payers_like(actor: Actor, text: str, *, first: int | None = None) -> list[Payer]:
    """Payers by part of a name, account, SIRET, or number of an invoice; `first` comes first. At most ten."""
    rows = scoped(actor, Payer, "collect").select_related("practice")
    words = text.strip()[:80]
    if not words:
        return list(rows.filter(pk=first)) if first else []
    wanted = Q(name__icontains=words) | Q(account__iexact=words) | Q(practice__name__icontains=words)
    digits = "".join(sign for sign in words if sign.isdecimal())
    if len(digits) >= 9:
        wanted |= Q(siret__startswith=digits)
    if fold(words):
        wanted |= Q(pk__in=Invoice.objects.filter(reference__iexact=words).values("payer"))
    return list(rows.filter(wanted).order_by("name", "pk")[:10])


def open_of(payer: Payer) -> list[Invoice]:
    """The open invoices of a payer, oldest due first, with `open_cents`."""
    return list(due_invoices(Invoice.objects.filter(payer=payer)))


def with_open(payers: list[Payer]) -> list[tuple[Payer, list[Invoice]]]:
    """Each payer with its open invoices, in one statement."""
    rows: dict[int, list[Invoice]] = {payer.pk: [] for payer in payers}
    for invoice in due_invoices(Invoice.objects.filter(payer__in=rows)):
        rows[invoice.payer_id].append(invoice)
    return [(payer, rows[payer.pk]) for payer in payers]


def payer_by(actor: Actor, uid: UUID) -> Payer:
    return get_or_404(actor, Payer, "collect", uid=uid)


def suggested_of(line: BankLine) -> list[Invoice]:
    return list(due_invoices(Invoice.objects.filter(pk__in=line.suggested)).select_related("payer"))


def announced(actor: Actor) -> list[Any]:
    """The announced debits that wait for a file, by day: day, count, sum."""
    rows = scoped(actor, Debit, "collect").filter(state=DebitState.NOTIFIED).order_by().values("collect_on")
    return list(rows.annotate(count=Count("pk"), cents=Sum("amount_cents")).order_by("collect_on")[:SHOWN])


def batches(actor: Actor) -> list[DebitBatch]:
    """Files for the bank, newest first, without what they hold."""
    rows = scoped(actor, DebitBatch, "collect").defer("content").select_related("made_by")
    return list(rows.order_by("-pk")[:SHOWN])


def batch_by(actor: Actor, uid: UUID) -> DebitBatch:
    found = get_or_404(actor, DebitBatch, "collect", uid=uid)
    return DebitBatch.objects.defer("content").get(pk=found.pk)


def debits_of(batch: DebitBatch) -> QuerySet[Debit]:
    rows = batch.debits.select_related("invoice__payer", "mandate").defer("mandate__iban")
    return rows.order_by("collect_on", "pk")


def returns(actor: Actor) -> list[ReturnsImport]:
    return list(scoped(actor, ReturnsImport, "collect").select_related("imported_by").order_by("-pk")[:20])


def returned_lately(actor: Actor) -> list[Debit]:
    """The last debits given back, newest first."""
    rows = scoped(actor, Debit, "collect").filter(state=DebitState.RETURNED)
    return list(
        rows.select_related("invoice__payer", "mandate").defer("mandate__iban").order_by("-returned_on", "-pk")[:SHOWN]
    )


def refunds(actor: Actor) -> list[Refund]:
    """Those to make first, then the last ones made."""
    rows = scoped(actor, Refund, "collect").select_related("payer", "payment", "credit_note")
    waiting = list(rows.filter(state=RefundState.ASKED).order_by("asked_at"))
    return waiting + list(rows.exclude(state=RefundState.ASKED).order_by("-pk")[:SHOWN])


def payment_by(actor: Actor, uid: UUID) -> Payment:
    """One payment with `left_cents`. Raises NotForYou."""
    found = get_or_404(actor, Payment, "collect", uid=uid)
    return with_left_cents(Payment.objects.filter(pk=found.pk)).select_related("payer__practice", "for_invoice").get()


def last_payments(actor: Actor) -> list[Payment]:
    rows = with_left_cents(scoped(actor, Payment, "collect")).select_related("payer")
    return list(rows.order_by("-pk")[:SHOWN])


def next_file(actor: Actor) -> DebitBatch | None:
    """The prepared file that must leave first."""
    rows = scoped(actor, DebitBatch, "collect").filter(state=BatchState.PREPARED).defer("content")
    return rows.order_by("send_by", "pk").first()


def first_announced(actor: Actor) -> object:
    """The day of the first announced debit without a file, None without any."""
    rows = scoped(actor, Debit, "collect").filter(state=DebitState.NOTIFIED)
    return rows.aggregate(day=Min("collect_on"))["day"]
