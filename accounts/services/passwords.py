"""What happens to passwords outside of the person's own choice."""

from django.db import transaction

from accounts.models import User
from core import audit
from core.access import system_actor


@transaction.atomic
def drop_unproven_password(*, user: User) -> None:
    """Takes away a password chosen before anybody proved they read this account's mail.

    Otherwise a stranger could open an account for somebody else's address, wait for its owner to confirm it by a code,
    and come back with the password.
    """
    if not user.has_usable_password():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit.record(system_actor("accounts.drop_unproven_password"), "accounts.password_dropped", user)
