"""Addresses of a practice's means of payment."""

from django.urls import path

from billing.views import means, settling

urlpatterns = [
    path("paiement/", means.means, name="payment"),
    path("paiement/payeurs/<uuid:payer>/mandat/", means.sign, name="mandate_sign"),
    path("paiement/mandats/<uuid:uid>/compte/", means.account, name="mandate_account"),
    path("paiement/mandats/<uuid:uid>/revoquer/", means.revoke, name="mandate_revoke"),
    path("paiement/payeurs/<uuid:payer>/carte/", means.start_card, name="card_start"),
    path("paiement/cartes/<uuid:uid>/", means.card, name="card"),
    path("paiement/cartes/<uuid:uid>/retirer/", means.remove_card, name="card_remove"),
    path("paiement/factures/<uuid:uid>/carte/", means.pay, name="invoice_pay"),
    path("paiement/factures/<uuid:uid>/", settling.settle, name="invoice_settle"),
]
