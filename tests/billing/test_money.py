"""Parts of a month and shares of a sum: no cent is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import allocate, days_in_month, half_up, months_before, next_month, prorate


@pytest.mark.parametrize(
    ("top", "under", "rounded"), [(1, 2, 1), (-1, 2, -1), (149, 100, 1), (150, 100, 2), (-150, 100, -2)]
)
def test_half_up_rounds_halves_away_from_zero(top, under, rounded):
    assert half_up(top, under) == rounded


def test_prorate_rounds_the_rest_of_a_month_half_up():
    # 1 cent and a half for half of a month of 30 days.
    assert prorate(3, date(2026, 4, 16), date(2026, 5, 1)) == 2
    assert prorate(3, date(2026, 4, 1), date(2026, 4, 16)) == 1


@pytest.mark.parametrize(
    ("since", "until"), [(date(2026, 4, 2), date(2026, 5, 2)), (date(2026, 4, 9), date(2026, 4, 8))]
)
def test_prorate_refuses_days_outside_of_one_month(since, until):
    with pytest.raises(ValueError, match="one month"):
        prorate(8_900, since, until)


@given(st.integers(-1_000_000, 1_000_000), st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(sum))
def test_allocation_loses_no_cent_and_stays_within_one(total, weights):
    shares = allocate(total, weights)

    assert sum(shares) == total
    assert all(
        abs(share * sum(weights) - total * weight) < sum(weights) for share, weight in zip(shares, weights, strict=True)
    )


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_allocation_refuses_weights_without_a_sense(weights):
    with pytest.raises(ValueError, match="weights"):
        allocate(100, weights)


def test_allocation_of_a_hundred_in_three_gives_the_first_the_cent():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_months_go_back_as_they_came(day, count):
    month = day.replace(day=1)
    ahead = month
    for _ in range(count % 40):
        ahead = next_month(ahead)

    assert months_before(ahead, count % 40) == month
    assert 28 <= days_in_month(day) <= 31
