"""Addresses of the platform's staff about accesses to records: `/plateforme/acces/`."""

from django.urls import path

from carnet.views import alerts

app_name = "accesses"

urlpatterns = [path("", alerts.alerts, name="alerts")]
