"""What a payer owes for a month: the vectors of the law of the house, then what holds for any path."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.charges import AdjustmentFact, Billed, Facts, ItemFact, PriceFact, charges, monthly_cents, price_on
from billing.money import days_in_month, half_up, month_of, months_before, next_month, prorate
from billing.spans import Span
from billing.vat import vat_cents

LONG_AGO = date(2020, 1, 1)
SOLO = PriceFact(1, "solo", 1, 8_900, LONG_AGO)
PLUS = PriceFact(2, "plus", 1, 12_900, LONG_AGO)
SMS = PriceFact(3, "sms", 1, 500, LONG_AGO)
PRICES = (SOLO, PLUS, SMS)


def seat(pk, since, until=None, product="solo", payer=1, who=1, quantity=1):
    return ItemFact(pk, payer, product, since, until, practitioner_id=who, holder=f"Dr {who}", quantity=quantity)


def facts(*items, charged_from=LONG_AGO, prices=PRICES, **more):
    return Facts(charged_from=charged_from, items=items, prices=prices, **more)


def billed(lines):
    """What an invoice of these lines leaves behind."""
    return [
        Billed(line.item_id, line.price_id, line.from_day, line.until_day, 1 if line.net_cents > 0 else -1)
        for line in lines
        if line.item_id and line.net_cents
    ]


def net(lines):
    return sum(line.net_cents for line in lines)


def told(lines):
    return [(line.kind, line.from_day.isoformat(), line.until_day.isoformat(), line.net_cents) for line in lines]


# The vectors of domain.md §6.2


def test_start_on_the_15th_of_march_charges_17_days_of_31():
    lines = charges(facts(seat(1, date(2026, 3, 15))), date(2026, 3, 1))

    assert told(lines) == [("proration", "2026-03-15", "2026-04-01", 4_881)]
    assert (lines[0].days, lines[0].days_in_month, lines[0].month_cents) == (17, 31, 8_900)
    assert (vat_cents(4_881, 2_000), 4_881 + vat_cents(4_881, 2_000)) == (976, 5_857)


def test_change_of_plan_on_day_11_of_30_gives_back_and_charges_on_the_next_invoice():
    april = date(2026, 4, 1)
    before = charges(facts(seat(1, LONG_AGO)), april, billed(_whole_months(date(2020, 1, 1), april)))
    after = facts(seat(1, LONG_AGO, date(2026, 4, 11)), seat(2, date(2026, 4, 11), product="plus"))
    history = billed(_whole_months(date(2020, 1, 1), april)) + billed(before)

    lines = charges(after, date(2026, 5, 1), history)

    assert told(lines) == [
        ("credit", "2026-04-11", "2026-05-01", -5_933),
        ("proration", "2026-04-11", "2026-05-01", 8_600),
        ("normal", "2026-05-01", "2026-06-01", 12_900),
    ]
    change = net(line for line in lines if line.from_day.month == 4)
    assert (change, vat_cents(change, 2_000), change + vat_cents(change, 2_000)) == (2_667, 533, 3_200)


def _whole_months(since, until):
    """The lines of a seat billed month by month."""
    lines, month = [], since
    while month < until:
        lines += charges(facts(seat(1, since)), month, billed(lines))
        month = next_month(month)
    return lines


# Case 68 of product.md §4


@pytest.mark.parametrize(
    ("month", "start", "amount"),
    [
        (date(2027, 2, 1), 15, 4_450),  # 14 days of 28
        (date(2028, 2, 1), 15, 4_603),  # 15 days of 29
        (date(2026, 4, 1), 15, 4_747),  # 16 days of 30
        (date(2026, 3, 1), 15, 4_881),  # 17 days of 31
    ],
)
def test_case_68_proration_follows_the_length_of_the_month(month, start, amount):
    lines = charges(facts(seat(1, month.replace(day=start))), month)

    assert (
        net(lines)
        == amount
        == half_up(8_900 * (monthrange(month.year, month.month)[1] - start + 1), days_in_month(month))
    )


def test_case_68_plan_changed_twice_on_one_day_charges_the_last_one_alone():
    day = date(2026, 4, 11)
    start = date(2026, 4, 1)
    path = facts(seat(1, start, day), seat(2, day, day, product="plus"), seat(3, day, product="solo"))

    lines = charges(path, start)

    assert [line.item_id for line in lines] == [1, 3]
    assert net(lines) == 8_900


def test_case_68_pause_inside_a_month_is_not_charged_and_is_explained():
    start = date(2026, 4, 1)
    pause = Span(date(2026, 4, 10), date(2026, 4, 20), practitioner_id=1)

    lines = charges(facts(seat(1, start), seat(2, start, who=2), pauses=[pause]), start)

    mine = [line for line in lines if line.item_id == 1]
    assert {(kind, amount) for kind, _, _, amount in told(mine)} == {
        ("proration", 2_670),
        ("pause", 0),
        ("proration", 3_263),
    }
    assert net(mine) == 8_900 - prorate(8_900, date(2026, 4, 10), date(2026, 4, 20))
    assert told(line for line in lines if line.item_id == 2) == [("normal", "2026-04-01", "2026-05-01", 8_900)]


def test_case_68_pause_declared_after_the_month_was_billed_is_given_back():
    april = date(2026, 4, 1)
    history = billed(charges(facts(seat(1, april)), april))
    pause = Span(date(2026, 4, 21), date(2026, 5, 11), practitioner_id=1)

    lines = charges(facts(seat(1, april), pauses=[pause]), date(2026, 5, 1), history)

    assert told(lines) == [
        ("pause", "2026-04-21", "2026-05-01", -2_967),
        ("proration", "2026-05-11", "2026-06-01", 6_029),
        ("pause", "2026-05-01", "2026-05-11", 0),
    ]


def test_case_68_vat_of_the_sum_differs_from_the_sum_of_rounded_vats():
    """VAT is rounded once for each rate (domain.md §6.2), not line by line."""
    lines = [333, 333, 333]

    assert vat_cents(sum(lines), 2_000) == 200
    assert sum(vat_cents(line, 2_000) for line in lines) == 201


# What each fact does


def test_trial_charges_nothing_until_its_end_and_says_so():
    start = date(2026, 4, 1)

    lines = charges(facts(seat(1, start), charged_from=date(2026, 4, 16)), start)

    assert told(lines) == [
        ("proration", "2026-04-16", "2026-05-01", 4_450),
        ("free", "2026-04-01", "2026-04-16", 0),
    ]


def test_trial_that_has_not_begun_charges_nothing():
    assert net(charges(facts(seat(1, date(2026, 1, 1)), charged_from=None), date(2026, 4, 1))) == 0


def test_free_month_given_after_billing_is_given_back():
    april = date(2026, 4, 1)
    history = billed(charges(facts(seat(1, april)), april))

    lines = charges(facts(seat(1, april), free=[Span(april, date(2026, 5, 1))]), date(2026, 5, 1), history)

    assert told(lines) == [
        ("free", "2026-04-01", "2026-05-01", -8_900),
        ("normal", "2026-05-01", "2026-06-01", 8_900),
    ]


def test_seat_added_after_billing_comes_on_the_next_invoice():
    april = date(2026, 4, 1)
    history = billed(charges(facts(seat(1, april)), april))

    lines = charges(facts(seat(1, april), seat(2, date(2026, 4, 21), who=2)), date(2026, 5, 1), history)

    assert [(line.item_id, *told([line])[0]) for line in lines] == [
        (2, "proration", "2026-04-21", "2026-05-01", 2_967),
        (1, "normal", "2026-05-01", "2026-06-01", 8_900),
        (2, "normal", "2026-05-01", "2026-06-01", 8_900),
    ]


def test_change_of_payer_gives_back_to_one_and_charges_the_other():
    april, day = date(2026, 4, 1), date(2026, 4, 16)
    history = billed(charges(facts(seat(1, april)), april))

    lines = charges(facts(seat(1, april, day), seat(2, day, payer=2)), date(2026, 5, 1), history)

    assert [(line.payer_id, line.net_cents) for line in lines] == [(1, -4_450), (2, 4_450), (2, 8_900)]


def test_price_that_changes_within_a_month_charges_each_day_at_its_own():
    prices = (replace(SOLO, valid_until=date(2026, 4, 11)), PriceFact(9, "solo", 2, 12_900, date(2026, 4, 11)))

    lines = charges(facts(seat(1, date(2026, 4, 1)), prices=prices), date(2026, 4, 1))

    assert told(lines) == [
        ("proration", "2026-04-01", "2026-04-11", 2_967),
        ("proration", "2026-04-11", "2026-05-01", 8_600),
    ]


def test_quantity_of_an_addon_multiplies_its_price():
    lines = charges(facts(seat(1, date(2026, 4, 1), product="sms", who=None, quantity=3)), date(2026, 4, 1))

    assert (net(lines), lines[0].quantity, lines[0].holder) == (1_500, 3, "Dr None")


def test_pause_of_the_whole_practice_reaches_its_addons():
    april = date(2026, 4, 1)
    pause = Span(april, date(2026, 5, 1))

    assert net(charges(facts(seat(1, april), seat(2, april, product="sms", who=None), pauses=[pause]), april)) == 0


def test_adjustment_is_a_line_of_its_payer():
    extra = AdjustmentFact(7, 2, -1_000, "Geste commercial")

    lines = charges(facts(adjustments=[extra]), date(2026, 4, 1))

    assert [(line.payer_id, line.adjustment_id, line.net_cents, line.label) for line in lines] == [
        (2, 7, -1_000, "Geste commercial")
    ]


def test_day_without_a_price_is_an_error_not_a_gift():
    with pytest.raises(LookupError, match="no price"):
        charges(facts(seat(1, date(2019, 12, 1))), date(2019, 12, 1))


def test_billed_line_of_an_unknown_item_is_an_error():
    with pytest.raises(LookupError, match="not among the facts"):
        charges(facts(), date(2026, 4, 1), [Billed(1, 1, date(2026, 3, 1), date(2026, 4, 1))])


def test_monthly_amount_counts_what_stands_that_day():
    items = [seat(1, date(2026, 4, 1)), seat(2, date(2026, 4, 1), date(2026, 4, 10)), seat(3, date(2026, 5, 1))]

    assert monthly_cents(items, PRICES, date(2026, 4, 10)) == 8_900
    assert price_on(PRICES, "plus", date(2026, 4, 1)) == PLUS


# For any path

MONTHS = st.dates(date(2024, 1, 1), date(2031, 12, 1)).map(month_of)


@st.composite
def paths(draw):
    """A month, and the days at which something changes in it."""
    month = draw(MONTHS)
    days = draw(st.lists(st.integers(0, days_in_month(month)), max_size=6))
    return month, sorted({month + timedelta(days=day) for day in days} | {month, next_month(month)})


@given(paths(), st.integers(0, 100_000))
def test_prorations_of_any_path_through_a_month_sum_to_the_month(path, amount):
    _month, days = path

    assert sum(prorate(amount, since, until) for since, until in pairwise(days)) == amount


@given(paths())
def test_changes_of_payer_and_seat_through_a_month_sum_to_the_month(path):
    month, days = path
    items = [seat(number, since, until, payer=number) for number, (since, until) in enumerate(pairwise(days), 1)]

    assert net(charges(facts(*items), month)) == 8_900


@st.composite
def lives(draw):
    """Facts as they are known at four successive billings: each may rewrite the present and the recent past."""
    days = st.integers(0, 130).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
    versions = []
    for _ in range(4):
        cuts = sorted({date(2026, 1, 1), *draw(st.lists(days, max_size=4))})
        items = [
            seat(100 * index + kind, since, until, product=product, payer=1)
            for index, (since, until) in enumerate(zip(cuts, [*cuts[1:], None], strict=True))
            for kind, product in [draw(st.sampled_from([(1, "solo"), (2, "plus")]))]
        ]
        spans = [Span(min(pair), max(pair)) for pair in draw(st.lists(st.tuples(days, days), max_size=2))]
        free = [Span(min(pair), max(pair)) for pair in draw(st.lists(st.tuples(days, days), max_size=1))]
        versions.append((items, spans, free, draw(st.one_of(st.none(), days))))
    return versions


@given(lives())
def test_invoices_of_any_path_sum_to_what_the_last_facts_owe(versions):
    """However facts changed between four monthly billings, the sum billed is what the final facts owe, to the cent."""
    lines, month, seen = [], date(2026, 1, 1), {}
    for items, pauses, free, charged_from in versions:
        # An item once billed stays among the facts: void, it covers no day.
        seen = {pk: replace(item, ends_on=item.starts_on) for pk, item in seen.items()} | {i.id: i for i in items}
        now = facts(*seen.values(), pauses=pauses, free=free, charged_from=charged_from)
        lines += charges(now, month, billed(lines))
        month = next_month(month)

    assert net(lines) == net(charges(now, months_before(month, 1)))


@given(lives())
def test_billing_a_month_twice_adds_nothing(versions):
    items, pauses, free, charged_from = versions[0]
    now = facts(*items, pauses=pauses, free=free, charged_from=charged_from)
    month = date(2026, 3, 1)

    first = charges(now, month)
    again = charges(now, month, billed(first))

    assert [line for line in again if line.net_cents] == []


@given(lives())
def test_no_day_of_a_seat_is_charged_twice(versions):
    items, pauses, free, charged_from = versions[0]
    lines = charges(facts(*items, pauses=pauses, free=free, charged_from=charged_from), date(2026, 4, 1))

    charged = [line.from_day + timedelta(days=day) for line in lines if line.net_cents for day in range(line.days)]
    assert len(charged) == len(set(charged))
