"""The books for the accountant: months to shut, the accounting file, VAT, what is open by age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import fec
from billing.days import today
from billing.exceptions_books import BookRefusal
from billing.fec_check import FecReport, check
from billing.forms_books import PeriodForm
from billing.money import months_before
from billing.selectors.books import fec_lines, lines_between, months_of, numbers_elsewhere
from billing.selectors.reports import ageing, vat_report
from billing.services.closing import close_month
from billing.spreadsheets import euros, spreadsheet
from core.access import Space, access


@access(resource="billing.books", action="read", spaces={Space.BILLING})
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Months, files and reports; the period chosen is that of the files and of the VAT report."""
    months = months_of(request.actor, today())
    form, days = _period(request, [month.month for month in months])
    context = {
        "months": months,
        "form": form,
        "days": days,
        "vat": vat_report(request.actor, *days) if days else [],
        "sound": _sound(request, *days) if days else None,
        "ageing": ageing(request.actor, today()),
    }
    return render(request, "billing/staff/exports.html", context)


def _sound(request: HttpRequest, first: date, until: date) -> FecReport:
    """What a checker would say of the file of the period."""
    lines = fec.stream(fec_lines(request.actor, first, until))
    return check(lines, numbers_elsewhere(request.actor, first, until))


@access(resource="billing.books", action={"POST": "close"}, spaces={Space.BILLING})
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Shut a month for good."""
    try:
        month = date.fromisoformat(f"{request.POST.get('mois', '')}-01")
        close_month(actor=request.actor, month=month)
    except ValueError:
        messages.error(request, str(BookRefusal("period_wrong").message))
    except BookRefusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Le mois est clôturé\u00a0: plus aucune écriture n’y entrera."))
    return redirect("billing:exports")


@access(resource="billing.books", action="read", spaces={Space.BILLING})
@require_safe
def fec_file(request: HttpRequest) -> HttpResponseBase:
    """The accounting file of the period, line by line."""
    first, until = _days(request)
    name = fec.file_name(settings.BILLING_SELLER.get("siren", ""), _last(until))
    lines = fec.stream(fec_lines(request.actor, first, until))
    response = StreamingHttpResponse(lines, content_type=f"text/plain; charset={fec.ENCODING}")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@access(resource="billing.books", action="read", spaces={Space.BILLING})
@require_safe
def journal_csv(request: HttpRequest) -> HttpResponse:
    """The same lines for a spreadsheet."""
    first, until = _days(request)
    return spreadsheet(f"journaux-{first}-{_last(until)}", _journal(request, first, until))


@access(resource="billing.books", action="read", spaces={Space.BILLING})
@require_safe
def vat_csv(request: HttpRequest) -> HttpResponse:
    first, until = _days(request)
    titles = [_("Taux"), _("Motif d’exonération"), _("Base HT"), _("TVA"), _("TVA au grand livre"), _("TVA exigible")]
    rows = (
        [
            line.rate / 100,
            line.exemption,
            *(euros(cents) for cents in (line.base_cents, line.vat_cents, line.posted_cents, line.due_cents)),
        ]
        for line in vat_report(request.actor, first, until)
    )
    return spreadsheet(f"tva-{first}-{_last(until)}", chain([titles], rows))


@access(resource="billing.books", action="read", spaces={Space.BILLING})
@require_safe
def ageing_csv(request: HttpRequest) -> HttpResponse:
    titles = [
        *(_("Compte"), _("Payeur"), _("Cabinet"), _("Non échu"), _("1 à 30 jours"), _("31 à 60"), _("61 à 90")),
        *(_("Plus de 90"), _("Total TTC")),
    ]
    rows = (
        [row.payer.account, row.payer.name, row.payer.practice.name, *map(euros, row.cents), euros(row.total)]
        for row in ageing(request.actor, today())
    )
    return spreadsheet(f"balance-agee-{today()}", chain([titles], rows))


def _period(request: HttpRequest, months: list[date]) -> tuple[PeriodForm, tuple[date, date] | None]:
    """The period asked for, or the last month that is over, or this one."""
    before = months_before(today().replace(day=1), 1)
    usual = before if before in months else (months[0] if months else None)
    asked = request.GET.get("periode") or (f"{usual:%Y-%m}" if usual else "")
    form = PeriodForm({"periode": asked}, months=months)
    return form, form.days if form.is_valid() else None


def _days(request: HttpRequest) -> tuple[date, date]:
    """Those of the file asked for. Raises Http404 for a period without books."""
    _form, days = _period(request, [month.month for month in months_of(request.actor, today())])
    if days is None:
        raise Http404
    return days


def _last(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)


def _journal(request: HttpRequest, first: date, until: date) -> Iterator[list[Any]]:
    yield [_("Journal"), _("Numéro"), _("Date"), _("Compte"), _("Libellé"), _("Auxiliaire"), _("Pièce"), _("Débit"),
           _("Crédit"), _("Lettre")]  # fmt: skip
    for line in lines_between(request.actor, first, until):
        entry = line.entry
        yield [entry.journal, entry.number, entry.date, line.account, entry.label, line.aux, entry.piece_ref,
               euros(line.debit_cents), euros(line.credit_cents), line.letter]  # fmt: skip
