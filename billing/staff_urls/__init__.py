"""Addresses of billing staff: `/facturation/…`. One module a part."""

from billing.staff_urls import books, invoices, payment

app_name = "billing"

urlpatterns = [
    *books.urlpatterns,
    *invoices.urlpatterns,
    *payment.urlpatterns,
]
