"""Bringing the bank's file in: once, matched when certain, kept for a person otherwise."""

from datetime import UTC, datetime

import pytest
import time_machine

from billing.exceptions_payment import PaymentRefusal
from billing.models import BankImport, BankLine, Entry, Payment
from billing.selectors.balance import left_cents, open_cents
from billing.services.bank_lines import ignore_line, import_statement, match_lines, resolve_line
from core.exceptions import NotForYou
from core.jobs import run
from core.models import Job
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.rows import an_invoice, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(datetime(2026, 3, 20, 10, tzinfo=UTC), tick=False):
        yield


def a_file(*rows):
    return ("Date;Libellé;Montant\n" + "".join(f"{row}\n" for row in rows)).encode()


def test_reference_pays_its_invoice_and_the_rest_waits_for_a_person():
    payer, actor = a_payer(), staff()
    invoice = an_invoice(payer)

    brought = import_statement(
        actor=actor,
        raw=a_file(f"10/03/2026;VIR {invoice.reference};106,80", "10/03/2026;INCONNU;50,00", "11/03/2026;x;-3"),
    )

    assert (brought.report["received"], brought.report["new"], brought.report["outgoing"]) == (2, 2, 1)
    matched, waiting = brought.lines.order_by("number")
    assert (matched.state, matched.verdict, open_cents(invoice)) == ("matched", "reference", 0)
    assert (waiting.state, waiting.verdict, waiting.payment) == ("suspense", "unknown", None)
    assert Entry.objects.filter(source="payment", source_id=matched.payment_id).exists()
    assert Entry.objects.filter(source="suspense", source_id=waiting.pk).exists()


def test_same_file_and_overlapping_files_add_nothing():
    payer, actor = a_payer(), staff()
    invoice = an_invoice(payer)
    first, twin, later = (
        f"10/03/2026;VIR {invoice.reference};50,00",
        "10/03/2026;LOYER;9,00",
        "12/03/2026;LOYER;9,00",
    )
    import_statement(actor=actor, raw=a_file(first, twin, twin))

    import_statement(actor=actor, raw=a_file(first, twin, twin))
    again = import_statement(actor=actor, raw=a_file(first, twin, twin, twin, later))

    assert again.report["new"] == 2
    assert (BankImport.objects.count(), BankLine.objects.count(), Payment.objects.count()) == (2, 5, 1)
    assert open_cents(invoice) == 10680 - 5000


def test_two_transfers_for_one_invoice_are_not_two_payments_of_it():
    payer, actor = a_payer(), staff()
    invoice = an_invoice(payer)
    row = f"10/03/2026;VIR {invoice.reference};106,80"

    brought = import_statement(actor=actor, raw=a_file(row, row))

    assert [line.verdict for line in brought.lines.order_by("number")] == ["reference", "already_paid"]
    assert Payment.objects.count() == 1


def test_person_resolves_a_line_once_and_the_books_leave_suspense():
    payer, actor = a_payer(), staff()
    invoice = an_invoice(payer)
    line = import_statement(actor=actor, raw=a_file("10/03/2026;MME MARTIN LOYER;120,00")).lines.get()

    resolved = resolve_line(actor=actor, line=line.uid, payer=payer.uid, invoices=[invoice.uid])

    assert (resolved.state, open_cents(invoice), left_cents(resolved.payment)) == ("resolved", 0, 12000 - 10680)
    entry = Entry.objects.get(source="payment", source_id=resolved.payment_id)
    assert entry.journal == "OD"
    with pytest.raises(PaymentRefusal) as refusal:
        resolve_line(actor=actor, line=line.uid, payer=payer.uid)
    assert refusal.value.code == "already_resolved"


def test_line_set_aside_needs_a_reason_and_stays_aside():
    actor = staff()
    line = import_statement(actor=actor, raw=a_file("10/03/2026;REMBOURSEMENT EDF;12,00")).lines.get()
    with pytest.raises(PaymentRefusal):
        ignore_line(actor=actor, line=line.uid, reason=" ")
    assert ignore_line(actor=actor, line=line.uid, reason="pas un client").state == "ignored"
    with pytest.raises(PaymentRefusal):
        resolve_line(actor=actor, line=line.uid, payer=a_payer().uid)


def test_long_file_is_matched_by_jobs_that_end(monkeypatch):
    monkeypatch.setattr("billing.services.bank_lines.CHUNK", 2)
    payer, actor = a_payer(), staff()
    invoices = [an_invoice(payer) for _ in range(5)]
    brought = import_statement(actor=actor, raw=a_file(*(f"10/03/2026;VIR {one.reference};106,80" for one in invoices)))
    assert brought.lines.filter(verdict="waiting").count() == 3

    while job := Job.objects.filter(kind="billing.match_lines", state="pending").first():
        assert run(job.pk).state == "done"

    assert {open_cents(one) for one in invoices} == {0}
    match_lines(import_id=brought.pk)
    assert Payment.objects.count() == 5


def test_account_of_a_sender_is_kept_nowhere():
    line = import_statement(actor=staff(), raw=a_file("10/03/2026;VIR DE FR1420041010050500013M02606;5,00")).lines.get()
    assert "FR1420041010050500013M02606" not in line.wording
    assert "FR•• •••• 2606" in line.wording


def test_only_billing_staff_bring_files_in():
    outsider = staff().__class__(user_id=1, space="practice", practice_id=1)
    with pytest.raises(NotForYou):
        import_statement(actor=outsider, raw=a_file("10/03/2026;x;5,00"))
    assert not BankImport.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_book_is_read_in_a_fixed_number_of_statements(django_assert_num_queries, rows):
    from billing.matching import Transfer
    from billing.selectors.bank import book_for

    payer = a_payer()
    named = [an_invoice(payer) for _ in range(rows)]
    with django_assert_num_queries(3):
        assert len(book_for([Transfer(1, one.reference) for one in named]).known) == rows
