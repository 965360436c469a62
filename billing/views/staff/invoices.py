"""One invoice for billing staff, and the credit note that corrects it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.downloads import file_response
from billing.enums_invoice import FileKind
from billing.exceptions_invoice import InvoiceRefusal
from billing.forms_invoice import CreditForm
from billing.selectors.invoices import invoice_by, sheet_of
from billing.services.crediting import credit
from billing.services.papers import file_of
from core.access import Space, access
from core.forms import with_new_token
from core.idempotency import claim_of


@access(resource="billing.invoice", action="read", spaces={Space.BILLING})
@require_safe
def invoice(request: HttpRequest, uid: UUID) -> HttpResponse:
    return render(request, "billing/staff/invoice.html", {"sheet": sheet_of(request.actor, uid=uid)})


@access(resource="billing.invoice", action="read", spaces={Space.BILLING})
@require_safe
def invoice_pdf(request: HttpRequest, uid: UUID) -> HttpResponse:
    return file_response(file_of(invoice_by(request.actor, uid=uid), FileKind.PDF))


@access(resource="billing.invoice", action="read", spaces={Space.BILLING})
@require_safe
def invoice_xml(request: HttpRequest, uid: UUID) -> HttpResponse:
    return file_response(file_of(invoice_by(request.actor, uid=uid), FileKind.XML))


@access(resource="billing.invoice", action="credit", spaces={Space.BILLING})
@require_http_methods(["GET", "HEAD", "POST"])
def credit_note(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct an invoice, in part or in whole."""
    sheet = sheet_of(request.actor, uid=uid)
    form = CreditForm(request.POST or None, lines=sheet.lines)
    if request.method == "POST" and form.is_valid():
        try:
            note = credit(
                actor=request.actor,
                invoice=uid,
                reason=form.cleaned_data["reason"],
                amounts=form.amounts,
                rebill=form.cleaned_data["rebill"],
                claim=claim_of(request),
            )
        except InvoiceRefusal as refusal:
            form = CreditForm(with_new_token(request), lines=sheet.lines)
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("L’avoir %(reference)s est émis.") % {"reference": note.reference})
            return redirect("billing:invoice", note.uid)
    context = {"sheet": sheet, "form": form}
    return render(request, "billing/staff/credit.html", context, status=422 if form.is_bound else 200)
