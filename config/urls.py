"""Addresses of the whole site. Each app brings its own; the REST API is in `config.api_router`."""

from importlib.util import find_spec

from django.urls import include, path

APPS = ("portal", "booking", "patients", "practitioners", "accounts", "notifications")

urlpatterns = [
    path("api/v1/", include("config.api_router")),
    *(path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")),
]
