"""Addresses of the summary, the unpaid, the practices as payers, the months of the books and the exports."""

from django.urls import path

from billing.views.staff import exports, home, practices, unpaid

urlpatterns = [
    path("", home.home, name="home"),
    path("factures/", practices.papers, name="papers"),
    path("impayes/", unpaid.unpaid, name="unpaid"),
    path("impayes/csv/", unpaid.unpaid_csv, name="unpaid_csv"),
    path("cabinets/", practices.practices, name="practices"),
    path("cabinets/<uuid:uid>/", practices.practice, name="practice"),
    path("cabinets/<uuid:uid>/offrir/", practices.free_months, name="free_months"),
    path("cabinets/<uuid:uid>/ajustements/<uuid:adjustment>/retirer/", practices.withdraw, name="withdraw"),
    path("exports/", exports.exports, name="exports"),
    path("exports/cloturer/", exports.close, name="close_month"),
    path("exports/fec/", exports.fec_file, name="fec"),
    path("exports/journaux/", exports.journal_csv, name="journal_csv"),
    path("exports/tva/", exports.vat_csv, name="vat_csv"),
    path("exports/balance-agee/", exports.ageing_csv, name="ageing_csv"),
]
