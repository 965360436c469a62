"""Second factors: set without the pages for demo people and commands, and what goes with recovery codes."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from accounts.models import User
from core import audit
from core.access import system_actor


@transaction.atomic
def enrol_totp(user: User, secret: str) -> Authenticator:
    """Gives the user an authenticator app with this base32 secret, and recovery codes; an earlier one is replaced."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    authenticator = TOTP.activate(user, secret).instance
    note_codes_shown(RecoveryCodes.activate(user).instance)
    audit.record(system_actor("accounts.enrol_totp"), "accounts.second_factor_added", user, type="totp")
    return authenticator


def note_codes_shown(authenticator: Authenticator) -> None:
    """The page that follows shows them; noting it now keeps that page from changing anything when it is opened."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.wrap().mark_as_viewed()
