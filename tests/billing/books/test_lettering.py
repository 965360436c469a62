"""Which lines settle each other, and the letters they get."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.lettering import letter_of, number_of, settled_groups


def test_an_invoice_and_its_payment_are_a_group():
    assert settled_groups({"F1": 100, "P1": -100, "F2": 50}, [("F1", "P1")]) == [["F1", "P1"]]


def test_a_part_payment_is_not():
    assert settled_groups({"F1": 100, "P1": -60}, [("F1", "P1")]) == []


def test_one_payment_of_two_invoices_and_a_credit_note_is_one_group():
    cents = {"F1": 100, "F2": 50, "A1": -30, "P1": -120}

    assert settled_groups(cents, [("F1", "P1"), ("F2", "P1"), ("F2", "A1")]) == [["F1", "F2", "A1", "P1"]]


def test_rows_that_merely_sum_to_nothing_are_not_a_group():
    assert settled_groups({"F1": 100, "P9": -100}, []) == []


def test_a_group_with_something_missing_waits():
    assert settled_groups({"F1": 100, "P1": -100}, [("F1", "P1"), ("F0", "P1")]) == []


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.integers(0, 9), st.integers(-5, 5), max_size=10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12),
)
def test_every_group_sums_to_nothing_and_no_row_is_in_two(cents, links):
    groups = settled_groups(cents, links)

    assert all(sum(cents[node] for node in nodes) == 0 for nodes in groups)
    assert len({node for nodes in groups for node in nodes}) == sum(map(len, groups))


@pytest.mark.parametrize(("number", "letter"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_letters_follow_each_other_as_columns_do(number, letter):
    assert (letter_of(number), number_of(letter)) == (letter, number)
