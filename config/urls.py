"""Addresses of the whole site. Each app brings its own; the REST API is in `config.api_router`."""

from importlib.util import find_spec

from django.urls import include, path

APPS = ("portal", "booking", "patients", "practitioners", "accounts", "notifications", "core")

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("api/v1/", include("config.api_router")),
    path("", include("portal.demo_urls")),
    *(path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")),
    # Two words of its own choosing: whatever else has an address comes before.
    path("", include("booking.directory_urls")),
]
