"""Addresses where billing staff handle money: transfers, payments, refunds, debits."""

from django.urls import path

from billing.views.staff import debits, money

urlpatterns = [
    path("paiements/", money.transfers, name="payments"),
    path("paiements/releves/<uuid:uid>/", money.statement, name="statement"),
    path("paiements/virements/<uuid:uid>/", money.line, name="line"),
    path("paiements/virements/<uuid:uid>/ecarter/", money.ignore, name="line_ignore"),
    path("paiements/saisir/<uuid:payer>/", money.record, name="payment_record"),
    path("paiements/remboursements/", money.refunds, name="refunds"),
    path("paiements/remboursements/<uuid:uid>/", money.refund_act, name="refund_act"),
    path("paiements/prelevements/", debits.debits, name="debits"),
    path("paiements/prelevements/rejets/", debits.bring_returns, name="debit_returns"),
    path("paiements/prelevements/remises/<uuid:uid>/", debits.batch, name="batch"),
    path("paiements/prelevements/remises/<uuid:uid>/fichier/", debits.batch_file, name="batch_file"),
    path("paiements/prelevements/remises/<uuid:uid>/suite/", debits.batch_act, name="batch_act"),
    path("paiements/<uuid:uid>/", money.payment, name="payment"),
    path("paiements/<uuid:uid>/imputer/", money.allocate, name="payment_allocate"),
    path("paiements/<uuid:uid>/imputations/<uuid:allocation>/defaire/", money.undo, name="payment_undo"),
    path("paiements/<uuid:uid>/rembourser/", money.refund, name="payment_refund"),
]
