"""Addresses of one visit at the desk: booking, moving, history, undo."""

from django.urls import URLPattern, path

from booking.views.desk import visits, visits_book, visits_move, visits_series

urlpatterns: list[URLPattern] = [
    path("rendez-vous/nouveau/", visits_book.book, name="book"),
    path("rendez-vous/serie/", visits_series.series, name="series"),
    path("rendez-vous/retour/<uuid:uid>/", visits.undo, name="undo"),
    path("rendez-vous/<uuid:uid>/", visits.show, name="visit"),
    path("rendez-vous/<uuid:uid>/deplacer/", visits_move.move, name="move"),
    path("rendez-vous/<uuid:uid>/annuler/", visits.cancel, name="cancel"),
    path("rendez-vous/<uuid:uid>/duree/", visits.stretch, name="stretch"),
    path("rendez-vous/<uuid:uid>/note/", visits.note, name="note"),
]
