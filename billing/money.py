"""Amounts in whole cents: parts of a month, and shares of a sum, without a cent lost. Pure. The VAT is in `billing.vat`.

A month is the anchor: a day is worth one over the number of days of its own month, and the day that something starts
counts whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest whole, halves away from zero. `denominator` is positive."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_before(month: date, count: int) -> date:
    """The first day of the month `count` months before."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def days_in_month(day: date) -> int:
    return (next_month(day) - month_of(day)).days


def prorate(amount_cents: int, from_day: date, until_day: date) -> int:
    """What the days [from_day, until_day) of one month cost when the whole month costs `amount_cents`.

    The rest of the month from a day on is rounded half-up, and the days between two dates are the difference of two such
    rests: however a month is cut, its parts add up to it. Raises ValueError for days of two months.
    """
    first, after = month_of(from_day), next_month(from_day)
    if not first <= from_day <= until_day <= after:
        raise ValueError("a proration lies within one month")
    length = (after - first).days

    def rest(day: date) -> int:
        return half_up(amount_cents * (after - day).days, length)

    return rest(from_day) - rest(until_day)


def allocate(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Share a sum by weights: the shares add up to it, and none is a cent or more away from its exact part.

    The cents that rounding leaves go to the largest remainders, the first among equals. Raises ValueError for no weight,
    a negative one, or none above zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are positive")
    sign = -1 if total_cents < 0 else 1
    exact = [divmod(abs(total_cents) * weight, whole) for weight in weights]
    shares = [share for share, _ in exact]
    left = abs(total_cents) - sum(shares)
    for position in sorted(range(len(weights)), key=lambda index: (-exact[index][1], index))[:left]:
        shares[position] += 1
    return [sign * share for share in shares]
