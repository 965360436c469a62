"""The bank's files: every way in which they are written, and every way in which they are hostile."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.bank_csv import cents_of, mask_accounts, read_statement
from billing.bank_returns import ReturnsUnreadable, read_returns
from billing.exceptions_payment import PaymentRefusal
from billing.return_codes import Follow, may_retry, read_code

TODAY = date(2026, 3, 20)
CSV = "Date;Libellé;Montant\n10/03/2026;VIR SEPA F2026-000001;106,80\n11/03/2026;CB ACHAT;-12,00\n"


def lines(text, encoding="utf-8"):
    return read_statement(text.encode(encoding), TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_file_is_read_in_the_encodings_of_offices(encoding):
    found = lines(CSV, encoding)
    assert [(one.on, one.amount_cents, one.wording) for one in found.received] == [
        (date(2026, 3, 10), 10680, "VIR SEPA F2026-000001")
    ]
    assert found.outgoing == 1


def test_preamble_split_columns_and_credit_debit_are_understood():
    text = (
        "Compte courant;FR76 3000 6000 0112 3456 7890 189\nPériode;mars\n\n"
        "Date comptable,x\n"
        "Date opération;Libellé simplifié;Libellé opération;Débit euros;Crédit euros;Référence\n"
        "10/03/26;VIR;de SCM BORD DE MER;;1 234,56;F2026-000003\n"
        "10/03/26;PRLV;EDF;-80,00;;\n"
    )
    found = lines(text)
    assert [(one.number, one.amount_cents, one.wording) for one in found.received] == [
        (6, 123456, "VIR de SCM BORD DE MER F2026-000003")
    ]


def test_sums_without_a_sign_follow_the_column_of_their_direction():
    text = (
        "Date,Libellé de l'opération,Montant (EUR),Sens\n"
        '10/03/2026,"VIR F2026-000001; MERCI; A; B; C; D",106.80,C\n'
        "11/03/2026,LOYER,900.00,Débit\n12/03/2026,FRAIS,2.00,?\n13/03/2026,AVOIR,3.00,+\n"
    )
    found = lines(text)
    assert [(one.amount_cents, one.wording[:16]) for one in found.received] == [
        (10680, "VIR F2026-000001"),
        (300, "AVOIR"),
    ]
    assert (found.outgoing, found.refused) == (1, ((4, "amount_unreadable"),))


def test_wording_full_of_another_separator_hides_no_column():
    found = lines("Date;Libellé;Montant\n10/03/2026;VIR, DE, LA, SCM, DU, BORD, DE, MER, F2026-000001;106,80\n")
    assert [one.amount_cents for one in found.received] == [10680]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("106,80", 10680), ("1 234,56", 123456), ("1.234,56 €", 123456), ("1,234.56", 123456), ("12.5", 1250), ("+7", 700),
        ("-12,00", -1200), ("(45,00)", -4500), ("12,00-", -1200), ("1\u202f000,00", 100000), ("1.234.567,8", 123456780),
    ],
)  # fmt: skip
def test_sums_are_read_as_banks_write_them(text, cents):
    assert cents_of(text) == cents


@pytest.mark.parametrize(
    "text", ["", "1.234", "1,234", "12,345,6", "1,2,3", "abc", "=1+1", "1e5", "٣,٥٠", "1.23.45", "--1"]
)
def test_unclear_sum_is_not_guessed(text):
    with pytest.raises(ValueError, match="unclear sum"):
        cents_of(text)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("10/03/2026;x;1.234", "amount_unreadable"),
        ("31/02/2026;x;5,00", "date_impossible"),
        ("10/03/2036;x;5,00", "date_impossible"),
        ("10/03/1999;x;5,00", "date_impossible"),
        ("pas une date;x;5,00", "date_impossible"),
        ("10/03/2026;x;9999999999,00", "amount_impossible"),
    ],
)
def test_line_that_is_not_clear_is_listed_and_the_others_are_read(row, code):
    found = lines(f"{CSV}{row}\n")
    assert found.refused == ((4, code),)
    assert len(found.received) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04rest", "file_spreadsheet"),
        (b"Date;Libelle;Montant\n" * 100_001, "file_too_many_lines"),
        (b"x" * 5_000_001, "file_too_large"),
        (b"Nom;Prenom\nA;B\n", "file_columns_missing"),
        (b"Date;Libelle;Montant;Montant\n", "file_duplicate_headers"),
        (b'Date;Libelle;Montant\n10/03/2026;"x;5,00\n', "file_malformed"),
        (b";" * 500 + b"\nDate;Libelle;Montant\n", "file_too_many_columns"),
        (b"D\x00a\x00te;Li\x00belle" + b"\x01\x00" * 3, "file_nul"),
    ],
)
def test_hostile_file_is_refused_whole(raw, code):
    with pytest.raises(PaymentRefusal) as refusal:
        read_statement(raw, TODAY)
    assert refusal.value.code == code


def test_million_lines_are_refused_before_they_are_read():
    with pytest.raises(PaymentRefusal) as refusal:
        read_statement(b"1\n" * 1_000_000, TODAY)
    assert refusal.value.code == "file_too_many_lines"


def test_equal_lines_of_one_day_are_counted_and_formulas_stay_words():
    text = "Date;Libellé;Montant\n" + "10/03/2026;=HYPERLINK(x);5,00\n" * 2
    first, second = lines(text).received
    assert (first.fingerprint, first.occurrence, second.occurrence) == (second.fingerprint, 0, 1)
    assert first.wording == "=HYPERLINK(x)"


def test_accounts_in_wordings_are_masked_before_anything_keeps_them():
    iban = "FR1420041010050500013M02606"
    for text in (f"VIR DE {iban} MERCI", f"VIR DE {' '.join(iban[i : i + 4] for i in range(0, 27, 4))} F2026-000001"):
        masked = mask_accounts(text)
        assert "20041010" not in masked.replace(" ", "")
        assert "FR•• •••• 2606" in masked
    assert mask_accounts("F2026-000001 sans compte") == "F2026-000001 sans compte"
    assert "F2026-000001" in mask_accounts(f"{iban} F2026-000001")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    for prefix in (b"", b"Date;Libelle;Montant\n"):
        try:
            received = read_statement(prefix + raw, TODAY).received
        except PaymentRefusal:
            received = ()
        assert all(line.amount_cents > 0 for line in received)


def pain002(*rows, version="03", head=""):
    space = f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"
    body = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{ref}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>"
        f'</StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
        for ref, code, amount in rows
    )
    return (
        f'{head}<Document xmlns="{space}"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId></GrpHdr><OrgnlPmtInfAndSts>{body}'
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def camt(ref, code, *, kind="camt.054", side="DBIT", amount="106.80", status="<Sts>BOOK</Sts>"):
    space = f"urn:iso:std:iso:20022:tech:xsd:{kind}.001.08"
    reason = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    return (
        f'<Document xmlns="{space}"><B><GrpHdr><MsgId>C1</MsgId></GrpHdr><Ntfctn><Ntry><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd>{status}<BookgDt><Dt>2026-04-02</Dt></BookgDt><NtryDtls><TxDtls><Refs>"
        f'<EndToEndId>{ref}</EndToEndId><MndtId>M1</MndtId></Refs><Amt Ccy="EUR">{amount}</Amt>{reason}</TxDtls>'
        "</NtryDtls></Ntry></Ntfctn></B></Document>"
    ).encode()


@pytest.mark.parametrize("version", ["03", "10", "14"])
def test_rejects_of_pain002_are_read(version):
    found = read_returns(pain002(("F2026-000001-1", "AM04", "106.80"), ("X", "AC04", "1"), version=version))
    assert (found.kind, found.name) == ("pain.002", "R1")
    assert [(one.end_to_end, one.code, one.amount_cents) for one in found.returns] == [
        ("F2026-000001-1", "AM04", 10680),
        ("X", "AC04", 100),
    ]


def test_returns_of_camt_are_read_and_collections_are_not():
    (one,) = read_returns(camt("F2026-000001-1", "MD06")).returns
    assert (one.end_to_end, one.code, one.amount_cents, one.on) == ("F2026-000001-1", "MD06", 10680, date(2026, 4, 2))
    assert read_returns(camt("F2026-000001-1", "")).returns == ()
    assert read_returns(camt("F2026-000001-1", "MD06", side="CRDT")).returns == ()
    assert read_returns(camt("F2026-000001-1", "MD06", status="<Sts><Cd>PDNG</Cd></Sts>")).returns == ()


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
WEB = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (pain002(("&b;", "AM04", "1"), head=BOMB), "returns_unsafe"),
        (pain002(("&x;", "AM04", "1"), head=FILE), "returns_unsafe"),
        (pain002(head=WEB), "returns_unsafe"),
        (b"<a>" * 500 + b"</a>" * 500, "returns_unsafe"),
        (b"not xml", "returns_malformed"),
        (b"", "returns_malformed"),
        (b"<a/>", "returns_kind"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>', "returns_kind"),
        (b"x" * 10_000_001, "returns_too_large"),
    ],
)
def test_hostile_xml_is_refused_unread(raw, code):
    with pytest.raises(ReturnsUnreadable) as refusal:
        read_returns(raw)
    assert refusal.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_returns_or_refused(raw):
    with pytest.raises(ReturnsUnreadable):
        read_returns(raw)


def test_codes_say_what_follows():
    assert may_retry("AM04", 1)
    assert not may_retry("AM04", 3)
    assert not may_retry("MD01", 1)
    assert read_code("AC04").follow == Follow.NEW_ACCOUNT
    assert read_code("ZZ99").follow == Follow.LOOK
