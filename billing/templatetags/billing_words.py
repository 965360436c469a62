"""Words of invoices in templates: rates, means of payment, half-open periods, IBANs."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.translation import get_language

from billing.enums import PaymentMethod
from core.phrasing import NBSP, day_text, month_text

register = template.Library()


@register.filter
def rate(basis_points: int) -> str:
    """2000 → « 20 % », 850 → « 8,5 % »."""
    text = f"{basis_points / 100:g}"
    return f"{text}%" if (get_language() or "fr").startswith("en") else text.replace(".", ",") + NBSP + "%"


@register.filter
def means(method: str) -> str:
    """A means of payment by its name."""
    return str(PaymentMethod(method).label)


@register.filter
def month_name(day: date) -> str:
    """« décembre 2026 »."""
    return f"{month_text(day)} {day.year}"


@register.filter
def billed_until(start: date, end: date) -> str:
    """Half-open days: « décembre 2026 » for a whole month, « 15 – 31 mars 2026 » and the like for others."""
    last = end - timedelta(days=1)
    whole = start.day == 1 and end.day == 1 and (start.year, start.month) == (last.year, last.month)
    if whole:
        return month_name(start)
    if start == last:
        return day_text(start, weekday=False, year=True)
    first = day_text(start, weekday=False, year=start.year != last.year)
    return f"{first} – {day_text(last, weekday=False, year=True)}"


@register.filter
def in_fours(iban: str) -> str:
    """An IBAN in groups of four."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
