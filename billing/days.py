"""The calendar of billing: days are dates in Paris, whatever the zone of the practice (product.md, case 70)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from core import clock

PARIS = ZoneInfo("Europe/Paris")


def today() -> date:
    return clock.today(PARIS)
