"""The book that a file of transfers is matched against, and the lines that wait."""

from __future__ import annotations

from collections.abc import Iterable

from billing.enums_invoice import InvoiceKind
from billing.enums_payment import LineState
from billing.matching import Book, Debtor, Owed, Transfer, book_of, references_in
from billing.models import BankImport, BankLine, Invoice, Payer
from billing.selectors.balance import with_open_cents
from core.access import Actor, scoped

SHOWN = 200


def book_for(transfers: Iterable[Transfer]) -> Book:
    """What is open, and the invoices that these transfers name, paid or not. Three statements, whatever their number."""
    named = {reference for one in transfers for reference in references_in(one.text)}
    issued = with_open_cents(Invoice.objects.filter(kind=InvoiceKind.INVOICE, issued_at__isnull=False))
    columns = ("pk", "reference", "open_cents", "payer_id", "due_date")
    rows = {row[0]: row for row in issued.filter(open_cents__gt=0).values_list(*columns)}
    rows |= {row[0]: row for row in issued.filter(reference__in=named).values_list(*columns)} if named else {}
    debtors = [Debtor(pk, account, (name,)) for pk, account, name in Payer.objects.values_list("pk", "account", "name")]
    return book_of((Owed(pk, ref, cents, payer, str(due)) for pk, ref, cents, payer, due in rows.values()), debtors)


def suspense(actor: Actor) -> list[BankLine]:
    """The transfers that wait for a person, oldest first."""
    rows = scoped(actor, BankLine, "collect").filter(state=LineState.SUSPENSE)
    return list(rows.select_related("payer").order_by("on", "pk")[:SHOWN])


def recent_imports(actor: Actor) -> list[BankImport]:
    return list(scoped(actor, BankImport, "collect").select_related("imported_by").order_by("-pk")[:20])
