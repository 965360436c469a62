"""Addresses of a practice's invoices."""

from django.urls import path

from billing.views import invoices

urlpatterns = [
    path("factures/", invoices.invoices, name="invoices"),
    path("factures/<uuid:uid>/", invoices.invoice, name="invoice"),
    path("factures/<uuid:uid>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("factures/<uuid:uid>/factur-x/", invoices.invoice_xml, name="invoice_xml"),
]
