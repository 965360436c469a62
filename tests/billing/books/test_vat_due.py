"""A seller who has not opted for the debits owes the VAT of what was paid, to the cent, and of nothing else."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from billing import chart
from billing.days import today
from billing.einvoice import fields_of
from billing.models import Entry, EntryLine, Invoice
from billing.selectors.papers import paper_of
from billing.selectors.reports import vat_report
from billing.services.crediting import credit
from billing.services.issued import follow
from billing.services.issuing import issue
from billing.services.payments import record_payment, undo_allocation
from billing.terms import mentions
from tests.billing.invoices.rows import a_draft, a_line, a_payer
from tests.billing.payments.rows import SYSTEM, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer():
    return a_payer()


@pytest.fixture
def clerk():
    return staff()


def bill(payer, net=8_900, *, debits=False):
    invoice = issue(actor=SYSTEM, draft=a_draft(payer, a_line(net), mentions=mentions(vat_on_debits=debits)))
    follow(actor=SYSTEM, invoices=[invoice], tell=False)
    return invoice


def owed():
    """(VAT that waits, VAT that is owed), as the books say."""
    return tuple(
        sum(
            row["credit"] - row["debit"]
            for row in EntryLine.objects.filter(account=table[2000].number)
            .values("account")
            .annotate(credit=Sum("credit_cents"), debit=Sum("debit_cents"))
        )
        for table in (chart.PENDING_VAT, chart.VAT)
    )


def pay(clerk, payer, cents):
    return record_payment(actor=clerk, payer=payer.uid, amount_cents=cents, received_on=today())


def test_vat_falls_due_with_each_payment_to_the_cent(payer, clerk):
    bill(payer)
    assert owed() == (1_780, 0)

    for cents, due in ((3_333, 556), (3_333, 1_111), (4_014, 1_780)):
        pay(clerk, payer, cents)
        assert owed() == (1_780 - due, due)

    line = next(
        one for one in vat_report(clerk, today().replace(day=1), today() + timedelta(days=1)) if one.rate == 2000
    )
    assert (line.vat_cents, line.posted_cents, line.due_cents, line.agrees) == (1_780, 1_780, 1_780, True)


def test_payment_taken_off_makes_nothing_due_any_more_and_may_pay_again(payer, clerk):
    invoice = bill(payer)
    payment = pay(clerk, payer, 10_680)
    undo_allocation(actor=clerk, allocation=payment.allocations.get().uid, reason="Erreur")
    assert owed() == (1_780, 0)

    second = bill(payer, 100)
    assert owed() == (1_780, 20)
    assert Invoice.objects.get(pk=second.pk).allocations.live().count() == 1
    assert {entry.label for entry in Entry.objects.filter(source="vat_back")} == {f"TVA reprise {invoice.reference}"}


def test_credit_note_takes_off_what_waited_and_the_rest_falls_due(payer, clerk):
    invoice = bill(payer, 10_000)
    credit(actor=clerk, invoice=invoice.uid, reason="Panne", amounts={1: 4_000}, tell=False)
    assert owed() == (1_200, 0)

    pay(clerk, payer, 7_200)

    assert owed() == (0, 1_200)


def test_seller_who_opted_owes_at_issue_and_nothing_moves(payer, clerk):
    invoice = bill(payer, debits=True)
    pay(clerk, payer, 10_680)

    assert owed() == (0, 1_780)
    assert fields_of(paper_of(invoice))["BT-8"] == "5"
    assert fields_of(paper_of(bill(payer)))["BT-8"] == "72"
