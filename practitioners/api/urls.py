"""Addresses of the API of practitioners and practices."""

from django.urls import path

from practitioners.api import agendas, visit_reasons

app_name = "practitioners_api"

urlpatterns = [
    path("agendas", agendas.AgendasView.as_view(), name="agendas"),
    path("agendas/<uuid:uid>", agendas.AgendaView.as_view(), name="agenda"),
    path("visit-reasons", visit_reasons.VisitReasonsView.as_view(), name="visit_reasons"),
    path("visit-reasons/<uuid:uid>", visit_reasons.VisitReasonView.as_view(), name="visit_reason"),
    path("visit-reasons/<uuid:uid>/offers/<uuid:agenda>", visit_reasons.OfferView.as_view(), name="offer"),
]
