"""Django's entry point into the custody app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "custody"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Garde des données"

    def ready(self) -> None:
        from custody import objects, rules  # noqa: F401, PLC0415  (models are not loaded before)
        from custody.services import archives  # noqa: F401, PLC0415
