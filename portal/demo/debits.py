"""SEPA debits of the demo: mandates signed, a month collected in a file sent to the bank, one debit returned for want of money
and presented again. Lived through the services, but for the signatures: most practices of the demo have no person to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

from django.conf import settings

from billing.debit_calendar import send_by
from billing.enums import PaymentMethod
from billing.enums_payment import DebitState, MandateState
from billing.exceptions_payment import PaymentRefusal
from billing.ibans import read_iban
from billing.mandate_text import VERSION, mandate_text
from billing.messages_payment import subject_of_debit
from billing.models import Debit, Invoice, Mandate, Payer
from billing.return_codes import RETRY_AFTER_DAYS
from billing.seller import seller
from billing.services.debit_files import mark_sent, prepare_batches
from billing.services.debit_returns import import_returns
from billing.services.debits import plan_payer_debits, settle_debits
from core import clock
from core.access import system_actor
from notifications.services import cancel_pending

ROBOT = system_actor("demo")
AsOf = Callable[[date], AbstractContextManager[None]]
_RETURN = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>RETOUR-{ref}</MsgId>
<CreDtTm>{on}T08:00:00</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><OrgnlPmtInfId>{ref}</OrgnlPmtInfId><TxInfAndSts>
<OrgnlEndToEndId>{ref}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
"""


def sign_mandates(payers: Sequence[Payer], on: date) -> list[Payer]:
    """A mandate for each that pays by debit, signed that day; those payers. None without a creditor identifier."""
    if not settings.SEPA_CREDITOR_ID:
        return []
    from schwifty import IBAN  # noqa: PLC0415  (reads its registry of banks when imported)

    text = mandate_text(creditor=seller().name, scheme="CORE", notice_days=settings.SEPA_NOTICE_DAYS)
    paying = [payer for payer in payers if payer.method == PaymentMethod.SEPA]
    made = []
    for number, payer in enumerate(paying, start=1):
        # An account that no bank holds, with keys that are right.
        drawn = IBAN.generate("FR", bank_code="30006", branch_code="00001", account_code=f"{number:011d}")
        account = read_iban(str(drawn))
        made.append(
            Mandate(
                payer=payer,
                umr=f"{payer.account}-001",
                iban=account.number,
                iban_country=account.country,
                iban_last4=account.last4,
                iban_key=account.key,
                bic=account.bic,
                holder=payer.name[:70],
                state=MandateState.ACTIVE,
                signed_at=clock.now(),
                signed_on=on,
                notice_days=min(settings.SEPA_NOTICE_DAYS, 14),
                proof={"how": "checkbox", "version": VERSION, "sha256": text.digest, "sentences": list(text.sentences)},
            )
        )
    Mandate.objects.bulk_create(made)
    return paying


def collect(invoices: Sequence[Invoice], announced_on: date, now: date, as_of: AsOf) -> None:
    """Collect these invoices under their mandates; the last debit comes back after three days and is presented again."""
    if not invoices:
        return
    first = _collected(invoices, announced_on, now, as_of)
    if not first or first[-1].state != DebitState.SETTLED:
        return
    bounced = first[-1]
    day = bounced.collect_on + timedelta(days=3)
    if day >= now:
        return
    with as_of(day):
        import_returns(actor=ROBOT, raw=_RETURN.format(ref=bounced.end_to_end, on=day).encode())
    again = day + timedelta(days=RETRY_AFTER_DAYS + 1)
    if again < now:
        _collected([bounced.invoice], again, now, as_of)


def _collected(invoices: Sequence[Invoice], announced_on: date, now: date, as_of: AsOf) -> list[Debit]:
    """Announce, send and settle, as far as the days have come; the debits, in the order of the invoices."""
    with as_of(announced_on):
        for invoice in invoices:
            plan_payer_debits(payer_id=invoice.payer_id)
    mine = Debit.objects.filter(invoice__in=[invoice.pk for invoice in invoices], state=DebitState.NOTIFIED)
    rows = list(mine.select_related("invoice").order_by("pk"))
    for debit in rows:
        # What was announced long ago is no news for the mailbox of today.
        cancel_pending(subject_of_debit(debit))
    if not rows:
        return []
    leaves, collects = send_by(min(one.collect_on for one in rows)), max(one.collect_on for one in rows)
    if leaves >= now or leaves < announced_on:
        return rows
    with as_of(leaves):
        try:
            for batch in prepare_batches(actor=ROBOT, until=collects):
                mark_sent(actor=ROBOT, batch=batch.uid)
        except PaymentRefusal:
            return rows
    if collects < now:
        with as_of(collects):
            settle_debits()
    for debit in rows:
        debit.refresh_from_db()
    return rows
