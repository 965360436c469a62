"""Django's entry point into the patients app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Patients"
