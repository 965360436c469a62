"""Addresses of the REST API, version 1: those of each app's `api/urls.py`."""

from django.urls import include, path

urlpatterns = [
    path("", include("booking.api.urls")),
    path("", include("practitioners.api.urls")),
    path("", include("patients.api.urls")),
    path("", include("carnet.api.urls_health")),
    path("", include("carnet.api.urls")),
    path("", include("custody.api.urls")),
    path("", include("billing.api.urls")),
]
