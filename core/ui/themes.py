"""The look a person chose: kept in the account, and in a cookie for visitors; `auto` leaves it to the device."""

from typing import Any

from django.conf import settings

THEMES = ("auto", "light", "dark")
ONE_YEAR = 365 * 24 * 3600


def theme_of(request: Any) -> str:
    """`light`, `dark`, or `auto`. The account wins over the cookie; a page without request follows the device."""
    if request is None:
        return "auto"
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", "") or request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return chosen if chosen in THEMES else "auto"
