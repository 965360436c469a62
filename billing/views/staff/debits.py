"""SEPA debits for billing staff: what is announced, the files, what banks gave back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.bank_returns import MOST_BYTES
from billing.days import today
from billing.debit_calendar import earliest_file
from billing.forms_payment import FileForm, UntilForm, show_refusal
from billing.return_codes import read_code
from billing.selectors import money_desk
from billing.services import debit_files, debit_returns
from core.access import Space, access
from core.exceptions import DomainError

STAFF = {Space.BILLING}
PER_PAGE = 50


@access(resource="billing.debit", action={"GET": "collect", "POST": "collect"}, spaces=STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def debits(request: HttpRequest) -> HttpResponse:
    """What is announced by day, and the form that puts it in a file."""
    form = UntilForm(request.POST or None, initial={"until": earliest_file(today())})
    if request.method == "POST" and form.is_valid():
        try:
            made = debit_files.prepare_batches(actor=request.actor, until=form.cleaned_data["until"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            said = ngettext("%(n)d fichier est prêt.", "%(n)d fichiers sont prêts.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect("billing:batch", made[0].uid)
    context = {
        "form": form,
        "returns_form": FileForm(auto_id="returns_%s"),
        "announced": money_desk.announced(request.actor),
        "batches": money_desk.batches(request.actor),
        "returned": [(one, read_code(one.return_code)) for one in money_desk.returned_lately(request.actor)],
        "imports": money_desk.returns(request.actor),
    }
    return render(request, "billing/payment/staff_debits.html", context, status=422 if form.errors else 200)


@access(resource="billing.debit", action="collect", spaces=STAFF)
@require_safe
def batch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One file: its debits, until when it must leave."""
    found = money_desk.batch_by(request.actor, uid)
    page = Paginator(money_desk.debits_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"batch": found, "page": page, "late": found.state == "prepared" and today() > found.send_by}
    return render(request, "billing/payment/staff_batch.html", context)


@access(resource="billing.debit", action="collect", spaces=STAFF)
@require_POST
def batch_file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file itself, which holds accounts: asked for by a button, kept by no cache, noted in the journal."""
    name, content = debit_files.batch_file(actor=request.actor, batch=uid)
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@access(resource="billing.debit", action="collect", spaces=STAFF)
@require_POST
def batch_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """« Remis à la banque », or « Annuler »."""
    try:
        if "annuler" in request.POST:
            debit_files.cancel_batch(actor=request.actor, batch=uid)
            messages.success(request, _("La remise est annulée\u00a0; ses prélèvements attendent la suivante."))
        else:
            debit_files.mark_sent(actor=request.actor, batch=uid)
            messages.success(request, _("La remise est notée comme envoyée."))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("billing:batch", uid)


@access(resource="billing.debit", action="collect", spaces=STAFF)
@require_POST
def bring_returns(request: HttpRequest) -> HttpResponse:
    """A file of the bank: each return undoes its debit once."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, _("Choisissez un fichier."))
        return redirect("billing:debits")
    try:
        brought = debit_returns.import_returns(actor=request.actor, raw=form.cleaned_data["file"].read(MOST_BYTES + 1))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        count = len(brought.report["applied"])
        said = ngettext("%(n)d rejet est appliqué.", "%(n)d rejets sont appliqués.", count)
        messages.success(request, said % {"n": count})
        if strange := len(brought.report["unknown"]) + len(brought.report["differs"]):
            said = ngettext("%(n)d ligne est à examiner.", "%(n)d lignes sont à examiner.", strange)
            messages.warning(request, said % {"n": strange})
    return redirect("billing:debits")
