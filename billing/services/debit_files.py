"""Files of debits for the bank: written from what was announced, read by whoever sends them, sent or called off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing import pain008
from billing.days import today
from billing.debit_calendar import send_by
from billing.enums_payment import BatchState, DebitState
from billing.exceptions_payment import PaymentRefusal
from billing.ibans import digest
from billing.messages_payment import DEBIT_NOTICE
from billing.models import Debit, DebitBatch, MandateAmendment
from billing.selectors.balance import open_cents
from billing.seller import seller
from billing.services import _money
from billing.services._staff import require_staff
from billing.services.debits import moved_day, tell
from core import audit, clock
from core.access import Actor, get_or_404

MOST_DEBITS = 5_000


def prepare_batches(*, actor: Actor, until: date) -> list[DebitBatch]:
    """Put the announced debits of up to that day into files, one a scheme.

    Amounts are read again: what was paid meanwhile is not collected. A day too near moves to the first possible one, and
    the payer is told. Raises NotForYou, `nothing_to_collect`, `creditor_missing`, `file_impossible`.
    """
    require_staff(actor)
    bank = settings.BILLING_SELLER
    if not settings.SEPA_CREDITOR_ID or not bank["iban"]:
        raise PaymentRefusal("creditor_missing")
    creditor = pain008.Creditor(seller().name, bank["iban"], bank["bic"], settings.SEPA_CREDITOR_ID)
    waiting = Debit.objects.filter(state=DebitState.NOTIFIED, collect_on__lte=until)
    with transaction.atomic():
        _money.lock_payers(waiting.values_list("invoice__payer_id", flat=True)[:MOST_DEBITS])
        rows = waiting.select_for_update(of=("self",)).select_related("invoice__payer", "mandate__payer")
        by_scheme: dict[str, list[Debit]] = defaultdict(list)
        for debit in rows.order_by("collect_on", "pk")[:MOST_DEBITS]:
            if _is_still_due(debit):
                by_scheme[debit.mandate.scheme].append(debit)
        made = [_written(actor, creditor, scheme, found) for scheme, found in sorted(by_scheme.items())]
    if not made:
        raise PaymentRefusal("nothing_to_collect")
    return made


def _is_still_due(debit: Debit) -> bool:
    """Reads the debit again: its amount never grows, its day never comes nearer."""
    cents, day = min(debit.amount_cents, open_cents(debit.invoice)), moved_day(debit)
    if cents <= 0 or not debit.mandate.may_collect(day):
        debit.state = DebitState.CANCELLED
        debit.cancelled_reason = "paid" if cents <= 0 else "mandate_over"
        debit.save(update_fields=["state", "cancelled_reason"])
        return False
    moved = day != debit.collect_on
    debit.amount_cents, debit.collect_on = cents, day
    debit.save(update_fields=["amount_cents", "collect_on"])
    if moved:
        tell(debit, debit.invoice.payer, kind=DEBIT_NOTICE, revision=day.toordinal())
    return True


def _written(actor: Actor, creditor: pain008.Creditor, scheme: str, debits: Sequence[Debit]) -> DebitBatch:
    now = clock.now()
    name = f"PS{now:%Y%m%d%H%M%S}{scheme}-{DebitBatch.objects.count() + 1}"
    changed = _untold([one.mandate_id for one in debits])
    rows, told = [], set()
    for one in debits:
        first = changed.get(one.mandate_id) if one.mandate_id not in told else None
        told.add(one.mandate_id)
        rows.append(_collection(one, first))
    try:
        content = pain008.written(pain008.Batch(name, now, creditor, rows, scheme))
    except pain008.FileImpossible:
        raise PaymentRefusal("file_impossible") from None
    batch = DebitBatch.objects.create(
        name=name,
        scheme=scheme,
        first_collect_on=min(one.collect_on for one in debits),
        send_by=send_by(min(one.collect_on for one in debits)),
        count=len(debits),
        total_cents=sum(one.amount_cents for one in debits),
        content=content.decode(),
        sha256=digest(content),
        made_by_id=actor.user_id,
    )
    Debit.objects.filter(pk__in=[one.pk for one in debits]).update(batch=batch, state=DebitState.BATCHED)
    MandateAmendment.objects.filter(mandate__in=[one.mandate_id for one in debits], told_in__isnull=True).update(
        told_in=batch
    )
    audit.record(actor, "billing.prepare_batch", batch, count=batch.count, cents=batch.total_cents)
    return batch


def _untold(mandates: Sequence[int]) -> dict[int, MandateAmendment]:
    """By mandate, the account that the bank still knows: the oldest change that no file has told."""
    rows = MandateAmendment.objects.filter(mandate__in=mandates, told_in__isnull=True).order_by("-pk")
    return {one.mandate_id: one for one in rows}


def _collection(debit: Debit, change: MandateAmendment | None) -> pain008.Collection:
    mandate, payer = debit.mandate, debit.invoice.payer
    used = mandate.last_used_on is not None
    return pain008.Collection(
        end_to_end=debit.end_to_end,
        amount_cents=debit.amount_cents,
        collect_on=debit.collect_on,
        sequence=debit.sequence,
        umr=mandate.umr,
        signed_on=mandate.signed_on,
        name=mandate.holder,
        iban=mandate.iban,
        bic=mandate.bic,
        wording=f"Facture {debit.invoice.reference}",
        address=pain008.Address(payer.street, payer.postcode, payer.city, payer.country),
        # Before its first collection the bank knows no account of the mandate: there is nothing to amend.
        previous_iban=change.old_iban if change and used else "",
        previous_bic=change.old_bic if change and used else "",
    )


def batch_file(*, actor: Actor, batch: UUID) -> tuple[str, bytes]:
    """The name and the bytes of a file, for whoever sends it; each reading is in the journal. Raises NotForYou."""
    found = get_or_404(actor, DebitBatch, "collect", uid=batch)
    with transaction.atomic():
        audit.record(actor, "billing.read_batch_file", found)
    return f"{found.name}.xml", found.content.encode()


def mark_sent(*, actor: Actor, batch: UUID) -> DebitBatch:
    """Say that the bank has the file. Raises NotForYou, `batch_over`, `batch_too_late`."""
    found = get_or_404(actor, DebitBatch, "collect", uid=batch)
    with transaction.atomic():
        found = DebitBatch.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.state != BatchState.PREPARED:
            raise PaymentRefusal("batch_over")
        if today() > found.send_by:
            raise PaymentRefusal("batch_too_late")
        found.state, found.sent_at = BatchState.SENT, clock.now()
        found.save(update_fields=["state", "sent_at"])
        found.debits.filter(state=DebitState.BATCHED).update(state=DebitState.SENT)
        audit.record(actor, "billing.send_batch", found, count=found.count)
    return found


def cancel_batch(*, actor: Actor, batch: UUID) -> DebitBatch:
    """Give up a file that was not sent: its debits wait again, changes of account are told by the next. Raises NotForYou,
    `batch_over`.
    """
    found = get_or_404(actor, DebitBatch, "collect", uid=batch)
    with transaction.atomic():
        found = DebitBatch.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.state != BatchState.PREPARED:
            raise PaymentRefusal("batch_over")
        found.state = BatchState.CANCELLED
        found.save(update_fields=["state"])
        found.debits.filter(state=DebitState.BATCHED).update(state=DebitState.NOTIFIED, batch=None)
        found.amendments.update(told_in=None)
        audit.record(actor, "billing.cancel_batch", found)
    return found
