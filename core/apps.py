"""Django's entry point into the core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Soubassement"

    def ready(self) -> None:
        from core import jobs, relay  # noqa: PLC0415  (models are not loaded before)
        from core.models import Job  # noqa: PLC0415

        relay.serve(relay.Queue(model=Job, task="core.run_job", do=jobs.run))
