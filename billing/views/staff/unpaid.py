"""The unpaid: who is late, what was done, what comes next, and acts on several at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from billing.days import today
from billing.exceptions_books import BookRefusal
from billing.forms_books import HoldForm
from billing.models import Invoice
from billing.selectors.unpaid import Late, late_of, overdue_for
from billing.services import dunning
from billing.spreadsheets import euros, spreadsheet
from core.access import Space, access

PER_PAGE = 50


@access(resource="billing.dunning", action={"GET": "read", "POST": "act"}, spaces={Space.BILLING})
@require_http_methods(["GET", "HEAD", "POST"])
def unpaid(request: HttpRequest) -> HttpResponse:
    """The list; a POST acts on the invoices chosen."""
    if request.method == "POST":
        _act(request, _chosen(request))
        return redirect("billing:unpaid")
    rows = overdue_for(request.actor)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "late": late_of(page), "hold": HoldForm()}
    return render(request, "billing/staff/unpaid.html", context)


@access(resource="billing.dunning", action="read", spaces={Space.BILLING})
@require_safe
def unpaid_csv(request: HttpRequest) -> HttpResponse:
    return spreadsheet(f"impayes-{today()}", _lines(late_of(overdue_for(request.actor))))


def _chosen(request: HttpRequest) -> list[UUID]:
    found = []
    for word in request.POST.getlist("facture")[:500]:
        try:
            found.append(UUID(word))
        except ValueError:
            continue
    return found


def _act(request: HttpRequest, chosen: Sequence[UUID]) -> None:
    act = request.POST.get("act", "")
    try:
        if not chosen:
            raise BookRefusal("nothing_chosen")
        if act == "remind":
            sent, refused = dunning.remind_many(actor=request.actor, invoices=chosen)
            _say(request, sent, refused)
        elif act == "release":
            for uid in chosen:
                dunning.end_hold(actor=request.actor, invoice=uid)
            messages.success(request, _("Les relances reprennent."))
        elif act == "hold":
            _hold(request, chosen)
        else:
            raise BookRefusal("act_unknown")
    except BookRefusal as refusal:
        messages.error(request, str(refusal.message))


def _hold(request: HttpRequest, chosen: Sequence[UUID]) -> None:
    """Each invoice by itself, so that one refusal stops no other."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Dites pourquoi, et jusqu’à quand pour un sursis."))
        return
    done = 0
    for uid in chosen:
        try:
            dunning.hold(
                actor=request.actor,
                invoice=uid,
                until=form.cleaned_data["until"],
                reason=form.cleaned_data["reason"],
            )
        except BookRefusal as refusal:
            messages.error(request, str(refusal.message))
        else:
            done += 1
    if done:
        messages.success(request, ngettext("%(n)d facture traitée.", "%(n)d factures traitées.", done) % {"n": done})


def _say(request: HttpRequest, sent: int, refused: dict[str, str]) -> None:
    if sent:
        messages.success(request, ngettext("%(n)d relance envoyée.", "%(n)d relances envoyées.", sent) % {"n": sent})
    for code in sorted(set(refused.values())):
        messages.error(request, str(BookRefusal(code).message))


def _lines(rows: Sequence[Late]) -> Iterator[list[Any]]:
    yield [_("Facture"), _("Cabinet"), _("Payeur"), _("Échéance"), _("Retard (jours)"), _("Relance"), _("Reste dû TTC")]
    for row in rows:
        invoice: Invoice = row.invoice
        act = row.act.label if row.act else ""
        yield [
            invoice.reference,
            invoice.practice.name,
            invoice.payer.name,
            invoice.due_date,
            row.days,
            act,
            euros(row.open_cents),
        ]
