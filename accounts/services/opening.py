"""Opens an account for an address, or finds the one it already has."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import User, normalise_email
from core import audit, clock
from core.access import Actor, system_actor

# An address nobody confirmed within a day was mistyped, or is not the person's.
UNCONFIRMED_LIFE = timedelta(days=1)


def open_account(*, actor: Actor, email: str, language: str) -> User | None:
    """The open account of this address, made now if there was none; None when it is closed or suspended.

    Nothing is confirmed yet: the code sent to the address does that.
    """
    email = normalise_email(email)
    try:
        with transaction.atomic():
            user = User.objects.filter(email=email).first()
            if user is None:
                user = User.objects.create_user(email, language=language)
                EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
                audit.record(actor, "accounts.opened", user)
    except IntegrityError:
        # The same address was sent twice at once; the other request made the account.
        user = User.objects.get(email=email)
    return user if user.is_active else None


@transaction.atomic
def forget_unconfirmed() -> int:
    """Deletes the accounts whose address was never confirmed and that nobody ever entered; returns how many."""
    stale = User.objects.filter(
        last_login=None, is_active=True, is_staff=False, date_joined__lt=clock.now() - UNCONFIRMED_LIFE
    ).exclude(emailaddress__verified=True)
    stale = stale.filter(emailaddress__isnull=False)
    actor = system_actor("accounts.forget_unconfirmed")
    gone = list(stale.distinct())
    for user in gone:
        audit.record(actor, "accounts.forgotten", user)
        user.delete()
    return len(gone)
