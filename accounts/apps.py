"""Django's entry point into the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from accounts import access_names, receivers, totp  # noqa: F401, PLC0415  (models are not loaded before)

        access_names.declare()
        totp.install()
