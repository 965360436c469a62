"""The validator lists everything that lacks, in one go; VAT by territory; periods in French."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.drafting import period_text
from billing.enums import Territory
from billing.mandatory import missing
from billing.paper import Party, totals_of
from billing.seller import seller
from billing.vat import RULES, bases, territory_of, vat_cents, vat_rule
from tests.billing.invoices.rows import APRIL, MARCH, a_buyer, a_line, a_paper


def codes(paper):
    return [one.code for one in missing(paper)]


def test_whole_paper_lacks_nothing():
    assert missing(a_paper().issued("F2026-000001", MARCH, date(2026, 3, 31))) == []


def test_empty_paper_tells_everything_at_once():
    paper = a_paper(seller=Party(name=""), buyer=Party(name="", country=""), mentions=(), lines=(), totals=())

    assert codes(replace(paper, lines=())) == [
        *[f"seller_{name}" for name in ("name", "legal_form", "siren", "siret", "rcs", "vat_number")],
        *["seller_street", "seller_postcode", "seller_city"],
        *["buyer_name", "buyer_street", "buyer_postcode", "buyer_city", "buyer_country", "buyer_siren"],
        *["lines", "term_recovery", "term_penalty", "term_discount"],
    ]


@pytest.mark.parametrize("name", ["name", "street", "postcode", "city", "siren"])
def test_each_mention_of_the_buyer_is_missed(name):
    assert codes(a_paper(buyer=a_buyer(**{name: " "}))) == [f"buyer_{name}"]


@pytest.mark.parametrize(
    "name", ["name", "legal_form", "siren", "siret", "rcs", "vat_number", "street", "postcode", "city", "capital"]
)
def test_each_mention_of_the_seller_is_missed(name):
    assert codes(a_paper(seller=replace(seller(), **{name: ""}))) == [f"seller_{name}"]


@pytest.mark.parametrize(
    ("buyer", "expected"),
    [
        ({"siren": "732829321", "siret": ""}, ["buyer_siren_wrong"]),
        ({"siret": "73282932000075"}, ["buyer_siret_wrong"]),
        ({"siren": "123456782"}, ["buyer_siret_of_another"]),
        ({"siren": "", "siret": "", "territory": "om"}, []),
        ({"siren": "", "siret": "", "territory": "mc", "country": "MC"}, []),
        ({"siren": "", "siret": "", "territory": "eu", "country": "BE", "vat_number": "BE0403170701"}, []),
        ({"siren": "", "siret": "", "territory": "eu"}, ["buyer_vat_number", "buyer_country"]),
        ({"territory": "zz"}, ["buyer_territory"]),
    ],
)
def test_numbers_of_the_buyer_are_checked(buyer, expected):
    assert codes(a_paper(buyer=a_buyer(**buyer))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"due_date": date(2026, 4, 30)}, []),
        ({"due_date": date(2026, 5, 1)}, ["due_date_wrong"]),
        ({"due_date": date(2026, 2, 28)}, ["due_date_wrong"]),
        ({"due_date": None}, ["due_date"]),
        ({"period_end": MARCH}, ["period"]),
        ({"kind": "credit_note"}, ["corrects", "reason"]),
    ],
)
def test_dates_and_references_are_checked(changes, expected):
    paper = a_paper().issued("F2026-000001", MARCH, date(2026, 3, 31))
    assert codes(replace(paper, **changes)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"label": ""}, ["line_label"]),
        ({"period_end": MARCH}, ["line_period"]),
        ({"quantity": 0}, ["line_quantity"]),
    ],
)
def test_lines_are_checked(line, expected):
    assert codes(a_paper(a_line(**line))) == expected


def test_sums_are_checked():
    paper = a_paper()
    (total,) = paper.totals
    assert codes(replace(paper, totals=(replace(total, vat_cents=1779),))) == ["vat_amount"]
    assert codes(replace(paper, totals=(replace(total, base_cents=8905),))) == ["vat_amount", "totals"]
    assert codes(replace(paper, totals=())) == ["totals"]
    assert codes(a_paper(a_line(-100))) == ["negative"]


def test_number_of_the_seller_is_one():
    assert codes(a_paper(seller=replace(seller(), vat_number="FR00123456782"))) == ["seller_vat_number_wrong"]


def test_nil_rate_wants_its_reason():
    line = a_line(vat_rate=0)
    assert codes(a_paper(line, totals=totals_of([line], {}))) == ["vat_exemption"]
    assert codes(a_paper(territory=Territory.GUYANE)) == []


def test_case_70_every_territory_has_its_rate():
    assert set(RULES) == set(Territory.values)
    rates = {code: vat_rule(code).rate for code in RULES}
    assert rates == {"fr": 2000, "mc": 2000, "gp": 850, "mq": 850, "re": 850, "gf": 0, "yt": 0, "om": 0, "eu": 0}
    assert all(bool(rule.exemption) == (rule.rate == 0) for rule in RULES.values())
    with pytest.raises(LookupError):
        vat_rule("zz")


@pytest.mark.parametrize(
    ("postcode", "territory"),
    [
        ("75011", "fr"), ("20000", "fr"), ("97110", "gp"), ("97133", "om"), ("97150", "om"), ("97200", "mq"),
        ("97300", "gf"), ("97400", "re"), ("97500", "om"), ("97600", "yt"), ("98000", "mc"), ("98800", "om"),
    ],
)  # fmt: skip
def test_territory_is_read_from_the_postcode(postcode, territory):
    assert territory_of(postcode) == territory


@pytest.mark.parametrize(
    ("base", "rate", "vat"),
    [
        (8900, 2000, 1780),
        (4881, 2000, 976),
        (2667, 2000, 533),
        (2500, 850, 213),
        (-2500, 850, -213),
        (3, 2000, 1),
        (2, 2000, 0),
    ],
)
def test_vat_is_rounded_half_up(base, rate, vat):
    assert vat_cents(base, rate) == vat


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.sampled_from([0, 850, 2000])), max_size=20))
def test_case_68_vat_is_that_of_the_sum_of_each_rate_not_of_the_lines(lines):
    totals = totals_of([a_line(net, vat_rate=rate) for net, rate in lines if net], {0: "x"})
    assert {total.rate: total.base_cents for total in totals} == bases((net, rate) for net, rate in lines if net)
    assert all(abs(total.vat_cents * 10_000 - total.base_cents * total.rate) <= 5_000 for total in totals)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (MARCH, APRIL, "mars 2026"),
        (date(2026, 3, 15), APRIL, "du 15 au 31 mars 2026 (17 jours sur 31)"),
        (MARCH, date(2026, 3, 11), "du 1er au 10 mars 2026 (10 jours sur 31)"),
        (MARCH, date(2026, 3, 2), "le 1er mars 2026 (1 jour sur 31)"),
        (date(2028, 2, 1), date(2028, 3, 1), "février 2028"),
        (date(2026, 12, 15), date(2027, 1, 3), "du 15 décembre 2026 au 2 janvier 2027"),
    ],
)
def test_period_is_said_in_french(start, end, text):
    assert period_text(start, end) == text
