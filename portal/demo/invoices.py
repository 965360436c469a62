"""A few months of invoices for some practices of the demo: most are paid, some by debit, one is late, one is so late that new
online bookings are closed. Lived again day by day, through the services, so that numbers, books and letters are those of real
months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from billing.days import today
from billing.enums_invoice import RowState, RunState
from billing.models import Invoice, InvoiceRun, Payer, RunRow, Subscription
from billing.money import month_of, months_before
from billing.selectors.run import prepare
from billing.services import dunning
from billing.services.closing import close_month
from billing.services.issued import follow
from billing.services.issuing import issue_many
from billing.services.payments import record_payment
from core import clock
from core.access import system_actor
from portal.demo.debits import collect, sign_mandates

PARIS = ZoneInfo("Europe/Paris")
MONTHS, PRACTICES = 3, 12
ROBOT = system_actor("demo")


def bill_the_past(first: int) -> int:
    """Invoices of the last months for the practice `first` and a dozen others that pay since; returns how many."""
    now = today()
    begun = months_before(month_of(now), MONTHS)
    old = Subscription.objects.filter(trial_ends_on__lte=begun).order_by("pk").values_list("practice_id", flat=True)
    chosen = [first, *[practice for practice in old if practice != first][:PRACTICES]]
    payers = list(Payer.objects.filter(practice__in=chosen).order_by("pk"))
    with _as_of(begun):
        debited = {payer.pk for payer in sign_mandates(payers[:-2], begun)}
    made: list[Invoice] = []
    for back in range(MONTHS, -1, -1):
        month = months_before(month_of(now), back)
        with _as_of(month):
            made += _bill(payers, month)
    # The people of the demo are never those who are late: their practices stay open.
    behind = payers[-2:] if len(payers) > MONTHS else []
    late = [invoice for invoice in made if invoice.payer_id in {payer.pk for payer in behind}]
    collected_month = months_before(month_of(now), 1)
    collected = [one for one in made if one.payer_id in debited and one.period_start == collected_month]
    _pay([invoice for invoice in made if invoice not in late and invoice not in collected], now)
    collect(collected, collected_month, now, _as_of)
    if behind:
        _let_late(late, behind, now)
    if made:
        close_month(actor=ROBOT, month=begun)
    return len(made)


def _bill(payers: list[Payer], month: date) -> list[Invoice]:
    """The run of a month for these payers, done."""
    run = InvoiceRun.objects.create(
        month=month, state=RunState.DONE, started_at=clock.now(), finished_at=clock.now() + timedelta(minutes=1)
    )
    drafts = [one.draft for one in prepare(payers, month, run_id=run.pk) if one.draft is not None and not one.missing]
    rows = issue_many(actor=ROBOT, drafts=[draft for draft in drafts if draft.paper.net_cents > 0])
    follow(actor=ROBOT, invoices=rows, tell=False)
    mine = {row.payer_id: row for row in rows}
    RunRow.objects.bulk_create(
        RunRow(
            run=run,
            payer=payer,
            state=RowState.ISSUED if payer.pk in mine else RowState.NOTHING,
            invoice=mine.get(payer.pk),
            done_at=clock.now(),
        )
        for payer in payers
    )
    return rows


def _pay(invoices: list[Invoice], now: date) -> None:
    """Each a few days before it is due; those that are not due yet wait."""
    for number, invoice in enumerate(sorted(invoices, key=lambda one: (one.due_date or now, one.pk))):
        day = (invoice.due_date or now) - timedelta(days=number % 5)
        if day < now:
            with _as_of(day):
                _record(invoice, day)


def _record(invoice: Invoice, day: date) -> None:
    record_payment(
        actor=ROBOT,
        payer=invoice.payer.uid,
        amount_cents=invoice.gross_cents,
        received_on=day,
        reference=invoice.reference or "",
        invoice=invoice.uid,
    )


def _let_late(invoices: list[Invoice], payers: list[Payer], now: date) -> None:
    """The first payer is late since the last month, the second for longer; nights pass as the calendar says."""
    oldest = {payers[0].pk: month_of(now), payers[-1].pk: months_before(month_of(now), 2)}
    for invoice in invoices:
        due = invoice.due_date or now
        if invoice.period_start < oldest[invoice.payer_id]:
            with _as_of(due):
                _record(invoice, due)
            continue
        for night in range((now - due).days + 1):
            with _as_of(due + timedelta(days=night)):
                dunning.dun_invoice(actor=ROBOT, invoice=invoice.pk)


@contextmanager
def _as_of(day: date) -> Iterator[None]:
    """As if it were eight o'clock in Paris on that day."""
    real, then = clock.now, clock.combine(day, time(8), PARIS)

    def past() -> datetime:
        return then

    clock.now = past
    try:
        yield
    finally:
        clock.now = real
