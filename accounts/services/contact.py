"""Changes where the person is reached by phone. The change of e-mail address is django-allauth's."""

from django.db import transaction

from accounts.models import User
from core import audit, clock
from core.access import Actor

from . import mail


@transaction.atomic
def confirm_phone(*, actor: Actor, user: User, phone: str) -> None:
    """Makes `phone` (E.164) the account's number: a code sent to it just came back."""
    user.phone = phone
    user.phone_verified_at = clock.now()
    user.save(update_fields=["phone", "phone_verified_at"])
    _announce(actor, user, "accounts.phone_confirmed")


@transaction.atomic
def remove_phone(*, actor: Actor, user: User) -> None:
    """Forgets the account's number; nothing happens when it has none."""
    if not user.phone:
        return
    user.phone = None
    user.phone_verified_at = None
    user.save(update_fields=["phone", "phone_verified_at"])
    _announce(actor, user, "accounts.phone_removed")


def _announce(actor: Actor, user: User, action: str) -> None:
    audit.record(actor, action, user)
    mail.send_letter(name="phone_changed", address=user.email, facts={"timestamp": clock.now()}, language=user.language)
