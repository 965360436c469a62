"""Which invoices a transfer pays: what is certain, and never a choice between two."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.matching import Debtor, Owed, Transfer, Verdict, book_of, match, take

LILAS, MER = 1, 2
F1 = Owed(11, "F2026-000001", 10680, LILAS, "2026-03-16")
F2 = Owed(12, "F2026-000002", 10680, LILAS, "2026-04-16")
F3 = Owed(13, "F2026-000003", 5857, MER, "2026-03-16")
PAID = Owed(14, "F2026-000004", 0, LILAS, "2026-02-16")
PEOPLE = (Debtor(LILAS, "C000001", ("Cabinet des Lilas Fleuris",)), Debtor(MER, "C000002", ("SCM Bord de Mer",)))


def found(cents, wording, counterparty="", owed=(F1, F2, F3, PAID), people=PEOPLE):
    return match(Transfer(cents, wording, counterparty), book_of(owed, people))


@pytest.mark.parametrize(
    "wording",
    [
        "VIR SEPA F2026-000001",
        "vir f2026-000001 merci",
        "FACTURE F2026000001",
        "REF:F 2026 000001",
        "F2026/000001",
        "F2026_000001/C000001",
        "VIREMENT F2026-0000\n01",
        "F2026-00 0001 106,80",
    ],
)
def test_reference_is_read_as_banks_write_it(wording):
    result = found(10680, wording)
    assert (result.verdict, result.parts, result.payer_id) == (Verdict.REFERENCE, ((11, 10680),), LILAS)


@pytest.mark.parametrize(
    ("cents", "wording", "verdict"),
    [
        (5000, "F2026-000001", Verdict.PARTIAL),
        (12000, "F2026-000001", Verdict.OVER),
        (21360, "F2026-000001 F2026-000002", Verdict.REFERENCES),
        (21360, "F2026-000001F2026-000002", Verdict.REFERENCES),
        (22000, "F2026-000001 et F2026-000002", Verdict.OVER),
        (20000, "F2026-000001 F2026-000002", Verdict.AMOUNT_DIFFERS),
        (16537, "F2026-000001 F2026-000003", Verdict.SEVERAL_PAYERS),
        (10680, "F2026-000004", Verdict.ALREADY_PAID),
        (10680, "F2026-000099", Verdict.UNKNOWN_REFERENCE),
        (10680, "F2026-0000011", Verdict.UNKNOWN),
        (10681, "XF2026-000001X", Verdict.UNKNOWN),
        (5857, "SCM BORD DE MER", Verdict.PAYER_AND_AMOUNT),
        (5857, "BORD MER", Verdict.PAYER_AND_AMOUNT),
        (5857, "BORD", Verdict.UNKNOWN),
        (5857, "abonnement C000002", Verdict.PAYER_AND_AMOUNT),
        (10680, "CABINET DES LILAS FLEURIS", Verdict.AMBIGUOUS),
        (21360, "LILAS FLEURIS", Verdict.PAYER_AND_TOTAL),
        (9999, "LILAS FLEURIS", Verdict.AMOUNT_DIFFERS),
        (5857, "LILAS FLEURIS POUR BORD DE MER", Verdict.AMBIGUOUS),
        (5857, "cabinet", Verdict.UNKNOWN),
        (5857, "", Verdict.UNKNOWN),
    ],
)
def test_verdict_of_each_wording(cents, wording, verdict):
    assert found(cents, wording).verdict == verdict


def test_torn_reference_is_believed_for_the_exact_amount_alone():
    assert found(10680, "F2026-0000 01").verdict == Verdict.REFERENCE
    assert not found(10681, "F2026-0000 01").is_sure


def test_same_name_and_amount_twice_is_left_to_a_person():
    twins = (Debtor(1, "C000001", ("Docteur Martin Paul",)), Debtor(2, "C000002", ("Docteur Martin Paul",)))
    owed = (F1, replace(F3, open_cents=10680))
    result = found(10680, "VIR PAUL MARTIN", owed=owed, people=twins)
    assert (result.verdict, result.parts) == (Verdict.AMBIGUOUS, ())
    assert set(result.suggested) == {11, 13}


def test_second_transfer_of_a_file_finds_the_invoice_paid():
    book = book_of((F1, F2), PEOPLE)
    first = match(Transfer(10680, "F2026-000001"), book)
    take(book, first)
    again = match(Transfer(10680, "F2026-000001"), book)
    named = match(Transfer(10680, "LILAS FLEURIS"), book)
    assert (again.verdict, again.suggested) == (Verdict.ALREADY_PAID, (12,))
    assert (named.verdict, named.parts) == (Verdict.PAYER_AND_AMOUNT, ((12, 10680),))


@given(
    cents=st.integers(1, 60_000),
    wording=st.text(alphabet="F2026-01349 lilasfeurbormc", max_size=60),
    opens=st.lists(st.integers(0, 20_000), min_size=3, max_size=3),
)
def test_sure_match_loses_no_cent_and_pays_one_payer(cents, wording, opens):
    owed = [replace(one, open_cents=left) for one, left in zip((F1, F2, F3), opens, strict=True)]
    result = found(cents, wording, owed=owed)
    by_id = {one.invoice_id: one for one in owed}

    if not result.is_sure:
        assert result.parts == ()
        return
    assert sum(part for _, part in result.parts) + result.rest_cents == cents
    assert all(0 < part <= by_id[invoice].open_cents for invoice, part in result.parts)
    assert {by_id[invoice].payer_id for invoice, _ in result.parts} == {result.payer_id}


def test_nothing_is_matched_from_a_sum_that_left():
    with pytest.raises(ValueError, match="received"):
        found(0, "F2026-000001")
