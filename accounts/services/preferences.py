"""How the person wants the site to look and speak."""

from collections.abc import Container

from django.db import transaction

from accounts.models import User
from core import audit
from core.access import Actor
from notifications.services.preferences import set_reminders


@transaction.atomic
def set_preferences(
    *,
    actor: Actor,
    user: User,
    display_name: str,
    language: str,
    theme: str,
    reminders: Container[str],
    timezone: str,
) -> None:
    """Keep how the site looks and speaks, the channels that remind (`email`, `sms`) and the person's zone.

    Raises ValidationError for what does not exist.
    """
    user.display_name = display_name
    user.language = language
    user.theme = theme
    user.full_clean(validate_unique=False, exclude=["password", "email"])
    user.save(update_fields=["display_name", "language", "theme"])
    set_reminders(actor=actor, by_email="email" in reminders, by_sms="sms" in reminders, timezone=timezone)
    audit.record(actor, "accounts.preferences_set", user)


def set_language(*, user: User, language: str) -> None:
    """Raises ValueError for a language the site does not speak."""
    user.language = User.Language(language)
    user.save(update_fields=["language"])


def set_theme(*, user: User, theme: str) -> None:
    """Raises ValueError for a look the site does not have."""
    user.theme = User.Theme(theme)
    user.save(update_fields=["theme"])
