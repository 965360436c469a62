"""Addresses of the practice's figures."""

from django.urls import path

from booking.views.desk import figures

urlpatterns = [
    path("activite/", figures.figures, name="figures"),
    path("activite/fichier/", figures.figures_csv, name="figures_csv"),
]
