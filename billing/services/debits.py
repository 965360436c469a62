"""SEPA debits: announced with notice, put in a file, sent to the bank, settled on their day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.debit_calendar import collection_day, earliest_file
from billing.enums import PaymentMethod
from billing.enums_payment import DebitState, GatewayName, MandateState
from billing.exceptions_payment import PaymentRefusal
from billing.gateways.base import Demand, MandateFacts, State
from billing.gateways.sepa import SepaGateway
from billing.messages_payment import DEBIT_NOTICE, subject_of_debit
from billing.models import Debit, Invoice, Mandate, Payer
from billing.return_codes import RETRY_AFTER_DAYS, may_retry
from billing.selectors.balance import due_invoices, open_cents
from billing.services import _money
from billing.services.payments import write_payment
from core import audit
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue, handler
from notifications.enums import ChannelName
from notifications.services import notify

PLAN_JOB, PLAN_PAYER_JOB, SETTLE_JOB = "billing.plan_debits", "billing.plan_payer_debits", "billing.settle_debits"
CHUNK = 200


@handler(PLAN_JOB)
def plan_debits() -> None:
    """Asks for the announcement of what is open under every living mandate; one job a payer: a fault stops nobody else."""
    open_now = due_invoices(Invoice.objects.filter(payer__method=PaymentMethod.SEPA))
    payers = open_now.filter(payer__mandates__state=MandateState.ACTIVE).order_by().values_list("payer_id", flat=True)
    for payer in sorted(set(payers)):
        enqueue(PLAN_PAYER_JOB, unique=f"{PLAN_PAYER_JOB}:{payer}", payer_id=payer)


@handler(PLAN_PAYER_JOB)
def plan_payer_debits(*, payer_id: int) -> list[Debit]:
    """Announces a debit for each open invoice of a payer that has none; called twice it adds none.

    What is free for the payer pays first. A debit given back is presented again five days later, at most three times,
    and only for a reason that may pass (`billing.return_codes`).
    """
    actor = system_actor("billing.debits")
    with transaction.atomic():
        _money.lock_payers([payer_id])
        payer = Payer.objects.get(pk=payer_id)
        mandate = Mandate.objects.filter(payer=payer, state=MandateState.ACTIVE).first()
        if mandate is None or payer.method != PaymentMethod.SEPA:
            return []
        made = [
            _announce(actor, payer, mandate, invoice, attempt)
            for invoice in due_invoices(Invoice.objects.filter(payer=payer))
            if _money.spend_credit(actor, payer.pk, invoice) and (attempt := _next_attempt(invoice))
        ]
        return [one for one in made if one is not None]


def _next_attempt(invoice: Invoice) -> int:
    """The number of the debit to announce now; 0 when there must be none."""
    before = list(Debit.objects.filter(invoice=invoice).exclude(state=DebitState.CANCELLED).order_by("pk"))
    if any(one.state != DebitState.RETURNED for one in before):
        return 0
    if before:
        last = before[-1]
        waited = (today() - (last.returned_on or today())).days
        if not may_retry(last.return_code, len(before)) or waited < RETRY_AFTER_DAYS:
            return 0
    return Debit.objects.filter(invoice=invoice).count() + 1


def _announce(actor: Actor, payer: Payer, mandate: Mandate, invoice: Invoice, attempt: int) -> Debit | None:
    cents = open_cents(invoice)
    answer = SepaGateway().collect(
        Demand(
            key=f"{invoice.reference}-{attempt}",
            amount_cents=cents,
            reference=invoice.reference or "",
            today=today(),
            due_on=invoice.due_date or today(),
            mandate=_facts(mandate),
        )
    )
    if answer.state == State.FAILED or answer.on is None:
        return None
    debit = Debit.objects.create(
        invoice=invoice,
        mandate=mandate,
        amount_cents=cents,
        collect_on=answer.on,
        end_to_end=answer.ref,
        attempt=attempt,
    )
    tell(debit, payer)
    audit.record(actor, "billing.announce_debit", debit, practice_id=payer.practice_id, cents=cents, on=answer.on)
    return debit


def tell(debit: Debit, payer: Payer, *, kind: str = DEBIT_NOTICE, revision: int = 0) -> None:
    """Writes to the payer about a debit; `revision` makes it new after its day moved."""
    if payer.email:
        notify(
            kind=kind,
            channel=ChannelName.EMAIL,
            subject=subject_of_debit(debit),
            revision=revision,
            address=payer.email,
            practice_id=payer.practice_id,
        )


def call_off(*, actor: Actor, debit: UUID, reason: str) -> Debit:
    """Call an announced debit off. Raises NotForYou, `batch_over` when it already left, `reason_missing`."""
    found = get_or_404(actor, Debit, "collect", uid=debit)
    if not reason.strip():
        raise PaymentRefusal("reason_missing")
    with transaction.atomic():
        _money.lock_payers([found.invoice.payer_id])
        found.refresh_from_db()
        if found.state != DebitState.NOTIFIED:
            raise PaymentRefusal("batch_over")
        found.state, found.cancelled_reason = DebitState.CANCELLED, reason.strip()[:40]
        found.save(update_fields=["state", "cancelled_reason"])
        audit.record(actor, "billing.call_off_debit", found, practice_id=found.invoice.practice_id)
    return found


def moved_day(debit: Debit) -> date:
    """The day that a file made today can ask for: never sooner than announced."""
    return max(debit.collect_on, earliest_file(today()))


@handler(SETTLE_JOB)
def settle_debits() -> None:
    """The money of what was sent is there on its day; a chunk in a transaction, the next by another job."""
    actor = system_actor("billing.debits")
    ripe = Debit.objects.filter(state=DebitState.SENT, collect_on__lte=today()).order_by("collect_on", "pk")
    chunk = list(ripe.values_list("pk", "invoice__payer_id")[: CHUNK + 1])
    with transaction.atomic():
        _money.lock_payers(payer for _pk, payer in chunk[:CHUNK])
        rows = Debit.objects.filter(pk__in=[pk for pk, _payer in chunk[:CHUNK]], state=DebitState.SENT)
        for debit in rows.select_related("invoice__payer", "mandate").order_by("pk"):
            settle_debit(actor, debit)
        if len(chunk) > CHUNK:
            enqueue(SETTLE_JOB, unique=f"{SETTLE_JOB}:{chunk[CHUNK][0]}")


def settle_debit(actor: Actor, debit: Debit) -> None:
    """The payment of one debit; what its invoice does not owe any more stays the payer's. For services, payer locked."""
    payment = write_payment(
        actor,
        debit.invoice.payer,
        debit.amount_cents,
        debit.collect_on,
        method=PaymentMethod.SEPA,
        gateway=GatewayName.SEPA,
        gateway_ref=debit.end_to_end,
        reference=debit.end_to_end,
        invoice=debit.invoice,
    )
    debit.payment, debit.state = payment, DebitState.SETTLED
    debit.save(update_fields=["payment", "state"])
    _money.spend_payment(actor, payment, [debit.invoice], others=False)
    Mandate.objects.filter(pk=debit.mandate_id).update(last_used_on=debit.collect_on)
    audit.record(actor, "billing.settle_debit", debit, practice_id=debit.invoice.practice_id, cents=debit.amount_cents)


def preview_day(mandate: Mandate, invoice: Invoice) -> date:
    """The day on which an invoice would be collected if it were announced now."""
    return collection_day(notified_on=today(), due_on=invoice.due_date or today(), notice_days=mandate.notice)


def _facts(mandate: Mandate) -> MandateFacts:
    return MandateFacts(
        umr=mandate.umr,
        is_active=mandate.state == MandateState.ACTIVE,
        signed_on=mandate.signed_on,
        last_used_on=mandate.last_used_on,
        notice_days=mandate.notice,
    )
