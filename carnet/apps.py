"""Django's entry point into the carnet app."""

from django.apps import AppConfig


class CarnetConfig(AppConfig):
    name = "carnet"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Carnet de santé"

    def ready(self) -> None:
        from booking.registry import show_with_visit  # noqa: PLC0415
        from carnet import messages, messages_access, rules, rules_health  # noqa: F401, PLC0415  (models are not loaded before)
        from carnet.selectors.visit_panels import patient_panel, practice_panel  # noqa: PLC0415
        from carnet.services import documents_personal, erasure, health_personal  # noqa: F401, PLC0415
        from core.access import Space  # noqa: PLC0415

        show_with_visit(Space.PATIENT, "carnet", patient_panel)
        show_with_visit(Space.PRACTICE, "carnet", practice_panel)
