"""What a practice writes to many of its patients: its own words, by whom, how to be left alone. Nobody is named in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from booking.models import Broadcast
from booking.selectors.broadcasts import KIND
from core import clock
from notifications import rendering
from notifications.daily_cap import digest
from notifications.enums import ChannelName, MessageState
from notifications.models import Message
from notifications.registry import Envelope, kind
from notifications.selectors import preference_of_reader
from notifications.stop_links import stop_path
from notifications.topics import Topic
from patients.data_notice import Notice, file_at, notice_of, with_notice

DAY = timedelta(days=1)
# What all practices together write to one address in a day.
A_DAY_AT_MOST = 3


def broadcast_subject(broadcast_id: int) -> str:
    return f"broadcast:{broadcast_id}"


@kind(KIND, topic=Topic.BROADCAST)
def broadcast(message: Message) -> Envelope | None:
    """None once it was stopped, for an address that has it already, and past what one address gets in a day."""
    found = Broadcast.objects.select_related("practice").filter(pk=message.subject_id, stopped_at__isnull=True).first()
    user = message.user
    to = user.email if user is not None else message.address
    if found is None or not to or _has_enough(message, to):
        return None
    stop = stop_path(
        message.channel, user_id=message.user_id, address="" if user is not None else to, topic=Topic.BROADCAST
    )
    link = reverse("booking:broadcast", args=[found.uid]) if user is not None else ""
    discreet = preference_of_reader(message, to).discreet
    notice = None
    if user is None:
        file = file_at(found.practice_id, to)
        if file is None:
            return None
        notice = notice_of(message, file, masked=discreet)
    return written(found, message.channel, to, link=link, stop=stop, discreet=discreet, notice=notice)


def written(
    found: Broadcast,
    channel: str,
    to: str,
    *,
    link: str,
    stop: str,
    discreet: bool = False,
    notice: Notice | None = None,
) -> Envelope:
    """The words for one reader, in the language of the moment: what the preview shows is this very text."""
    english = (translation.get_language() or "").startswith("en")
    words: dict[str, Any] = {
        "practice": "" if discreet else found.practice.name,
        "phone": "" if discreet else str(found.practice.phone or ""),
        "text": "" if discreet else (found.text_en if english and found.text_en else found.text),
        "short": "" if discreet else (found.sms_en if english and found.sms_en else found.sms),
        "link": rendering.absolute(link) if link else "",
        "stop": rendering.absolute(stop),
        "replies": settings.SMS_REPLIES,
        "data_notice": notice,
    }
    if channel == ChannelName.SMS:
        return with_notice(rendering.sms(KIND, words, to=to), notice)
    return rendering.email(KIND, words, to=to)


def _has_enough(message: Message, to: str) -> bool:
    sent = Message.objects.filter(
        recipient=digest(to), channel=message.channel, state=MessageState.SENT, finished_at__gt=clock.now() - DAY
    )
    kinds = list(sent.filter(kind=KIND).exclude(pk=message.pk).values_list("subject", flat=True))
    return message.subject in kinds or len(kinds) >= A_DAY_AT_MOST
