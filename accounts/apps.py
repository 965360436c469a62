"""Django's entry point into the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from accounts import access_names, passkeys, receivers, selectors, totp  # noqa: F401, PLC0415  (models load first)
        from core.access.second_factor import register_second_factor_page  # noqa: PLC0415

        access_names.declare()
        register_second_factor_page(selectors.second_factor_page)
        totp.install()
        passkeys.install()
