"""Writes what happened into the books, inside the transaction where it happened. Each row is posted once.

Asked twice, a function gives the entry of the first time. These are consequences, not acts: the act that calls them is
the one in the journal. An entry is dated by its paper, or today when the month of the paper is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from billing import chart
from billing.enums_books import Journal, Source
from billing.models import ClosedMonth, Entry, EntryLine, Invoice, InvoiceLine, VatTotal
from core import clock
from core.access import Actor

PARIS = ZoneInfo("Europe/Paris")
Pairs = list[tuple[Any, int]]
_WAYS = {"transfer": "Virement", "sepa": "Prelevement", "card": "Carte"}


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be numbered. `lines`: account, the payer when it is the customers' one, cents (debit positive)."""

    journal: Journal
    source: Source
    source_id: int
    day: date
    piece_ref: str
    label: str
    lines: tuple[tuple[chart.Account, Any, int], ...]


@transaction.atomic
def post_invoice(*, actor: Actor, invoice: Invoice) -> Entry | None:
    """The sale of an issued invoice, or its reverse for a credit note; None when it comes to nothing."""
    return next(iter(post_invoices(actor=actor, invoices=[invoice])), None)


@transaction.atomic
def post_invoices(*, actor: Actor, invoices: Iterable[Invoice]) -> list[Entry]:
    """Those of a whole chunk, numbered in its order, in a fixed number of statements when their payers are read. Raises
    LookupError for a rate of VAT that has no account."""
    sold = [invoice for invoice in invoices if invoice.gross_cents]
    parts = _parts_of([invoice.pk for invoice in sold])
    return _post(actor, [_sale(invoice, *parts[invoice.pk]) for invoice in sold])


@transaction.atomic
def post_payment(*, actor: Actor, payment: Any) -> Entry:
    """Money received: the bank owes less to nobody, the payer owes less. What waited in suspense leaves it."""
    line = getattr(payment, "bank_line", None)
    waited = line is not None and Entry.objects.filter(source=Source.SUSPENSE, source_id=line.pk).exists()
    draft = Draft(
        journal=Journal.MISC if waited else Journal.BANK,
        source=Source.PAYMENT,
        source_id=payment.pk,
        day=payment.received_on,
        piece_ref=_paper("P", payment.pk),
        label=f"{_WAYS.get(payment.method, 'Paiement')} {payment.payer.name}",
        lines=(
            (chart.SUSPENSE if waited else chart.BANK, None, payment.amount_cents),
            (chart.CUSTOMERS, payment.payer, -payment.amount_cents),
        ),
    )
    return _post(actor, [draft])[0]


@transaction.atomic
def post_refund(*, actor: Actor, refund: Any) -> Entry:
    """Money given back to a payer."""
    draft = _from_bank(Source.REFUND, "R", refund, refund.payer, refund.done_on, "Remboursement")
    return _post(actor, [draft])[0]


@transaction.atomic
def post_return(*, actor: Actor, debit: Any = None, payment: Any = None) -> Entry:
    """Money the bank took back after a payment: of a debit, or of any other payment that was returned."""
    returned = payment if payment is not None else debit.payment
    day = debit.returned_on if debit is not None else returned.returned_on
    draft = _from_bank(Source.RETURN, "J", returned, returned.payer, day, "Rejet")
    return _post(actor, [draft])[0]


@transaction.atomic
def post_suspense(*, actor: Actor, line: Any) -> Entry:
    """A transfer nobody could match yet: it is in the bank, so it is in the books."""
    draft = Draft(
        journal=Journal.BANK,
        source=Source.SUSPENSE,
        source_id=line.pk,
        day=line.on,
        piece_ref=_paper("B", line.pk),
        label="Virement a identifier",
        lines=((chart.BANK, None, line.amount_cents), (chart.SUSPENSE, None, -line.amount_cents)),
    )
    return _post(actor, [draft])[0]


@transaction.atomic
def post_drafts(*, actor: Actor, drafts: Sequence[Draft]) -> list[Entry]:
    """Entries of another kind, as their own module drew them up: each once, balanced or refused by the database."""
    return _post(actor, drafts)


def _from_bank(source: Source, letter: str, row: Any, payer: Any, day: date, word: str) -> Draft:
    return Draft(
        journal=Journal.BANK,
        source=source,
        source_id=row.pk,
        day=day,
        piece_ref=_paper(letter, row.pk),
        label=f"{word} {payer.name}",
        lines=((chart.CUSTOMERS, payer, row.amount_cents), (chart.BANK, None, -row.amount_cents)),
    )


def _paper(letter: str, number: int) -> str:
    return f"{letter}{number:08d}"


def _parts_of(ids: Sequence[int]) -> dict[int, tuple[Pairs, Pairs]]:
    """Invoice → (kind, cents) of its lines and (rate, VAT) of its totals, in their order. Two statements, and no row made."""
    found: dict[int, tuple[Pairs, Pairs]] = defaultdict(lambda: ([], []))
    lines = InvoiceLine.objects.filter(invoice__in=ids).order_by("invoice_id", "position")
    for invoice, kind, cents in lines.values_list("invoice_id", "kind", "net_cents"):
        found[invoice][0].append((kind, cents))
    totals = VatTotal.objects.filter(invoice__in=ids).order_by("invoice_id", "-rate")
    for invoice, rate, cents in totals.values_list("invoice_id", "rate", "vat_cents"):
        found[invoice][1].append((rate, cents))
    return found


def _sale(invoice: Invoice, lines: Pairs, totals: Pairs) -> Draft:
    """Debit what is owed, credit sales by account and VAT by rate; the other way round for a credit note."""
    amounts: dict[chart.Account, int] = defaultdict(int)
    for kind, cents in lines:
        amounts[chart.BY_KIND.get(kind, chart.SALES)] += cents
    for rate, cents in totals:
        if cents:
            amounts[chart.vat_account(rate, pending=not invoice.vat_on_debits)] += cents
    label = f"Abonnement {invoice.period_start:%m/%Y}"
    if invoice.is_credit_note:
        label = f"Avoir sur {invoice.corrects.reference}" if invoice.corrects else "Avoir"
    elif set(amounts) <= {chart.INDEMNITIES, chart.INTEREST}:
        label = "Frais de recouvrement"
    return Draft(
        journal=Journal.SALES,
        source=Source.CREDIT_NOTE if invoice.is_credit_note else Source.INVOICE,
        source_id=invoice.pk,
        day=invoice.issue_date or clock.today(PARIS),
        piece_ref=invoice.reference or "",
        label=label,
        lines=(
            (chart.CUSTOMERS, invoice.payer, invoice.sign * invoice.gross_cents),
            *((account, None, -invoice.sign * cents) for account, cents in amounts.items() if cents),
        ),
    )


def _post(actor: Actor, drafts: Sequence[Draft]) -> list[Entry]:
    """Numbers and writes the drafts that are not in the books yet; gives the entries of all of them, in order."""
    del actor  # who did it is in the journal of the act
    known: dict[tuple[str, int], Entry] = {}
    for source in {draft.source for draft in drafts}:
        ids = [draft.source_id for draft in drafts if draft.source == source]
        known |= {(source, found.source_id): found for found in Entry.objects.filter(source=source, source_id__in=ids)}
    new = [draft for draft in drafts if (draft.source, draft.source_id) not in known]
    today = clock.today(PARIS)
    closed = set(ClosedMonth.objects.values_list("month", flat=True)) if new else set()
    groups: dict[tuple[str, int], list[tuple[Draft, date]]] = defaultdict(list)
    for draft in new:
        day = today if draft.day.replace(day=1) in closed else min(draft.day, today)
        groups[draft.journal, day.year].append((draft, day))
    entries: list[tuple[Draft, Entry]] = []
    for (journal, year), group in sorted(groups.items(), key=lambda found: _order(*found[0])):
        last = _take(journal, year, len(group))
        for number, (draft, day) in enumerate(group, start=last - len(group) + 1):
            entries.append((draft, _entry(draft, day, number, today)))
    Entry.objects.bulk_create([entry for _, entry in entries])
    EntryLine.objects.bulk_create([line for draft, entry in entries for line in _lines(draft, entry)])
    known |= {(draft.source, draft.source_id): entry for draft, entry in entries}
    return [known[draft.source, draft.source_id] for draft in drafts]


def _order(journal: str, year: int) -> tuple[int, int]:
    """Counters are always locked in this order, so that two transactions never wait for each other."""
    return year, list(Journal).index(Journal(journal))


def _take(journal: str, year: int, count: int) -> int:
    """The last of `count` numbers taken from a counter, which stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_journalcounter AS counter (journal, year, last_number) VALUES (%s, %s, %s)
            ON CONFLICT (journal, year) DO UPDATE SET last_number = counter.last_number + EXCLUDED.last_number
            RETURNING last_number
            """,
            [journal, year, count],
        )
        return int(cursor.fetchone()[0])


def _entry(draft: Draft, day: date, number: int, today: date) -> Entry:
    return Entry(
        journal=draft.journal,
        year=day.year,
        number=number,
        date=day,
        piece_ref=draft.piece_ref,
        piece_date=draft.day,
        label=draft.label[:120],
        validated_on=today,
        source=draft.source,
        source_id=draft.source_id,
        total_cents=sum(cents for _, _, cents in draft.lines if cents > 0),
    )


def _lines(draft: Draft, entry: Entry) -> list[EntryLine]:
    return [
        EntryLine(
            entry=entry,
            position=position,
            account=account.number,
            account_label=account.label,
            aux=payer.account if payer is not None else "",
            aux_label=payer.name[:120] if payer is not None else "",
            debit_cents=max(cents, 0),
            credit_cents=max(-cents, 0),
        )
        for position, (account, payer, cents) in enumerate(draft.lines, start=1)
    ]
