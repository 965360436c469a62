"""Credit notes never exceed what is left of the invoice, to the cent, whatever their number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.drafting import Billable, credit_papers
from billing.exceptions_invoice import InvoiceRefusal
from billing.models import Entry, Invoice
from billing.selectors.balance import open_cents
from billing.services.crediting import credit, credited_totals
from billing.services.issued import follow
from billing.services.issuing import issue
from billing.vat import vat_cents
from core.access import Actor, Space, system_actor
from core.exceptions import NotForYou
from tests.billing.invoices.rows import APRIL, MARCH, a_draft, a_line, a_paper, a_payer
from tests.factories import UserFactory

ACTOR = system_actor("tests")


@pytest.fixture
def boris(db):
    return Actor(user_id=UserFactory(is_billing_staff=True).pk, space=Space.BILLING, strong=True)


@pytest.fixture
def invoice(db):
    made = issue(actor=ACTOR, draft=a_draft(a_payer(), a_line(8900), a_line(3333)))
    follow(actor=ACTOR, invoices=[made])
    return made


def test_part_then_the_rest_then_nothing(invoice, boris):
    part = credit(actor=boris, invoice=invoice.uid, reason="Panne", amounts={1: 1000})
    rest = credit(actor=boris, invoice=invoice.uid, reason="Erreur de payeur")

    assert (part.reference, part.corrects, part.net_cents, part.vat_cents) == ("A2026-000001", invoice, 1000, 200)
    assert part.net_cents + rest.net_cents == invoice.net_cents
    assert part.vat_cents + rest.vat_cents == invoice.vat_cents
    assert open_cents(invoice) == 0
    assert Entry.objects.count() == 3
    with pytest.raises(InvoiceRefusal, match="credit_nothing"):
        credit(actor=boris, invoice=invoice.uid, reason="Encore")


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ({1: 8901}, "credit_too_much"),
        ({3: 1}, "credit_unknown_line"),
        ({1: 0}, "credit_nothing"),
        ({}, "credit_nothing"),
    ],
)
def test_impossible_amounts_are_refused(invoice, boris, amounts, code):
    with pytest.raises(InvoiceRefusal, match=code):
        credit(actor=boris, invoice=invoice.uid, reason="x", amounts=amounts)
    assert not Invoice.objects.credit_notes().exists()


def test_line_credited_twice_beyond_the_invoice_is_refused(invoice, boris):
    credit(actor=boris, invoice=invoice.uid, reason="x", amounts={1: 8900})
    with pytest.raises(InvoiceRefusal, match="credit_too_much") as refusal:
        credit(actor=boris, invoice=invoice.uid, reason="x", amounts={1: 8900})
    assert refusal.value.details["left_cents"] == 3333


def test_line_gives_back_no_more_than_itself_whatever_the_others_leave(boris):
    lines = a_line(3000, label="Place A"), a_line(9000, label="Place B")
    invoice = issue(actor=ACTOR, draft=a_draft(a_payer(), *lines))
    credit(actor=boris, invoice=invoice.uid, reason="x", amounts={1: 2000})
    for amounts, left in (({1: 2000}, 1000), ({1: 1001, 2: 5000}, 1000)):
        with pytest.raises(InvoiceRefusal, match="credit_too_much") as refusal:
            credit(actor=boris, invoice=invoice.uid, reason="x", amounts=amounts)
        assert refusal.value.details["left_cents"] == left
    assert credit(actor=boris, invoice=invoice.uid, reason="x", amounts={1: 1000, 2: 9000}).net_cents == 10_000


def test_reason_right_and_kind_are_asked_for(invoice, boris):
    with pytest.raises(InvoiceRefusal, match="reason_missing"):
        credit(actor=boris, invoice=invoice.uid, reason="  ")
    owner = Actor(user_id=UserFactory().pk, space=Space.PRACTICE, practice_id=invoice.practice_id, strong=True)
    with pytest.raises(NotForYou):
        credit(actor=owner, invoice=invoice.uid, reason="x")
    note = credit(actor=boris, invoice=invoice.uid, reason="x", amounts={1: 100})
    with pytest.raises(NotForYou):
        credit(actor=boris, invoice=note.uid, reason="x")


def test_manual_credit_bills_no_day_again_unless_asked(boris):
    payer = a_payer()
    invoice = issue(actor=ACTOR, draft=a_draft(payer, a_line(8900)))
    note = credit(actor=boris, invoice=invoice.uid, reason="x", amounts={1: 8900})
    assert note.lines.get().adjustment_id is None


@given(
    net=st.integers(1, 100_000), parts=st.lists(st.integers(1, 40_000), max_size=8), rate=st.sampled_from([2000, 850])
)
@settings(max_examples=200, deadline=None)
def test_case_68_credit_notes_sum_to_the_invoice_and_never_above(net, parts, rate):
    vat = vat_cents(net, rate)
    left, left_vat = net, vat
    for part in [*parts, None]:
        base = left if part is None else part
        room = {rate: (left, left_vat)}
        line = a_line(max(base, 1), vat_rate=rate)
        if base > left or left == 0:
            with pytest.raises(InvoiceRefusal, match="credit_too_much"):
                credited_totals([line], room, {})
            continue
        (total,) = credited_totals([line], room, {})
        left, left_vat = left - total.base_cents, left_vat - total.vat_cents
        assert left >= 0
        assert left_vat >= 0
    assert (left, left_vat) == (0, 0)


def test_credits_go_to_the_invoices_that_billed_their_days():
    item = {"item_id": 7, "price_id": 1, "kind": "credit"}
    paper = a_paper(a_line(-5000, **item), a_line(1000))
    old = Billable(1, "F2026-000001", MARCH, {2000: 8900}, ((7, MARCH, APRIL),))
    new = Billable(2, "F2026-000002", APRIL, {2000: 8900}, ((7, APRIL, APRIL.replace(month=5)),))

    ((note, home),) = credit_papers(paper, [new, old])

    assert (home, note.net_cents, note.corrects) == (1, 4000, ("F2026-000001", MARCH))
    assert [line.quantity for line in note.lines] == [1, -1]
    assert credit_papers(paper, []) == []
