"""The invoices of the current practice, and their files. Owners and accountants."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.invoice_shapes import InvoiceDetailSerializer, InvoiceSerializer
from billing.downloads import file_response
from billing.enums_invoice import FileKind
from billing.selectors.invoices import detailed, invoice_by, practice_invoices
from billing.services.papers import file_of
from core.access import Space, access
from core.api import ApiView
from core.api.views import Refusals


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
class InvoicesView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(responses=InvoiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Invoices and credit notes, latest first."""
        return self.page(practice_invoices(request.actor), InvoiceSerializer)


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
class InvoiceView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(responses=InvoiceDetailSerializer)
    def get(self, request: Request, number: str) -> Response:
        """One of them, with its lines and its VAT."""
        return Response(InvoiceDetailSerializer(detailed(request.actor, number)).data)


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
class InvoicePdfView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> HttpResponse:
        """The PDF/A-3, with its electronic form inside (Factur-X, profile EN 16931)."""
        return file_response(file_of(invoice_by(request.actor, reference=number), FileKind.PDF))


@access(resource="billing.invoice", action="read", spaces={Space.PRACTICE})
class InvoiceXmlView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> HttpResponse:
        """The electronic form alone (Cross Industry Invoice)."""
        return file_response(file_of(invoice_by(request.actor, reference=number), FileKind.XML))
