"""Addresses of the subscription itself, its seats, payers and pauses."""

from django.urls import path

from billing.views import pauses, payers, seats, subscription

urlpatterns = [
    path("", subscription.home, name="home"),
    path("souscrire/", subscription.start, name="start"),
    path("options/", subscription.addons, name="addons"),
    path("quitter/", subscription.leave, name="leave"),
    path("rester/", subscription.stay, name="stay"),
    path("places/ajouter/", seats.add, name="seat_add"),
    path("places/<uuid:practitioner>/", seats.change, name="seat"),
    path("places/<uuid:practitioner>/retirer/", seats.remove, name="seat_remove"),
    path("payeurs/ajouter/", payers.add, name="payer_add"),
    path("payeurs/<uuid:uid>/", payers.change, name="payer"),
    path("payeurs/<uuid:uid>/habituel/", payers.usual, name="payer_usual"),
    path("payeurs/<uuid:uid>/fermer/", payers.close, name="payer_close"),
    path("pause/", pauses.add, name="pause"),
    path("pause/<uuid:uid>/reprendre/", pauses.end, name="pause_end"),
]
