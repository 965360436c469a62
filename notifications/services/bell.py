"""Marking notifications as read."""

from uuid import UUID

from core import clock
from core.access import Actor, get_or_404, scoped
from notifications.enums import ChannelName, MessageState
from notifications.models import Message


def mark_read(*, actor: Actor, uid: UUID | str) -> Message:
    """Marks one notification as read and returns it. Raises NotForYou when it is not the actor's."""
    bell = get_or_404(actor, Message, "mark_read", uid=uid, state=MessageState.SENT)
    if bell.read_at is None:
        bell.read_at = clock.now()
        bell.save(update_fields=["read_at"])
    return bell


def mark_all_read(*, actor: Actor) -> int:
    """Marks as read every notification the actor sees here; returns how many were not."""
    unread = scoped(actor, Message, "mark_read").filter(
        channel=ChannelName.BELL, state=MessageState.SENT, read_at__isnull=True
    )
    return unread.update(read_at=clock.now())
