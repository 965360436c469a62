"""The bars of the recurring revenue, from zero, with round gridlines. Pure: what the template draws, in SVG units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.phrasing import month_text, price_text

WIDTH, HEIGHT, _GAP = 600, 180, 0.3


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    is_now: bool


@dataclass(frozen=True, slots=True)
class RevenueChart:
    """`rows`: month in words and amount, for the table that says the same. `sentence` is the chart for who cannot see it."""

    bars: Sequence[Bar]
    lines: Sequence[tuple[float, str]]
    rows: Sequence[tuple[str, str, int]]
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(months: Sequence[tuple[date, int, int]]) -> RevenueChart:
    """From (first day, cents, seats) of each month, oldest first."""
    top = _ceiling(max((cents for _month, cents, _seats in months), default=0))
    step = WIDTH / max(len(months), 1)
    bars = [
        Bar(
            round(index * step + step * _GAP / 2, 1),
            round(HEIGHT - HEIGHT * cents / top, 1),
            round(step * (1 - _GAP), 1),
            round(HEIGHT * cents / top, 1),
            index == len(months) - 1,
        )
        for index, (_month, cents, _seats) in enumerate(months)
    ]
    lines = [
        (round(HEIGHT - HEIGHT * part / 3, 1), price_text(top * part // 3, short=True)) for part in range(3, -1, -1)
    ]
    rows = [
        (f"{month_text(month)} {month.year}", price_text(cents, short=True), seats) for month, cents, seats in months
    ]
    return RevenueChart(bars, lines, rows, _sentence(rows))


def _ceiling(cents: int) -> int:
    """The first round amount, of three equal parts, above this one."""
    unit = 30_000
    while unit < cents:
        for factor in (2, 5, 10):
            if unit * factor >= cents:
                return unit * factor
        unit *= 10
    return unit


def _sentence(rows: Sequence[tuple[str, str, int]]) -> str:
    if not rows:
        return _("Aucun mois à montrer.")
    first, last = rows[0], rows[-1]
    return _("Revenu mensuel récurrent\u00a0: de %(first)s en %(since)s à %(last)s en %(now)s.") % {
        "first": first[1],
        "since": first[0],
        "last": last[1],
        "now": last[0],
    }
