"""Django's entry point into the practitioners app."""

from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "practitioners"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Praticiens"

    def ready(self) -> None:
        from accounts.registry import sets_idle_limit  # noqa: PLC0415
        from core.access import Space, register_space  # noqa: PLC0415  (models are not loaded before)
        from core.ui.navigation import register_practice_rail  # noqa: PLC0415
        from practitioners import (  # noqa: F401, PLC0415
            messages,
            messages_claims,
            messages_listing,
            rules,
            rules_claims,
            rules_register,
            spaces,
            tasks_claims,
        )
        from practitioners.services import _leaving, personal  # noqa: F401, PLC0415
        from practitioners.services.claims import personal as claims_personal  # noqa: F401, PLC0415

        sets_idle_limit(spaces.idle_minutes_of)
        register_space(Space.PRACTICE, spaces.practice_of, spaces.practices_of)
        register_practice_rail(spaces.rail_leaves_out)
