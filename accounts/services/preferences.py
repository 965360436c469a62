"""How the person wants the site to look and speak."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from core import audit
from core.access import Actor
from notifications.services.preferences import set_messages
from notifications.topics import Topic


@transaction.atomic
def set_preferences(
    *,
    actor: Actor,
    user: User,
    display_name: str,
    language: str,
    theme: str,
    reminders: Collection[str],
    timezone: str,
    waitlist: Collection[str],
    late: Collection[str],
    broadcast: Collection[str],
    discreet: bool,
) -> None:
    """Keep how the site looks and speaks, by which channels (`email`, `sms`) each topic comes, the zone, the discretion.

    Raises ValidationError for what does not exist.
    """
    user.display_name = display_name
    user.language = language
    user.theme = theme
    user.full_clean(validate_unique=False, exclude=["password", "email"])
    user.save(update_fields=["display_name", "language", "theme"])
    wanted: dict[str, Collection[str]] = {
        Topic.REMINDER: reminders,
        Topic.WAITLIST: waitlist,
        Topic.LATE: late,
        Topic.BROADCAST: broadcast,
    }
    set_messages(actor=actor, wanted=wanted, timezone=timezone, discreet=discreet)
    audit.record(actor, "accounts.preferences_set", user)


def set_language(*, user: User, language: str) -> None:
    """Raises ValueError for a language the site does not speak."""
    user.language = User.Language(language)
    user.save(update_fields=["language"])


def set_theme(*, user: User, theme: str) -> None:
    """Raises ValueError for a look the site does not have."""
    user.theme = User.Theme(theme)
    user.save(update_fields=["theme"])
