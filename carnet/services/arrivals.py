"""Tells a person that a practice put something into their record: not what, not from whom."""

from __future__ import annotations

from carnet.messages import ARRIVED, arrival_subject
from carnet.models import Document
from notifications.enums import ChannelName
from notifications.services import cancel_pending, notify


def tell_arrival(document: Document, practice_id: int | None, *, revision: int = 0) -> None:
    """By e-mail and on the bell, to who has an account; within the caller's transaction. `revision` makes it news again."""
    user_id = document.patient.user_id
    if user_id is None:
        return
    if revision:
        cancel_pending(arrival_subject(document.pk), before_revision=revision)
    for channel in (ChannelName.EMAIL, ChannelName.BELL):
        notify(
            kind=ARRIVED,
            channel=channel,
            subject=arrival_subject(document.pk),
            revision=revision,
            user_id=user_id,
            practice_id=practice_id,
        )
