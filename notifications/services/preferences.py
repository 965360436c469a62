"""Changing what a person wants of messages: by her preferences page, or by the link that a message bears."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from core import audit
from core.access import ANONYMOUS, Actor
from core.exceptions import NotForYou
from notifications.enums import ChannelName
from notifications.models import ReminderPreference
from notifications.signals import clock_changed
from notifications.stop_links import Stop, read_stop
from notifications.topics import OPTIONAL, Topic, refusal
from notifications.zones import ZONES

REFUSABLE = (ChannelName.EMAIL, ChannelName.SMS)
# By topic, the channels by which it is wanted.
Wanted = Mapping[str, Collection[str]]


@transaction.atomic
def set_reminders(*, actor: Actor, by_email: bool, by_sms: bool, timezone: str = "") -> ReminderPreference:
    """Keep the channels that remind the actor, and their zone (empty: the clock of each place).

    Raises NotForYou for a visitor, ValueError for a zone that is not offered.
    """
    wanted = [channel for channel, is_wanted in (("email", by_email), ("sms", by_sms)) if is_wanted]
    return set_messages(actor=actor, wanted={Topic.REMINDER: wanted}, timezone=timezone)


@transaction.atomic
def set_messages(
    *, actor: Actor, wanted: Wanted, timezone: str | None = None, discreet: bool | None = None
) -> ReminderPreference:
    """Keep by which channels the actor wants each topic named, their zone and their discretion; None leaves as it is.

    Raises NotForYou for a visitor, ValueError for a zone, a topic or a channel that is not offered.
    """
    if actor.user_id is None:
        raise NotForYou
    if timezone and timezone not in dict(ZONES):
        raise ValueError("timezone")
    preference = _locked(user_id=actor.user_id)
    moved = timezone is not None and timezone != preference.timezone
    preference.timezone = preference.timezone if timezone is None else timezone
    _choose(preference, wanted, REFUSABLE, discreet)
    preference.save()
    audit.record(actor, "notifications.set_reminders", preference, **_facts(preference))
    if moved:
        clock_changed.send(sender=ReminderPreference, user_id=actor.user_id)
    return preference


@transaction.atomic
def stop_reminders(*, actor: Actor = ANONYMOUS, token: str) -> ChannelName:
    """End what a signed link names; again, it changes nothing. Raises NotForYou for a link not ours."""
    stop = _read(token)
    preference = stop_topics(stop, topics=[stop.topic])
    audit.record(actor, "notifications.stop_reminders", preference, channel=stop.channel.value, topic=stop.topic.value)
    return stop.channel


@transaction.atomic
def choose_at_address(*, actor: Actor = ANONYMOUS, token: str, topics: Collection[str], discreet: bool) -> None:
    """Keep which topics go to the address of a link by its channel: for who has no account.

    Raises NotForYou for a link not ours, or of an account, which has its own page.
    """
    stop = _read(token)
    if stop.user_id is not None:
        raise NotForYou
    preference = _locked(**_whose(stop))
    _choose(
        preference, {topic: [stop.channel] if topic in topics else [] for topic in OPTIONAL}, [stop.channel], discreet
    )
    preference.save()
    audit.record(actor, "notifications.set_reminders", preference, **_facts(preference))


def stop_topics(stop: Stop, *, topics: Collection[str]) -> ReminderPreference:
    """In the caller's transaction: end these topics by the channel of an opt-out. Raises ValueError for one not refusable."""
    preference = _locked(**_whose(stop))
    _choose(preference, dict.fromkeys(topics, ()), [stop.channel], None)
    preference.save()
    return preference


def _read(token: str) -> Stop:
    stop = read_stop(token)
    if stop is None:
        raise NotForYou
    if stop.user_id is not None and not get_user_model().objects.filter(pk=stop.user_id).exists():
        raise NotForYou
    return stop


def _whose(stop: Stop) -> dict[str, Any]:
    return {"user_id": stop.user_id} if stop.user_id is not None else {"address_digest": stop.digest}


def _locked(**whose: Any) -> ReminderPreference:
    ReminderPreference.objects.get_or_create(**whose)
    return ReminderPreference.objects.select_for_update().get(**whose)


def _choose(preference: ReminderPreference, wanted: Wanted, channels: Collection[str], discreet: bool | None) -> None:
    """Write, for these channels alone, the topics named; the others stay as they are."""
    refused = set(preference.refused)
    for topic, by in wanted.items():
        if topic not in OPTIONAL or not set(by) <= set(channels):
            raise ValueError("topic")
        for channel in channels:
            if topic == Topic.REMINDER:
                setattr(preference, f"by_{ChannelName(channel).value}", channel in by)
            elif channel in by:
                refused.discard(refusal(topic, channel))
            else:
                refused.add(refusal(topic, channel))
    preference.refused = sorted(refused)
    if discreet is not None:
        preference.discreet = discreet


def _facts(preference: ReminderPreference) -> dict[str, Any]:
    return {
        "by_email": preference.by_email,
        "by_sms": preference.by_sms,
        "refused": preference.refused,
        "discreet": preference.discreet,
    }
