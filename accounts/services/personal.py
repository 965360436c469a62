"""The person's own data: handed over on request, forgotten when the account closes (GDPR articles 15, 17 and 20)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import registry
from accounts.models import LostFactorRequest, StaffPin, User, WorkstationSeat
from core import audit, clock, ledger, ratelimit
from core.access import Actor
from core.exceptions import DomainError

from . import mail

EXPORTS_PER_DAY = 3


def export_account(*, actor: Actor, user: User) -> dict[str, Any]:
    """Everything the site keeps of this person, ready for JSON; the other apps add their part through the registry.

    What is of health is there for who gave a second factor. Raises DomainError `too_many_requests` past a few a day.
    """
    ratelimit.spend("accounts.export", str(user.pk), limit=EXPORTS_PER_DAY, per=timedelta(days=1))
    with transaction.atomic():
        content = collected(user, proven=actor.strong)
        audit.record(actor, "accounts.exported", user)
    return content


def close_account(*, actor: Actor, user: User) -> None:
    """Closes the account for good: what names the person is erased, what the law keeps stays without a name.

    Each app forgets its part first, in this same transaction; one that cannot (a practice without another owner) raises
    a DomainError and nothing happens. Raises DomainError `staff_account` for people of the platform. The ledger of
    erasures remembers it, for the day an older copy of the database is put back.
    """
    with ledger.erasing() as note, transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_platform_staff or user.is_billing_staff:
            raise DomainError("staff_account", _("Le compte d’une personne de l’équipe est fermé par un collègue."))
        erased: dict[str, list[int]] = {}
        for _app, erase in sorted(registry.erasers().items()):
            erased |= erase(actor, user.pk) or {}
        mail.send_letter(name="account_closed", address=user.email, facts={}, language=user.language)
        audit.record(actor, "accounts.closed", user)
        _forget(user)
        note("account", user=user.pk, **erased)


def close_again(*, actor: Actor, user_id: int, erased: Mapping[str, list[int]]) -> list[str]:
    """Closes, in a database that was put back, an account closed since; the names of the parts that could not go.

    Nobody is written to, and what the closing found is taken from the ledger rather than from the old rows.
    """
    left: list[str] = []
    with transaction.atomic(), registry.replaying(erased):
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            return left
        for name, erase in sorted(registry.erasers().items()):
            try:
                with transaction.atomic():
                    erase(actor, user.pk)
            except DomainError as refusal:
                left.append(f"{name}: {refusal.code}")
        audit.record(actor, "accounts.closed_again", user)
        if user.closed_at is None:
            _forget(user)
    return left


def _forget(user: User) -> None:
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


def collected(user: User, *, proven: bool) -> dict[str, Any]:
    """What each app keeps of this person, ready for JSON; with what is of health only when `proven`."""
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
    for name, export in sorted(registry.exporters(proven=proven).items()):
        content[name] = export(user.pk)
    return content
