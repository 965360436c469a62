"""The account behind an actor, locked, so that what is counted per account holds under a race."""

from accounts.models import User
from core.access import Actor, Space
from core.exceptions import NotForYou


def lock_account(actor: Actor) -> User:
    """The actor's account, locked until the transaction ends. Raises NotForYou outside of the patient space."""
    if actor.user_id is None or actor.space != Space.PATIENT:
        raise NotForYou
    return User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
