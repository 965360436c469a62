"""Django's entry point into the billing app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Facturation"

    def ready(self) -> None:
        from billing import (  # noqa: F401, PLC0415  (models are not loaded before)
            messages_dunning,
            messages_invoice,
            messages_payment,
            messages_trial,
            rules,
            rules_books,
            rules_invoice,
            rules_payment,
            tasks_books,
            tasks_invoice,
            tasks_payment,
        )
