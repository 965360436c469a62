"""Addresses of a practice's subscription, invoices and means of payment: `/cabinet/abonnement/…`. One module a part."""

from billing.practice_urls import invoices, payment, subscription

app_name = "subscription"

urlpatterns = [
    *subscription.urlpatterns,
    *invoices.urlpatterns,
    *payment.urlpatterns,
]
