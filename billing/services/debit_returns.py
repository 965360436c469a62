"""What banks give back: each return undoes its debit once, whatever file it comes in and however often."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from billing import pain008
from billing.bank_returns import BankReturn, ReturnsUnreadable, WholeReject, read_returns
from billing.days import today
from billing.enums_payment import BatchState, DebitState
from billing.exceptions_payment import PaymentRefusal
from billing.ibans import digest
from billing.messages_payment import DEBIT_RETURNED
from billing.models import Debit, DebitBatch, Mandate, ReturnsImport
from billing.return_codes import Follow, read_code
from billing.services import _money
from billing.services._staff import require_staff
from billing.services.debits import tell
from billing.services.mandates import block_mandate
from core import audit
from core.access import Actor

_GIVEN = {DebitState.SENT, DebitState.SETTLED, DebitState.BATCHED}


def import_returns(*, actor: Actor, raw: bytes) -> ReturnsImport:
    """Bring in a file of the bank (pain.002, camt.053, camt.054). The same file gives the import of the first time.

    A file of ours that the bank refused whole, or a part of it, waits again: nobody is told of a refusal, for nothing was
    presented. The report lists the references given back now (`applied`), before (`known`), of another amount (`differs`),
    and those that are no debit of ours (`unknown`). Raises NotForYou and the codes `returns_…`.
    """
    require_staff(actor)
    name = digest(raw)
    known = ReturnsImport.objects.filter(sha256=name).first()
    if known is not None:
        return known
    try:
        found = read_returns(raw)
    except ReturnsUnreadable as problem:
        raise PaymentRefusal(problem.code) from None
    references = {one.end_to_end for one in found.returns if one.end_to_end}
    with transaction.atomic():
        debits = Debit.objects.filter(end_to_end__in=references)
        _money.lock_payers(debits.values_list("invoice__payer_id", flat=True))
        brought, fresh = ReturnsImport.objects.get_or_create(
            sha256=name, defaults={"kind": found.kind, "name": found.name, "imported_by_id": actor.user_id}
        )
        if not fresh:
            return brought
        rows = {one.end_to_end: one for one in debits.select_related("invoice__payer", "mandate", "payment")}
        report: dict[str, list[str]] = {"applied": [], "known": [], "differs": [], "unknown": []}
        for one in found.returns:
            report[_apply(actor, rows.get(one.end_to_end), one)].append(one.end_to_end or "?")
        for whole in found.whole:
            for reference, word in _refuse(actor, whole):
                report[word].append(reference)
        brought.report = {
            "total": sum(map(len, report.values())),
            **{word: refs[:500] for word, refs in report.items()},
        }
        brought.save(update_fields=["report"])
        audit.record(
            actor, "billing.import_returns", brought, applied=len(report["applied"]), unknown=len(report["unknown"])
        )
    return brought


def _refuse(actor: Actor, whole: WholeReject) -> Iterator[tuple[str, str]]:
    """What becomes of each debit of a file refused whole: (reference, word of the report)."""
    batch = DebitBatch.objects.select_for_update(of=("self",)).filter(name=whole.file).first()
    names = pain008.references_in(batch.content.encode(), whole.part) if batch is not None else []
    if batch is None or not names:
        yield whole.part or whole.file or "?", "unknown"
        return
    mine = Debit.objects.filter(batch=batch, end_to_end__in=names)
    _money.lock_payers(mine.values_list("invoice__payer_id", flat=True))
    held = {one.end_to_end: one for one in mine.select_related("invoice__payer", "mandate", "payment")}
    waiting = [one for one in held.values() if one.state in {DebitState.SENT, DebitState.BATCHED}]
    for debit in held.values():
        if debit.state == DebitState.SETTLED:
            give_back(actor, debit, BankReturn(debit.end_to_end, whole.code))
    Debit.objects.filter(pk__in=[one.pk for one in waiting]).update(state=DebitState.NOTIFIED, batch=None)
    batch.amendments.filter(mandate__in=[one.mandate_id for one in waiting]).update(told_in=None)
    if waiting and not batch.debits.exists():
        batch.state = BatchState.CANCELLED
        batch.save(update_fields=["state"])
    if waiting:
        audit.record(actor, "billing.refuse_batch", batch, code=whole.code, debits=len(waiting))
    done = {one.end_to_end for one in waiting} | {name for name, one in held.items() if one.return_code == whole.code}
    for name in names:
        yield name, "applied" if name in done else "known"


def _apply(actor: Actor, debit: Debit | None, told: BankReturn) -> str:
    if debit is None:
        return "unknown"
    if debit.state == DebitState.RETURNED:
        return "known"
    if debit.state not in _GIVEN:
        return "unknown"
    if told.amount_cents is not None and told.amount_cents != debit.amount_cents:
        return "differs"
    give_back(actor, debit, told)
    return "applied"


def give_back(actor: Actor, debit: Debit, told: BankReturn) -> None:
    """The debit is given back: its invoice is owed again, the books say so, the payer is told. For services, payer locked."""
    day = min(told.on or today(), today())
    payment = debit.payment
    debit.state, debit.return_code, debit.returned_on = DebitState.RETURNED, told.code[:4], day
    debit.save(update_fields=["state", "return_code", "returned_on"])
    if payment is not None:
        _money.take_back(actor, payment, on=day, code=told.code, debit=debit)
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=debit.mandate_id)
    if read_code(told.code).follow in {Follow.NEW_ACCOUNT, Follow.NEW_MANDATE}:
        block_mandate(mandate, told.code[:4])
    tell(debit, debit.invoice.payer, kind=DEBIT_RETURNED)
    audit.record(
        actor, "billing.return_debit", debit, practice_id=debit.invoice.practice_id, code=debit.return_code, on=day
    )
