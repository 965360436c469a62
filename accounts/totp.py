"""Makes each six-digit code of an authenticator app serve once."""

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.totp.internal import auth
from django.core.cache import cache


class SingleUseTOTP(auth.TOTP):
    """allauth remembers a used code for one period only, shorter than the code lives with a tolerance of one step."""

    def _mark_code_used(self, code: str) -> bool:
        lifetime = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        key = f"accounts:totp:{self.instance.user_id}:{normalize_user_code(code)}"
        return bool(cache.add(key, "used", timeout=lifetime))


def install() -> None:
    """Puts the class where `Authenticator.wrap()` looks it up; allauth has no setting for it."""
    auth.TOTP = SingleUseTOTP
