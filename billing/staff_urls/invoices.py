"""Addresses of the months to bill and of one invoice, for billing staff."""

from django.urls import path

from billing.views.staff import invoices, recovery, runs

urlpatterns = [
    path("cloture-mensuelle/", runs.runs, name="runs"),
    path("cloture-mensuelle/apercu/", runs.preview, name="run_preview"),
    path("cloture-mensuelle/<uuid:uid>/", runs.run, name="run"),
    path("factures/<uuid:uid>/", invoices.invoice, name="invoice"),
    path("factures/<uuid:uid>/avoir/", invoices.credit_note, name="credit"),
    path("factures/<uuid:uid>/frais/", recovery.recovery, name="recovery"),
    path("factures/<uuid:uid>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("factures/<uuid:uid>/factur-x/", invoices.invoice_xml, name="invoice_xml"),
]
