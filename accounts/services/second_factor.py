"""Sets a second factor without the pages: for demo people and for commands."""

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
    RecoveryCodes.activate(user)
    audit.record(system_actor("accounts.enrol_totp"), "accounts.second_factor_added", user, type="totp")
    return authenticator
