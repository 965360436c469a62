"""The accounting file: byte-equal to the sample of the domain, and what the checker refuses."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.fec import COLUMNS, FecLine, amount, file_name, in_order, render, text
from billing.fec_check import check

DAY = date(2026, 3, 1)
SAMPLE = (
    b"VE|Ventes|000001|20260301|411000|Clients|C0001|CABINET X|F2026-000001|20260301|Abonnement 03/2026"
    b"|106,80|0,00|||20260301||\r\n"
    b"VE|Ventes|000001|20260301|706000|Prestations de services|||F2026-000001|20260301|Abonnement 03/2026"
    b"|0,00|89,00|||20260301||\r\n"
    b"VE|Ventes|000001|20260301|445710|TVA collectee 20 %|||F2026-000001|20260301|Abonnement 03/2026"
    b"|0,00|17,80|||20260301||\r\n"
)


def line(account, label, **more):
    return FecLine(
        journal="VE",
        journal_label="Ventes",
        number=more.pop("number", 1),
        day=DAY,
        account=account,
        account_label=label,
        piece_ref="F2026-000001",
        piece_date=DAY,
        label="Abonnement 03/2026",
        validated_on=more.pop("validated_on", DAY),
        **more,
    )


INVOICE = [
    line("411000", "Clients", aux="C0001", aux_label="CABINET X", debit_cents=10_680),
    line("706000", "Prestations de services", credit_cents=8_900),
    line("445710", "TVA collectee 20 %", credit_cents=1_780),
]


def test_the_file_is_the_sample_to_the_byte():
    assert render(INVOICE, header=False) == SAMPLE
    assert render(INVOICE) == "|".join(COLUMNS).encode() + b"\r\n" + SAMPLE
    assert {row.count(b"|") for row in render(INVOICE).splitlines()} == {17}


def test_the_file_bears_the_siren_and_the_closing_day():
    assert file_name("732829320", date(2026, 12, 31)) == "732829320FEC20261231.txt"
    with pytest.raises(ValueError, match="no SIREN"):
        file_name("73282932", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Cabinet | Martin\tet\r\nfils", "Cabinet Martin et fils"),
        ("Maison de santé des Lilas", "Maison de santé des Lilas"),
        ("Łódź – cœur 5 €", "?ódz - cœur 5 €"),
        ("=HYPERLINK(1)", "HYPERLINK(1)"),
        ("Cabinet d’Ève", "Cabinet d'Ève"),
        ("½ cabinet ｜ 医", "1/2 cabinet   ?"),
        ("a\u2028b\x85c", "a b c"),
    ],
)
def test_a_name_fits_in_its_cell(written, read):
    found = text(written)

    assert "|" not in found
    if "½" not in written:
        assert found == read


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_name_breaks_a_line(name):
    content = render([replace(INVOICE[0], aux_label=name), *INVOICE[1:]])

    assert [row.count(b"|") for row in content.split(b"\r\n")] == [17, 17, 17, 17, 0]


def test_amounts_are_written_with_a_comma_and_never_negative():
    assert [amount(cents) for cents in (0, 5, 10_680, 123_456_789)] == ["0,00", "0,05", "106,80", "1234567,89"]
    with pytest.raises(ValueError, match="never negative"):
        amount(-1)


def test_a_letter_comes_with_its_day():
    settled = replace(INVOICE[0], letter="AB", lettered_on=date(2026, 3, 9))

    assert render([settled], header=False).endswith(b"|106,80|0,00|AB|20260309|20260301||\r\n")


def test_lines_are_in_the_order_of_validation():
    late = [replace(one, number=2, validated_on=date(2026, 3, 5)) for one in INVOICE]

    assert in_order([*late, *INVOICE]) == [*INVOICE, *late]


def test_the_checker_reads_a_sound_file_back():
    report = check(render(INVOICE))

    assert (report.problems, report.lines, report.entries) == ([], 3, 1)
    assert (report.debit_cents, report.credit_cents) == (10_680, 10_680)


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (INVOICE[:2], "débit et crédit diffèrent de 1780"),
        ([*INVOICE, *[replace(one, number=3) for one in INVOICE]], "un trou"),
        ([*[replace(one, validated_on=date(2026, 3, 5)) for one in INVOICE], replace(INVOICE[0])], "recule"),
        ([replace(INVOICE[0], letter="A"), *INVOICE[1:]], "lettrage sans date"),
        ([replace(INVOICE[0], aux_label=""), *INVOICE[1:]], "auxiliaire"),
        ([replace(INVOICE[0], piece_ref=""), *INVOICE[1:]], "PieceRef est vide"),
    ],
)
def test_the_checker_tells_what_is_wrong(lines, word):
    assert any(word in problem for problem in check(render(lines)).problems)


def test_number_of_a_day_out_of_the_file_is_no_gap():
    file = render([*INVOICE, *[replace(one, number=3) for one in INVOICE]])

    assert check(
        file, lambda journal, year, first, last: int((journal, year, first, last) == ("VE", 2026, 1, 3))
    ).is_sound
    assert not check(file, lambda *_numbers: 0).is_sound
    assert not check(file, lambda *_numbers: 2).is_sound


def test_the_checker_refuses_other_columns_and_line_ends():
    report = check(render(INVOICE, header=False).replace(b"\r\n", b"\n"))

    assert any("colonnes manquent" in problem for problem in report.problems)
    assert any("CR LF" in problem for problem in report.problems)
