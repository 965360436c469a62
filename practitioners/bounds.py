"""The numbers a practice may choose, and between which limits (both included)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from practitioners.exceptions import Refusal

Bounds = tuple[int, int]

A_YEAR_OF_MINUTES = 366 * 24 * 60

AGENDA: Mapping[str, Bounds] = {
    "repeat_limit_days": (0, 366),
    "upcoming_limit": (1, 50),
}
REASON: Mapping[str, Bounds] = {
    "tint": (1, 6),
    "position": (0, 1_000),
}
# Minutes, days or cents, as the name says.
OFFER: Mapping[str, Bounds] = {
    "duration_minutes": (5, 480),
    "step_minutes": (5, 480),
    "buffer_before_minutes": (0, 240),
    "buffer_after_minutes": (0, 240),
    "notice_minutes": (0, A_YEAR_OF_MINUTES),
    "horizon_days": (1, 366),
    "change_until_minutes": (0, A_YEAR_OF_MINUTES),
    "daily_quota": (1, 288),
    "price_cents": (0, 1_000_000),
}


def check_bounds(values: Mapping[str, Any], bounds: Mapping[str, Bounds]) -> None:
    """Refuse the first number outside of its limits; None (no limit, no price) passes.

    Raises `value_out_of_range`, with the field and its limits.
    """
    for field, (low, high) in bounds.items():
        value = values.get(field)
        if value is not None and not low <= value <= high:
            raise Refusal("value_out_of_range", field=field, minimum=low, maximum=high)
