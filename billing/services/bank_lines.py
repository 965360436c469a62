"""Transfers: the bank's file brought in once, each line matched when it is certain, the others kept for a person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from billing.bank_csv import read_statement
from billing.days import today
from billing.enums import PaymentMethod
from billing.enums_payment import GatewayName, LineState
from billing.exceptions_payment import PaymentRefusal
from billing.ibans import digest
from billing.matching import Book, Match, Transfer, match, take
from billing.models import BankImport, BankLine, Invoice, Payer
from billing.selectors.bank import book_for
from billing.services import _money, posting
from billing.services._staff import require_staff
from billing.services.payments import write_payment
from core import audit, clock
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue, handler

MATCH_JOB = "billing.match_lines"
# Lines matched in one transaction: a second or two of work.
CHUNK = 100
WAITING = "waiting"


def import_statement(*, actor: Actor, raw: bytes) -> BankImport:
    """Bring a bank's file in. The same file again gives the import of the first time; a line seen in another file is left out.

    The first lines are matched at once, the rest by jobs. Raises NotForYou, and the codes `file_…` of a file that is not read.
    """
    require_staff(actor)
    name = digest(raw)
    known = BankImport.objects.filter(sha256=name).first()
    if known is not None:
        return known
    statement = read_statement(raw, today())
    with transaction.atomic():
        _one_import_at_a_time()
        known = BankImport.objects.filter(sha256=name).first()
        if known is not None:
            return known
        brought = BankImport.objects.create(sha256=name, imported_by_id=actor.user_id)
        before = set(
            BankLine.objects.filter(fingerprint__in={one.fingerprint for one in statement.received}).values_list(
                "fingerprint", "occurrence"
            )
        )
        fresh = [one for one in statement.received if (one.fingerprint, one.occurrence) not in before]
        BankLine.objects.bulk_create(
            BankLine(
                source=brought,
                number=one.number,
                on=one.on,
                amount_cents=one.amount_cents,
                wording=one.wording,
                counterparty=one.counterparty,
                fingerprint=one.fingerprint,
                occurrence=one.occurrence,
                state=LineState.SUSPENSE,
                verdict=WAITING,
            )
            for one in fresh
        )
        brought.report = {
            "received": len(statement.received),
            "new": len(fresh),
            "known": len(statement.received) - len(fresh),
            "outgoing": statement.outgoing,
            "refused": [list(one) for one in statement.refused[:200]],
            "refused_count": len(statement.refused),
        }
        brought.save(update_fields=["report"])
        audit.record(actor, "billing.import_statement", brought, lines=len(fresh))
        left = _match_chunk(actor, brought)
        if left:
            enqueue(MATCH_JOB, unique=f"{MATCH_JOB}:{brought.pk}", import_id=brought.pk)
    return brought


@handler(MATCH_JOB)
def match_lines(*, import_id: int) -> None:
    """Matches one more chunk of an import, and asks for the next."""
    brought = BankImport.objects.get(pk=import_id)
    if _match_chunk(system_actor("billing.transfers"), brought):
        enqueue(MATCH_JOB, unique=f"{MATCH_JOB}:{brought.pk}", import_id=brought.pk)


def resolve_line(*, actor: Actor, line: UUID, payer: UUID, invoices: Sequence[UUID] = ()) -> BankLine:
    """Say who paid: the sum pays the invoices named, else the payer's oldest; what is over stays theirs.

    Raises NotForYou, `already_resolved`, `other_payer`.
    """
    found = get_or_404(actor, BankLine, "collect", uid=line)
    who = get_or_404(actor, Payer, "collect", uid=payer)
    named = [get_or_404(actor, Invoice, "collect", uid=one) for one in invoices]
    if any(one.payer_id != who.pk for one in named):
        raise PaymentRefusal("other_payer")
    with transaction.atomic():
        _money.lock_payers([who.pk])
        found = BankLine.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.state != LineState.SUSPENSE:
            raise PaymentRefusal("already_resolved")
        _pay(actor, found, who, LineState.RESOLVED, [(one, None) for one in named], spread=not named)
        audit.record(actor, "billing.resolve_line", found, practice_id=who.practice_id, payer=who.pk)
    return found


def ignore_line(*, actor: Actor, line: UUID, reason: str) -> BankLine:
    """Set aside a sum that is no payment of a customer. Raises NotForYou, `already_resolved`, `reason_missing`."""
    found = get_or_404(actor, BankLine, "collect", uid=line)
    if not reason.strip():
        raise PaymentRefusal("reason_missing")
    with transaction.atomic():
        found = BankLine.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.state != LineState.SUSPENSE:
            raise PaymentRefusal("already_resolved")
        found.state, found.ignored_reason = LineState.IGNORED, reason.strip()[:200]
        found.settled_at, found.settled_by_id = clock.now(), actor.user_id
        found.save(update_fields=["state", "ignored_reason", "settled_at", "settled_by"])
        audit.record(actor, "billing.ignore_line", found)
    return found


def _match_chunk(actor: Actor, brought: BankImport) -> int:
    """Matches the first lines that wait; returns how many still do. Inside the caller's transaction."""
    waiting = BankLine.objects.select_for_update(of=("self",)).filter(
        source=brought, state=LineState.SUSPENSE, verdict=WAITING
    )
    lines = list(waiting.order_by("pk")[:CHUNK])
    if not lines:
        return 0
    transfers = {line.pk: Transfer(line.amount_cents, line.wording, line.counterparty) for line in lines}
    book = book_for(transfers.values())
    found = {line.pk: _matched(transfers[line.pk], book) for line in lines}
    _money.lock_payers(one.payer_id for one in found.values() if one.is_sure and one.payer_id)
    payers = Payer.objects.in_bulk({one.payer_id for one in found.values() if one.payer_id})
    invoices = Invoice.objects.in_bulk({invoice for one in found.values() for invoice, _cents in one.parts})
    for line in lines:
        _write(actor, line, found[line.pk], payers, invoices)
    return BankLine.objects.filter(source=brought, state=LineState.SUSPENSE, verdict=WAITING).count()


def _matched(transfer: Transfer, book: Book) -> Match:
    found = match(transfer, book)
    take(book, found)
    return found


def _write(actor: Actor, line: BankLine, found: Match, payers: dict[int, Payer], invoices: dict[int, Invoice]) -> None:
    line.verdict = found.verdict
    if found.is_sure and found.payer_id is not None:
        parts = [(invoices[invoice], cents) for invoice, cents in found.parts]
        try:
            with transaction.atomic():
                _pay(actor, line, payers[found.payer_id], LineState.MATCHED, parts, spread=False)
        except PaymentRefusal as refusal:
            # Somebody else paid it between the reading of the book and the lock.
            line.state, line.payment, line.verdict = LineState.SUSPENSE, None, refusal.code[:30]
        else:
            return
    line.payer = payers.get(found.payer_id or 0)
    line.suggested = list(found.suggested) or [invoice for invoice, _cents in found.parts]
    line.save(update_fields=["state", "verdict", "payer", "suggested"])
    posting.post_suspense(actor=actor, line=line)


def _pay(
    actor: Actor,
    line: BankLine,
    payer: Payer,
    state: LineState,
    parts: Sequence[tuple[Invoice, int | None]],
    *,
    spread: bool,
) -> None:
    """The payment of a line. A part without a sum takes what it can."""
    payment = write_payment(
        actor,
        payer,
        line.amount_cents,
        line.on,
        method=PaymentMethod.TRANSFER,
        gateway=GatewayName.TRANSFER,
        gateway_ref=f"line-{line.uid}",
        reference=line.wording,
        line=line,
        state=state,
    )
    if all(cents is None for _invoice, cents in parts):
        _money.spend_payment(actor, payment, [invoice for invoice, _cents in parts], others=spread)
        return
    for invoice, cents in parts:
        _money.allocate_from_payment(actor, payment, invoice, cents or 0)


def _one_import_at_a_time() -> None:
    """Two files with a line in common, brought in at once, would both find it new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7306, 1)")
