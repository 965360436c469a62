"""Reads of the bell, and of what people want of reminders."""

from dataclasses import dataclass
from typing import cast

from core.access import Actor, scoped
from notifications.enums import ChannelName
from notifications.models import Message, ReminderPreference
from notifications.models.message import MessageQuerySet
from notifications.models.preference import address_digest
from notifications.stop_links import Stop
from notifications.topics import OPTIONAL, Topic, refusal

PAGE = 30
LAST_PAGE = 50


@dataclass(frozen=True, slots=True)
class BellPage:
    """Some notifications, newest first; `number` starts at 1, `has_next` says whether older ones exist."""

    rows: list[Message]
    number: int
    has_next: bool


def bells(actor: Actor) -> MessageQuerySet:
    """The person's delivered notifications in the space where they act, newest first."""
    return cast(MessageQuerySet, scoped(actor, Message, "read")).bells()


def bell_page(actor: Actor, number: int = 1) -> BellPage:
    """The n-th page; a number out of bounds gives the nearest page that may exist."""
    number = min(max(number, 1), LAST_PAGE)
    rows = list(bells(actor)[(number - 1) * PAGE : number * PAGE + 1])
    return BellPage(rows=rows[:PAGE], number=number, has_next=len(rows) > PAGE and number < LAST_PAGE)


def unread_count(actor: Actor) -> int:
    """How many notifications were not read."""
    return bells(actor).unread().count() if actor.user_id is not None else 0


def preference_of(user_id: int | None) -> ReminderPreference:
    """What this account wants of reminders; for who never said, both channels on the clock of the place (not stored)."""
    return ReminderPreference.objects.filter(user=user_id).first() or ReminderPreference(user_id=user_id)


def preference_at(address: str) -> ReminderPreference:
    """The same for whoever reads an address that a practice noted."""
    digest = address_digest(address)
    found = ReminderPreference.objects.filter(address_digest=digest).first()
    return found or ReminderPreference(address_digest=digest)


def preference_of_reader(message: Message, address: str = "") -> ReminderPreference:
    """The same for whoever a message goes to: its account, else the address it is written for."""
    if message.user_id is not None:
        return preference_of(message.user_id)
    return preference_at(address or message.address or "")


def are_reminders_wanted(preference: ReminderPreference, channel: str) -> bool:
    return preference.by_sms if channel == ChannelName.SMS else preference.by_email


def is_wanted(preference: ReminderPreference, topic: str, channel: str) -> bool:
    """Whether messages of this topic may go by this channel. What must be known always may, and the bell rings for all."""
    if topic == Topic.SERVICE or channel == ChannelName.BELL:
        return True
    if topic == Topic.REMINDER:
        return are_reminders_wanted(preference, channel)
    return refusal(topic, channel) not in preference.refused


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody without an account may choose for an address: (topic, wanted by the channel of its link)."""

    topics: list[tuple[Topic, bool]]
    discreet: bool


def choice_of(stop: Stop) -> Choice | None:
    """The present choice behind a link; None for an account, which has its own page."""
    if stop.user_id is not None:
        return None
    known = ReminderPreference.objects.filter(address_digest=stop.digest).first()
    preference = known or ReminderPreference(address_digest=stop.digest)
    return Choice([(topic, is_wanted(preference, topic, stop.channel)) for topic in OPTIONAL], preference.discreet)
