"""Addresses of billing in the API, as in the contract."""

from django.urls import path

from billing.api import invoices, subscription

app_name = "billing_api"

urlpatterns = [
    path("billing/subscription", subscription.SubscriptionView.as_view(), name="subscription"),
    path("billing/invoices", invoices.InvoicesView.as_view(), name="invoices"),
    path("billing/invoices/<str:number>", invoices.InvoiceView.as_view(), name="invoice"),
    path("billing/invoices/<str:number>/pdf", invoices.InvoicePdfView.as_view(), name="invoice_pdf"),
    path("billing/invoices/<str:number>/xml", invoices.InvoiceXmlView.as_view(), name="invoice_xml"),
]
