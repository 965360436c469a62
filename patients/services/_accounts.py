"""The account behind an actor, locked, so that what is counted per account holds under a race."""

from accounts.models import User
from core.access import Actor, Space
from core.exceptions import NotForYou


def account_id(actor: Actor) -> int:
    """The account that acts in the patient space. Raises NotForYou for a visitor, the system or another space."""
    if actor.user_id is None or actor.space != Space.PATIENT:
        raise NotForYou
    return actor.user_id


def lock_account(actor: Actor) -> User:
    """The actor's account, locked until the transaction ends. Raises NotForYou outside of the patient space."""
    return User.objects.select_for_update(no_key=True).get(pk=account_id(actor))
