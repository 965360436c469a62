"""Addresses of billing staff: `/facturation/…`. One module a part."""

from billing.staff_urls import books, invoices

app_name = "billing"

urlpatterns = [
    *books.urlpatterns,
    *invoices.urlpatterns,
]
