"""Django's entry point into the portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Portail"

    def ready(self) -> None:
        from booking.reading_matter import offer_readings  # noqa: PLC0415  (models are not loaded before)
        from portal import readings, rules  # noqa: F401, PLC0415

        offer_readings("portal", readings.found)
