"""Django's entry point into the core app."""

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import got_request_exception


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Soubassement"

    def ready(self) -> None:
        # Models are not loaded before this point.
        from core import checks, jobs, logs, relay  # noqa: F401, PLC0415
        from core.middleware.requests import remember_failure  # noqa: PLC0415
        from core.models import Job  # noqa: PLC0415

        logs.configure()
        relay.serve(relay.Queue(model=Job, task="core.run_job", do=jobs.run))
        got_request_exception.connect(remember_failure, dispatch_uid="core.remember_failure")
        if settings.SENTRY_DSN:
            from core import error_service  # noqa: PLC0415  (loaded only where it is used)

            error_service.start(settings.SENTRY_DSN)
