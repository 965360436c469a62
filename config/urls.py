"""Addresses of the whole site. Each app brings its own; the REST API is in `config.api_router`."""

from django.urls import include, path

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("api/v1/", include("config.api_router")),
    path("", include("portal.demo_urls")),
    path("", include("portal.urls")),
    path("", include("booking.urls")),
    path("carnet/", include("carnet.urls_health")),
    path("carnet/", include("carnet.urls")),
    path("cabinet/carnets/", include("carnet.practice_urls")),
    path("cabinet/abonnement/", include("billing.practice_urls")),
    path("facturation/", include("billing.staff_urls")),
    path("", include("billing.urls")),
    path("cabinet/", include("booking.desk_urls")),
    path("", include("practitioners.urls")),
    path("", include("patients.urls")),
    path("", include("custody.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("plateforme/acces/", include("carnet.platform_urls")),
    path("plateforme/registre/", include("booking.register_urls")),
    path("plateforme/", include("notifications.platform_urls")),
    path("", include("core.urls")),
    # Two words of its own choosing: whatever else has an address comes before.
    path("", include("booking.directory_urls")),
]
