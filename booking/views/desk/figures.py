"""The practice's figures: four numbers, one chart with its table, lines by agenda and by reason, and a CSV of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.forms_figures import PeriodForm
from booking.selectors.figures import FEWEST, Bar, Figures, Tally, agendas_counted, figures_of, last_days
from core import clock, phrasing
from core.access import Actor, Space, access
from core.csv_cells import cell
from practitioners.models import Agenda

HEIGHT, WIDTH = 160, 600


@access(resource="booking.figures", action="read", spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD"])
def figures(request: HttpRequest) -> HttpResponse:
    form, found, agendas = _asked(request)
    context: dict[str, Any] = {"form": form, "figures": found, "agendas": agendas, "fewest": FEWEST}
    if found is not None:
        context |= {"chart": _chart(found.bars), "query": request.GET.urlencode()}
    return render(request, "desk/figures.html", context, status=422 if form.errors else 200)


@access(resource="booking.figures", action="read", spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD"])
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The lines of the page, for a spreadsheet: semicolons, a byte order mark, and no text that computes."""
    form, found, _agendas = _asked(request)
    if found is None:
        return render(request, "desk/figures.html", {"form": form, "figures": None, "agendas": []}, status=422)
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    for row in _rows(found):
        writer.writerow([cell(value) for value in row])
    response = HttpResponse("\ufeff" + output.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"activite-{found.first_day:%Y-%m-%d}-{found.last_day:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(request: HttpRequest) -> tuple[PeriodForm, Figures | None, Sequence[Agenda]]:
    """The form as it was sent (or the last ninety days), and the figures when it holds."""
    actor: Actor = request.actor
    agendas = agendas_counted(actor)
    zone = ZoneInfo(agendas[0].location.timezone) if agendas else ZoneInfo("Europe/Paris")
    first, last = last_days(clock.now(), zone)
    choices = [(str(row.uid), f"{row.practitioner.display_name}, {row.location.name}") for row in agendas]
    sent = {name: request.GET[name] for name in ("du", "au", "agenda") if name in request.GET}
    shown = {"du": first.isoformat(), "au": last.isoformat(), **sent}
    form = PeriodForm(shown, agendas=choices)
    if not form.is_valid():
        return form, None, agendas
    wanted = form.cleaned_data
    found = figures_of(
        actor,
        agendas,
        first_day=wanted["du"],
        last_day=wanted["au"],
        agenda=UUID(wanted["agenda"]) if wanted["agenda"] else None,
    )
    return form, found, agendas


def _chart(bars: Sequence[Bar]) -> dict[str, Any]:
    """Bars from zero on a scale that ends at a round number, four gridlines, and the sentence that says the same."""
    most = max((bar.visits for bar in bars), default=0)
    top = _round_up(most)
    step = WIDTH / max(len(bars), 1)
    drawn = []
    for number, bar in enumerate(bars):
        height = round(HEIGHT * bar.visits / top, 1)
        drawn.append(
            {
                "x": f"{number * step + step * 0.1:.1f}",
                "y": f"{HEIGHT - height:.1f}",
                "width": f"{step * 0.8:.1f}",
                "height": f"{height:.1f}",
                "is_now": bar.is_now,
            }
        )
    total = sum(bar.visits for bar in bars)
    sentence = ngettext("%(count)s rendez-vous sur la période.", "%(count)s rendez-vous sur la période.", total)
    sentence = sentence % {"count": total}
    if total:
        best = max(bars, key=lambda bar: bar.visits)
        sentence += " " + _("Le plus\u00a0: %(visits)s, %(when)s.") % {"visits": best.visits, "when": _when(best)}
    return {
        "bars": drawn,
        "rows": [(_when(bar), bar.visits) for bar in bars],
        "lines": [f"{HEIGHT * part / 4:.1f}" for part in range(4)],
        "width": WIDTH,
        "height": HEIGHT,
        "top": top,
        "sentence": sentence,
    }


def _when(bar: Bar) -> str:
    if bar.first == bar.last:
        return phrasing.day_text(bar.first, weekday=False)
    return phrasing.range_text(bar.first, bar.last)


def _round_up(most: int) -> int:
    """The round number at or above, divisible by four so that the gridlines are whole: 4, 8, 20, 40, 80, 200…"""
    top = 4
    for factor in cycle((2, 2.5, 2)):
        if top >= most:
            return top
        top = int(top * factor)
    return top


def _rows(found: Figures) -> Iterator[Sequence[Any]]:
    yield (
        _("Par"),
        _("Nom"),
        _("Rendez-vous"),
        _("Minutes ouvertes"),
        _("Minutes prises"),
        _("Remplissage (%)"),
        _("Délai médian (jours)"),
        _("Absents"),
        _("Annulés par le patient"),
        _("Annulés par le cabinet"),
        _("Nouveaux patients"),
    )
    yield _row(_("Ensemble"), found.whole)
    for line in found.by_agenda:
        yield _row(_("Agenda"), line)
    for line in found.by_reason:
        yield _row(_("Motif"), line)


def _row(kind: str, line: Tally) -> Sequence[Any]:
    opened = line.opened is not None
    return (
        kind,
        line.label,
        line.visits,
        line.opened,
        line.filled if opened else None,
        line.fill_rate,
        line.lead_days,
        line.no_shows,
        line.by_patient,
        line.by_practice,
        line.newcomers,
    )
