"""Cells of the CSV files people open in a spreadsheet: a text that would be a formula there stays a text."""

from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


def cell(value: Any) -> str:
    """A number as it is, nothing for None, and a text that no spreadsheet computes (a quote before `= + - @` and controls)."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value).replace(".", ",") if isinstance(value, float) else str(value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text
