"""The person's own data: handed over on request, forgotten when the account closes (GDPR articles 15, 17 and 20)."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import registry
from accounts.models import LostFactorRequest, StaffPin, User, WorkstationSeat
from core import audit, clock, ratelimit
from core.access import Actor
from core.exceptions import DomainError

from . import mail

EXPORTS_PER_DAY = 3


def export_account(*, actor: Actor, user: User) -> dict[str, Any]:
    """Everything the site keeps of this person, ready for JSON; the other apps add their part through the registry.

    Raises DomainError `too_many_requests` past a few a day.
    """
    ratelimit.spend("accounts.export", str(user.pk), limit=EXPORTS_PER_DAY, per=timedelta(days=1))
    with transaction.atomic():
        content = _collected(user)
        audit.record(actor, "accounts.exported", user)
    return content


@transaction.atomic
def close_account(*, actor: Actor, user: User) -> None:
    """Closes the account for good: what names the person is erased, what the law keeps stays without a name.

    Each app forgets its part first, in this same transaction; one that cannot (a practice without another owner) raises
    a DomainError and nothing happens. Raises DomainError `staff_account` for people of the platform.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_platform_staff or user.is_billing_staff:
        raise DomainError("staff_account", _("Le compte d’une personne de l’équipe est fermé par un collègue."))
    for _app, erase in sorted(registry.erasers().items()):
        erase(actor, user.pk)
    mail.send_letter(name="account_closed", address=user.email, facts={}, language=user.language)
    audit.record(actor, "accounts.closed", user)
    for session in UserSession.objects.filter(user=user):
        session.end()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    LostFactorRequest.objects.filter(user=user).delete()
    StaffPin.objects.filter(user=user).delete()
    WorkstationSeat.objects.filter(user=user).delete()
    user.email = f"closed-{user.uid}@account.invalid"
    user.phone = None
    user.phone_verified_at = None
    user.display_name = ""
    user.is_active = False
    user.closed_at = clock.now()
    user.set_unusable_password()
    user.save()


def _collected(user: User) -> dict[str, Any]:
    content: dict[str, Any] = {
        "made_at": clock.now().isoformat(),
        "account": {
            "id": str(user.uid),
            "email": user.email,
            "phone": str(user.phone) if user.phone else None,
            "display_name": user.display_name,
            "language": user.language,
            "theme": user.theme,
            "joined_at": user.date_joined.isoformat(),
            "second_factors": [
                {"type": found.type, "added_at": found.created_at.isoformat()}
                for found in Authenticator.objects.filter(user=user).order_by("pk")
            ],
            "sessions": [
                {"started_at": found.created_at.isoformat(), "ip": found.ip, "browser": found.user_agent}
                for found in UserSession.objects.filter(user=user).order_by("pk")
            ],
        },
    }
    for name, export in sorted(registry.exporters().items()):
        content[name] = export(user.pk)
    return content
