"""The file of debits: valid against its schema, the same for the same batch, and a change of account told once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import lxml.etree
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from billing.pain008 import Address, Batch, Collection, Creditor, FileImpossible, sepa_text, written

CREDITOR = Creditor("Prendsoin Démonstration", "FR7630006000011234567890189", "AGRIFRPP", "FR72ZZZ123456")
ONE = Collection(
    end_to_end="F2026-000001-1",
    amount_cents=10680,
    collect_on=date(2026, 12, 28),
    sequence="RCUR",
    umr="C000001-001",
    signed_on=date(2026, 1, 2),
    name="Cabinet Éric Œuf & Cie",
    iban="FR1420041010050500013M02606",
    bic="PSSTFRPP",
    wording="Facture F2026-000001",
    address=Address("1 rue d’Été", "75001", "Paris", "FR"),
)
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}


def batch(*rows, scheme="CORE"):
    return Batch("PS20261201-1", datetime(2026, 12, 1, 10, 0, tzinfo=UTC), CREDITOR, rows or (ONE,), scheme)


def texts(content, path):
    return [one.text for one in lxml.etree.fromstring(content).iterfind(path, SPACE)]


def test_file_says_who_collects_what_and_when():
    content = written(
        batch(ONE, replace(ONE, end_to_end="F2026-000002-1", collect_on=date(2026, 12, 29), amount_cents=1))
    )

    assert texts(content, ".//p:GrpHdr/p:MsgId") == ["PS20261201-1"]
    assert texts(content, ".//p:GrpHdr/p:CtrlSum") == ["106.81"]
    assert texts(content, ".//p:PmtInf/p:ReqdColltnDt") == ["2026-12-28", "2026-12-29"]
    assert texts(content, ".//p:MndtId") == ["C000001-001"] * 2
    assert texts(content, ".//p:Dbtr/p:Nm")[0] == "Cabinet Eric OEuf + Cie"
    assert texts(content, ".//p:Dbtr/p:PstlAdr/p:TwnNm")[0] == "Paris"
    assert texts(content, ".//p:LclInstrm/p:Cd") == ["CORE"] * 2
    assert texts(content, ".//p:AmdmntInd") == []


def test_same_batch_gives_the_same_bytes():
    assert written(batch()) == written(batch())


@pytest.mark.parametrize(
    ("bic", "path", "said"),
    [
        ("PSSTFRPP", ".//p:OrgnlDbtrAcct/p:Id/p:IBAN", "FR7630006000011234567890189"),
        ("AGRIFRPP", ".//p:OrgnlDbtrAcct/p:Id/p:Othr/p:Id", "SMNDA"),
    ],
)
def test_change_of_account_is_told_as_an_amendment(bic, path, said):
    content = written(batch(replace(ONE, previous_iban="FR7630006000011234567890189", previous_bic=bic)))
    assert texts(content, ".//p:AmdmntInd") == ["true"]
    assert texts(content, path) == [said]


@pytest.mark.parametrize(
    "change",
    [
        {"iban": "not an account"},
        {"umr": "x" * 36},
        {"sequence": "NOPE"},
        {"amount_cents": 0},
        {"amount_cents": -5},
        {"end_to_end": ""},
        {"bic": "bad"},
    ],
)
def test_batch_that_makes_no_valid_file_makes_none(change):
    with pytest.raises(FileImpossible) as refusal:
        written(batch(replace(ONE, **change)))
    assert "FR14" not in str(refusal.value)


def test_two_debits_of_one_reference_are_refused():
    with pytest.raises(FileImpossible):
        written(batch(ONE, ONE))


def test_account_outside_of_the_eea_needs_an_address():
    swiss = replace(ONE, iban="CH9300762011623852957", bic="")
    assert b"NOTPROVIDED" in written(batch(swiss))
    with pytest.raises(FileImpossible):
        written(batch(replace(swiss, address=Address())))


def test_repr_shows_no_account():
    assert "FR14" not in repr(ONE)
    assert "FR76" not in repr(CREDITOR)


@hypothesis_settings(max_examples=40)
@given(
    name=st.text(min_size=1, max_size=100),
    wording=st.text(max_size=200),
    street=st.text(max_size=100),
    cents=st.integers(1, 99_999_999),
)
def test_any_words_make_a_valid_file_or_none(name, wording, street, cents):
    row = replace(
        ONE, name=name, wording=f"Facture {wording}", amount_cents=cents, address=replace(ONE.address, street=street)
    )
    if not sepa_text(name, 70):
        with pytest.raises(FileImpossible):
            written(batch(row))
        return
    assert texts(written(batch(row)), ".//p:InstdAmt") == [f"{cents // 100}.{cents % 100:02d}"]


def test_signs_are_those_that_every_bank_takes():
    assert sepa_text("//Œuvre   «été» №5 / a//b_", 70) == "OEuvre ete No5 / a/b"
    assert sepa_text("日本", 70) == ""
