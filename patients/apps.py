"""Django's entry point into the patients app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Patients"

    def ready(self) -> None:
        from patients import rules  # noqa: F401, PLC0415  (models are not loaded before)
        from patients.services import personal  # noqa: F401, PLC0415
