"""Django's entry point into the carnet app."""

from django.apps import AppConfig


class CarnetConfig(AppConfig):
    name = "carnet"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Carnet de santé"

    def ready(self) -> None:
        from carnet import messages, rules, rules_health  # noqa: F401, PLC0415  (models are not loaded before)
        from carnet.services import health_personal  # noqa: F401, PLC0415
