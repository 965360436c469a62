"""Who may read which bell: one's own, and a practice's news only while acting in that practice."""

from django.db.models import Q

from core.access import Actor, Space, rule
from notifications.enums import ChannelName
from notifications.models import Message


@rule(Message, "read")
def own_bells(actor: Actor) -> Q:
    """The person's own notifications of the space where they act; nothing for a visitor."""
    if actor.user_id is None or actor.space is None:
        return Q(pk__in=[])
    own = Q(user_id=actor.user_id, channel=ChannelName.BELL)
    if actor.space == Space.PRACTICE:
        return own & Q(practice_id=actor.practice_id, practice_id__isnull=False)
    return own & Q(practice_id__isnull=True)


@rule(Message, "mark_read")
def own_bells_to_mark(actor: Actor) -> Q:
    return own_bells(actor)
