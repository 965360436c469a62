"""The months to bill: what a run would issue, how far it is, what is blocked, and the acts on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.days import today
from billing.forms_invoice import MonthForm
from billing.money import next_month
from billing.selectors.run import blocked_of, payers_of, prepare, previewed, progress_of, run_by, runs_of
from billing.services.run import pause_run, rerun_blocked, resume_run, start_run
from core.access import Space, access

PER_PAGE = 20
ACTS = {"pause": pause_run, "resume": resume_run, "rerun": rerun_blocked}


@access(resource="billing.invoicerun", action={"GET": "read", "POST": "keep"}, spaces={Space.BILLING})
@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: HttpRequest) -> HttpResponse:
    """The months, and the form that begins one."""
    form = MonthForm(request.POST or None, today=today())
    if request.method == "POST" and form.is_valid():
        run = start_run(actor=request.actor, month=form.month)
        messages.success(request, _("La clôture est commencée : elle continue même si vous quittez cette page."))
        return redirect("billing:run", run.uid)
    context = {"form": form, "runs": runs_of(request.actor)}
    return render(request, "billing/staff/runs.html", context, status=422 if form.is_bound else 200)


@access(resource="billing.invoicerun", action="read", spaces={Space.BILLING})
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """What each payer would get, a page at a time; nothing is written."""
    form = MonthForm(request.GET or None, today=today())
    month = form.month if form.is_valid() else next_month(today())
    page = Paginator(payers_of(month), PER_PAGE).get_page(request.GET.get("page"))
    lines = previewed(prepare(list(page), month))
    context = {"form": form, "month": month, "page": page, "lines": lines, "page_query": f"mois={month:%Y-%m}&"}
    return render(request, "billing/staff/run_preview.html", context)


@access(resource="billing.invoicerun", action={"GET": "read", "POST": "keep"}, spaces={Space.BILLING})
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a run is; pause it, resume it, take up what is blocked."""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is not None:
            act(actor=request.actor, run=uid)
        return redirect("billing:run", uid)
    found = run_by(request.actor, uid)
    page = Paginator(blocked_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"run": found, "progress": progress_of(found), "page": page}
    return render(request, "billing/staff/run.html", context)
