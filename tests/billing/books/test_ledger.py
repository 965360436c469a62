"""The books in the database: append-only, balanced, numbered without gap, shut month by month."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import Error, IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing.enums_books import Journal
from billing.models import ClosedMonth, Entry, EntryLine, JournalCounter
from billing.services import posting
from core.access import system_actor
from tests.billing.books.papers import issued, payer_of

pytestmark = pytest.mark.django_db
ROBOT = system_actor("tests.books")


def lines_of(entry):
    return [(line.account, line.aux, line.debit_cents - line.credit_cents) for line in entry.lines.all()]


def received(payer, cents, pk=1, on=date(2026, 3, 9), method="transfer"):
    return SimpleNamespace(
        pk=pk, payer=payer, amount_cents=cents, received_on=on, done_on=on, returned_on=on, method=method
    )


def test_an_invoice_is_posted_as_customers_sales_and_vat():
    payer = payer_of()
    invoice = issued(payer)

    entry = posting.post_invoice(actor=ROBOT, invoice=invoice)

    assert (entry.journal, entry.number, entry.piece_ref, entry.label) == (
        "VE",
        1,
        invoice.reference,
        "Abonnement 03/2026",
    )
    assert (entry.date, entry.piece_date, entry.total_cents) == (invoice.issue_date, invoice.issue_date, 10_680)
    assert lines_of(entry) == [("411000", payer.account, 10_680), ("706000", "", -8_900), ("445710", "", -1_780)]


def test_a_credit_note_reverses_its_part():
    payer = payer_of()
    invoice = issued(payer)
    note = issued(payer, 4_450, corrects=invoice)

    entry = posting.post_invoice(actor=ROBOT, invoice=note)

    assert entry.label == f"Avoir sur {invoice.reference}"
    assert lines_of(entry) == [("411000", payer.account, -5_340), ("706000", "", 4_450), ("445710", "", 890)]


@pytest.mark.parametrize(
    ("rate", "kind", "expected"),
    [
        (850, "normal", [("706000", -10_000), ("445711", -850)]),
        (0, "normal", [("706000", -10_000)]),
        (0, "indemnity", [("758800", -10_000)]),
        (0, "interest", [("763000", -10_000)]),
    ],
)
def test_each_territory_and_kind_has_its_account(rate, kind, expected):
    entry = posting.post_invoice(actor=ROBOT, invoice=issued(payer_of(), 10_000, rate=rate, kind=kind))

    assert [(account, cents) for account, _, cents in lines_of(entry)[1:]] == expected


def test_a_rate_without_account_is_refused():
    with pytest.raises(LookupError, match=r"5\.5"):
        posting.post_invoice(actor=ROBOT, invoice=issued(payer_of(), rate=550))


def test_what_was_posted_is_not_posted_again():
    invoice = issued(payer_of())

    first, second = (posting.post_invoice(actor=ROBOT, invoice=invoice) for _ in range(2))

    assert first == second
    assert (Entry.objects.count(), JournalCounter.objects.get().last_number) == (1, 1)


def test_money_in_out_and_back_is_posted_against_the_bank():
    payer = payer_of()
    came = received(payer, 10_680)

    entries = [
        posting.post_payment(actor=ROBOT, payment=came),
        posting.post_refund(actor=ROBOT, refund=received(payer, 500)),
        posting.post_return(actor=ROBOT, debit=SimpleNamespace(payment=came, returned_on=date(2026, 3, 20))),
    ]

    assert [(entry.journal, entry.number) for entry in entries] == [("BQ", 1), ("BQ", 2), ("BQ", 3)]
    assert lines_of(entries[0]) == [("512000", "", 10_680), ("411000", payer.account, -10_680)]
    assert lines_of(entries[1]) == [("411000", payer.account, 500), ("512000", "", -500)]
    assert lines_of(entries[2]) == [("411000", payer.account, 10_680), ("512000", "", -10_680)]
    assert entries[2].date == date(2026, 3, 20)


def test_a_transfer_nobody_knew_waits_in_its_account_and_leaves_it():
    payer = payer_of()
    waiting = SimpleNamespace(pk=7, on=date(2026, 3, 9), amount_cents=10_680)
    posting.post_suspense(actor=ROBOT, line=waiting)
    payment = received(payer, 10_680)
    payment.bank_line = waiting

    entry = posting.post_payment(actor=ROBOT, payment=payment)

    assert entry.journal == Journal.MISC
    assert lines_of(entry) == [("471000", "", 10_680), ("411000", payer.account, -10_680)]


def test_a_chunk_is_posted_in_a_fixed_number_of_statements(django_assert_num_queries):
    payer = payer_of()
    for count in (1, 3):
        invoices = [issued(payer) for _ in range(count)]
        with django_assert_num_queries(9):
            posting.post_invoices(actor=ROBOT, invoices=invoices)
    assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "change",
    [
        lambda: Entry.objects.update(label="Autre"),
        lambda: Entry.objects.all().delete(),
        lambda: EntryLine.objects.update(debit_cents=1),
        lambda: EntryLine.objects.all()._raw_delete("default"),
        lambda: JournalCounter.objects.update(last_number=0),
        lambda: EntryLine.objects.update(aux="C999999"),
    ],
)
def test_the_books_refuse_to_change(change):
    posting.post_invoice(actor=ROBOT, invoice=issued(payer_of()))

    with pytest.raises(Error, match=r"append-only|only goes up|protected|foreign keys"), transaction.atomic():
        change()


def test_an_entry_that_does_not_balance_is_refused():
    entry = posting.post_invoice(actor=ROBOT, invoice=issued(payer_of()))

    for added in ([(1, 0)], [(0, 1)]):
        with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
            join(entry, added)


def test_balanced_lines_cannot_join_an_entry_later():
    entry = posting.post_invoice(actor=ROBOT, invoice=issued(payer_of()))

    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        join(entry, [(5, 0), (0, 5)])


def join(entry, amounts):
    for position, (debit, credit) in enumerate(amounts, start=8):
        EntryLine.objects.create(
            entry=entry,
            position=position,
            account="706000",
            account_label="x",
            debit_cents=debit,
            credit_cents=credit,
        )
    check_now()


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_closed_month_takes_no_entry():
    payer = payer_of()
    invoice = issued(payer, on=date(2026, 3, 31))
    ClosedMonth.objects.create(month=date(2026, 3, 1), entries=0, debit_cents=0)

    entry = posting.post_invoice(actor=ROBOT, invoice=invoice)

    assert entry.piece_date == date(2026, 3, 31)
    assert entry.date == entry.validated_on > date(2026, 3, 31)
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        Entry.objects.create(
            journal="OD", year=2026, number=9, date=date(2026, 3, 31), piece_ref="x", piece_date=date(2026, 3, 31),
            label="x", validated_on=date(2026, 4, 1), source="refund", source_id=9, total_cents=1,
        )  # fmt: skip
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        ClosedMonth.objects.all()._raw_delete("default")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "credit", "payment", "refund", "return", "again"]),
        st.integers(1, 500_000),
        st.sampled_from([2_000, 850, 0]),
        st.dates(date(2025, 11, 1), date(2026, 10, 31)),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTS)
def test_the_ledger_balances_whatever_happens(acts):
    """Entry by entry, as a whole, and with the papers: what the customers' account says is what they owe."""
    with transaction.atomic():
        payer, owed, invoices = payer_of(), 0, []
        for pk, (act, cents, rate, day) in enumerate(sorted(acts, key=lambda act: act[3]), start=1):
            owed += _do(act, pk, payer, cents, rate, day, invoices)
        check_now()
        lines = EntryLine.objects.filter(entry__in=Entry.objects.all())
        net = dict.fromkeys(lines.values_list("account", flat=True), 0)
        for line in lines:
            net[line.account] += line.debit_cents - line.credit_cents
        numbers = {}
        for journal, year, number in Entry.objects.order_by("id").values_list("journal", "year", "number"):
            numbers.setdefault((journal, year), []).append(number)

        assert sum(net.values()) == 0
        assert net.get("411000", 0) == owed
        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
        transaction.set_rollback(True)


def _do(act, pk, payer, cents, rate, day, invoices):
    """Does one act in the books; gives by how much the payer owes more."""
    if act == "invoice" or (act in {"credit", "again"} and not invoices):
        invoices.append(issued(payer, cents, rate=rate, on=day))
        posting.post_invoice(actor=ROBOT, invoice=invoices[-1])
        return invoices[-1].gross_cents
    if act == "again":
        posting.post_invoice(actor=ROBOT, invoice=invoices[-1])
        return 0
    if act == "credit":
        note = issued(payer, cents, rate=rate, on=day, corrects=invoices[-1])
        posting.post_invoice(actor=ROBOT, invoice=note)
        return -note.gross_cents
    row = received(payer, cents, pk, day)
    if act == "payment":
        posting.post_payment(actor=ROBOT, payment=row)
        return -cents
    posting.post_refund(actor=ROBOT, refund=row) if act == "refund" else posting.post_return(actor=ROBOT, payment=row)
    return cents
