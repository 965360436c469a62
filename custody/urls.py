"""Addresses of « Mes données »: `/compte/mes-donnees/…`, and the public table of what is kept."""

from django.urls import path

from custody.views import mine

app_name = "custody"

urlpatterns = [
    path("compte/mes-donnees/", mine.home, name="home"),
    path("compte/mes-donnees/copie/", mine.request_copy, name="request_copy"),
    path("compte/mes-donnees/copie/<uuid:uid>/", mine.copy, name="copy"),
    path("compte/mes-donnees/copie/<uuid:uid>/effacer/", mine.forget_copy, name="forget_copy"),
    path("compte/mes-donnees/accords/", mine.agreements, name="agreements"),
    path("compte/mes-donnees/accords/<slug:purpose>/<slug:key>/retirer/", mine.withdraw, name="withdraw"),
    path("compte/mes-donnees/effacer/<uuid:patient>/", mine.erase, name="erase"),
    path("donnees-gardees/", mine.kept, name="kept"),
]
