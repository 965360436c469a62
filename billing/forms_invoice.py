"""Forms of billing staff about months and credit notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.money import month_of, months_before, next_month
from billing.selectors.invoices import Explained
from core.forms import CleanCharField, OnceForm
from core.phrasing import month_text


class MonthForm(OnceForm):
    """The month to bill: the next one, this one, or one of the three before."""

    mois = forms.ChoiceField(label=_("Mois"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = next_month(today)
        months = [first, *(months_before(first, count) for count in range(1, 5))]
        field: Any = self.fields["mois"]
        field.choices = [(f"{one:%Y-%m}", f"{month_text(one)} {one.year}") for one in months]
        field.initial = f"{month_of(today):%Y-%m}"

    @property
    def month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['mois']}-01")


class CreditForm(OnceForm):
    """A credit note: a reason, and an amount before tax for each line, or nothing for all that is left."""

    reason = CleanCharField(label=_("Motif, imprimé sur l’avoir"), max_length=300)
    rebill = forms.BooleanField(
        label=_("Facturer de nouveau ces jours à la prochaine clôture"), required=False, help_text=_("Lignes entières.")
    )

    def __init__(self, *args: Any, lines: Sequence[Explained] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.positions = [one.line.position for one in lines if one.line.net_cents > 0]
        for one in lines:
            if one.line.net_cents > 0:
                self.fields[f"line_{one.line.position}"] = forms.DecimalField(
                    label=one.line.label,
                    required=False,
                    min_value=Decimal("0.01"),
                    max_value=Decimal(one.line.net_cents) / 100,
                    decimal_places=2,
                    localize=True,
                )

    @property
    def amounts(self) -> dict[int, int] | None:
        """Cents by position; None when no line is named: all that is left."""
        found = {
            position: int(cents * 100)
            for position in self.positions
            if (cents := self.cleaned_data.get(f"line_{position}"))
        }
        return found or None

    def line_fields(self) -> list[forms.BoundField]:
        return [self[f"line_{position}"] for position in self.positions]
