"""Forms of billing staff about late invoices, amounts and the books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Payer
from core.forms import CleanCharField, OnceForm
from core.phrasing import month_text


class HoldForm(forms.Form):
    """Until when nothing is sent, and why."""

    until = forms.DateField(label=_("Jusqu’au"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = CleanCharField(label=_("Pourquoi"), max_length=300)


class RecoveryForm(OnceForm):
    """What of the forty euros and of the interest is charged, and why: only what is due is offered."""

    what = forms.MultipleChoiceField(label=_("À facturer"), widget=forms.CheckboxSelectMultiple)
    reason = CleanCharField(label=_("Pourquoi, pour nous"), max_length=300)

    def __init__(self, *args: Any, due: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.choices = due
        field.initial = [code for code, _label in due]


class AdjustForm(OnceForm):
    """An amount before tax on the next invoice: what is printed, and why for us."""

    payer = forms.ChoiceField(label=_("Payeur"))
    amount = forms.DecimalField(
        label=_("Montant HT en euros"),
        help_text=_("Négatif pour rendre\u00a0: -10,00"),
        max_digits=8,
        decimal_places=2,
        localize=True,
    )
    label = CleanCharField(label=_("Texte imprimé sur la facture"), max_length=120)
    reason = CleanCharField(label=_("Motif, pour nous"), max_length=400)

    def __init__(self, *args: Any, payers: Iterable[Payer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        still_paying = [(str(payer.uid), payer.name) for payer in payers if payer.closed_on is None]
        self.fields["payer"].choices = still_paying  # type: ignore[attr-defined]

    @property
    def cents(self) -> int:
        return int(self.cleaned_data["amount"] * Decimal(100))


class FreeMonthsForm(OnceForm):
    """Whole months offered from the next one on."""

    months = forms.IntegerField(label=_("Mois offerts"), min_value=1, max_value=12, initial=1)
    reason = CleanCharField(label=_("Pourquoi"), max_length=160)


class PeriodForm(forms.Form):
    """A month or a whole year of the books."""

    periode = forms.ChoiceField(label=_("Période"))

    def __init__(self, *args: Any, months: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(months)
        years = sorted({month.year for month in known}, reverse=True)
        choices = [
            *((f"{month:%Y-%m}", f"{month_text(month)} {month.year}") for month in known),
            *((str(year), _("année %(year)s") % {"year": year}) for year in years),
        ]
        self.fields["periode"].choices = choices  # type: ignore[attr-defined]

    @property
    def days(self) -> tuple[date, date]:
        """The first day, and the day after the last."""
        chosen = self.cleaned_data["periode"]
        year, _, month = chosen.partition("-")
        if not month:
            return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
        first = date(int(year), int(month), 1)
        return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
