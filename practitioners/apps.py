"""Django's entry point into the practitioners app."""

from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "practitioners"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Praticiens"

    def ready(self) -> None:
        from practitioners import rules  # noqa: F401, PLC0415  (models are not loaded before)
