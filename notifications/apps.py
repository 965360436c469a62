"""Django's entry point into the notifications app."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

# What apps register themselves in: message kinds, job handlers.
REGISTERING = ("messages", "tasks")


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Messages"

    def ready(self) -> None:
        from core.relay import Queue, serve  # noqa: PLC0415  (models are not loaded before)
        from notifications import rules, services  # noqa: F401, PLC0415
        from notifications.models import Message  # noqa: PLC0415

        serve(
            Queue(
                model=Message,
                task="notifications.send_message",
                do=services.send_message,
                task_of_many="notifications.send_messages",
            )
        )
        for app in apps.get_app_configs():
            for module in REGISTERING:
                if "site-packages" not in app.path and app.module and module_has_submodule(app.module, module):
                    import_module(f"{app.name}.{module}")
