"""Letters the lines of a payer's account that settle each other, as the allocations of payments say. A consequence of
these: the act that moved the money is the one in the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from billing import chart
from billing.days import today
from billing.enums_books import Source
from billing.enums_payment import RefundState
from billing.exceptions_books import BookRefusal
from billing.lettering import letter_of, number_of, settled_groups
from billing.models import Allocation, EntryLine, Payer, Refund
from core.access import Actor

Node = tuple[str, int]


@transaction.atomic
def letter(*, actor: Actor, lines: Iterable[EntryLine]) -> str:
    """Gives lines of one payer that sum to nothing the next letter of that payer.

    Raises `lettering_unbalanced` when they do not, or belong to several, or are lettered already.
    """
    del actor
    rows = list(EntryLine.objects.select_for_update().filter(pk__in=[line.pk for line in lines]).order_by("pk"))
    one_payer = len({(row.account, row.aux) for row in rows}) == 1 and rows[0].aux
    if not one_payer or any(row.letter for row in rows) or sum(row.debit_cents - row.credit_cents for row in rows) != 0:
        raise BookRefusal("lettering_unbalanced")
    used = EntryLine.objects.filter(aux=rows[0].aux).exclude(letter="").values_list("letter", flat=True).distinct()
    found = letter_of(max(map(number_of, used), default=0) + 1)
    EntryLine.objects.filter(pk__in=[row.pk for row in rows]).update(letter=found, lettered_on=today())
    return found


@transaction.atomic
def letter_payer(*, actor: Actor, payer: Payer) -> int:
    """Letters everything of a payer that is settled and has no letter yet; returns how many groups. With the payer locked."""
    rows = EntryLine.objects.filter(aux=payer.account, account=chart.CUSTOMERS.number, letter="")
    lines = {(row.entry.source, row.entry.source_id): row for row in rows.select_related("entry").order_by("pk")}
    cents = {node: row.debit_cents - row.credit_cents for node, row in lines.items()}
    groups = settled_groups(cents, _links(cents))
    for nodes in groups:
        letter(actor=actor, lines=[lines[node] for node in nodes])
    return len(groups)


@transaction.atomic
def unletter(*, actor: Actor, allocation: Allocation) -> None:
    """An allocation was undone: the letter that held its invoice is taken off all the lines that bear it."""
    del actor
    line = EntryLine.objects.filter(
        entry__source=Source.INVOICE, entry__source_id=allocation.invoice_id, account=chart.CUSTOMERS.number
    ).first()
    if line is not None and line.letter:
        EntryLine.objects.filter(aux=line.aux, letter=line.letter).update(letter="", lettered_on=None)


def _links(nodes: Iterable[Node]) -> list[tuple[Node, Node]]:
    """What the allocations, refunds and returns of these rows tie together: two statements."""
    ids: dict[str, list[int]] = defaultdict(list)
    for source, pk in nodes:
        ids[source].append(pk)
    links: list[tuple[Node, Node]] = [((Source.RETURN, pk), (Source.PAYMENT, pk)) for pk in ids[Source.RETURN]]
    for invoice, payment, note in (
        Allocation.objects.live()
        .filter(invoice__in=ids[Source.INVOICE])
        .values_list("invoice_id", "payment_id", "credit_note_id")
    ):
        other = (Source.PAYMENT, payment) if payment else (Source.CREDIT_NOTE, note)
        links.append(((Source.INVOICE, invoice), other))
    for refund, payment, note in (
        Refund.objects.filter(pk__in=ids[Source.REFUND])
        .exclude(state=RefundState.FAILED)
        .values_list("pk", "payment_id", "credit_note_id")
    ):
        other = (Source.PAYMENT, payment) if payment else (Source.CREDIT_NOTE, note)
        links.append(((Source.REFUND, refund), other))
    return links + _other_halves(ids)


def _other_halves(ids: dict[str, list[int]]) -> list[tuple[Node, Node]]:
    """What a payment or a credit note pays beside: an invoice already lettered keeps its group from being cut in two."""
    rows = Allocation.objects.live().filter(payment__in=ids[Source.PAYMENT]) | Allocation.objects.live().filter(
        credit_note__in=ids[Source.CREDIT_NOTE]
    )
    return [
        (
            (Source.INVOICE, invoice),
            (Source.PAYMENT, payment) if payment else (Source.CREDIT_NOTE, note),
        )
        for invoice, payment, note in rows.values_list("invoice_id", "payment_id", "credit_note_id")
    ]
