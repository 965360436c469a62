"""A practice's invoices: the list, one explained line by line, its PDF and its XML."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.downloads import file_response
from billing.enums_invoice import FileKind
from billing.selectors.invoices import invoice_by, practice_invoices, sheet_of
from billing.services.papers import file_of
from core.access import Space, access

PER_PAGE = 24


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    page = Paginator(practice_invoices(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/invoices/list.html", {"page": page})


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
@require_safe
def invoice(request: HttpRequest, uid: UUID) -> HttpResponse:
    return render(request, "billing/invoices/invoice.html", {"sheet": sheet_of(request.actor, uid=uid)})


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
@require_safe
def invoice_pdf(request: HttpRequest, uid: UUID) -> HttpResponse:
    return file_response(file_of(invoice_by(request.actor, uid=uid), FileKind.PDF))


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
@require_safe
def invoice_xml(request: HttpRequest, uid: UUID) -> HttpResponse:
    return file_response(file_of(invoice_by(request.actor, uid=uid), FileKind.XML))
