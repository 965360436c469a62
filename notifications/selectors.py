"""Reads of the bell."""

from typing import cast

from core.access import Actor, scoped
from notifications.models import Message
from notifications.models.message import MessageQuerySet


def bells(actor: Actor) -> MessageQuerySet:
    """The person's delivered notifications in the space where they act, newest first."""
    return cast(MessageQuerySet, scoped(actor, Message, "read")).bells()


def unread_count(actor: Actor) -> int:
    """How many of them were not read."""
    return bells(actor).unread().count() if actor.user_id is not None else 0
