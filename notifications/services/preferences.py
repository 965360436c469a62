"""Changing what a person wants of reminders."""

from django.contrib.auth import get_user_model
from django.db import transaction

from core import audit
from core.access import ANONYMOUS, Actor
from core.exceptions import NotForYou
from notifications.enums import ChannelName
from notifications.models import ReminderPreference
from notifications.stop_links import read_stop
from notifications.zones import ZONES


@transaction.atomic
def set_reminders(*, actor: Actor, by_email: bool, by_sms: bool, timezone: str = "") -> ReminderPreference:
    """Keep the channels that remind the actor, and their zone (empty: the clock of each place).

    Raises NotForYou for a visitor, ValueError for a zone that is not offered.
    """
    if actor.user_id is None:
        raise NotForYou
    if timezone and timezone not in dict(ZONES):
        raise ValueError("timezone")
    wanted = {"by_email": by_email, "by_sms": by_sms, "timezone": timezone}
    preference, _new = ReminderPreference.objects.update_or_create(user_id=actor.user_id, defaults=wanted)
    audit.record(actor, "notifications.set_reminders", preference, by_email=by_email, by_sms=by_sms)
    return preference


@transaction.atomic
def stop_reminders(*, actor: Actor = ANONYMOUS, token: str) -> ChannelName:
    """End the reminders that a signed link names; again, it changes nothing. Raises NotForYou for a link not ours."""
    stop = read_stop(token)
    if stop is None:
        raise NotForYou
    if stop.user_id is not None and not get_user_model().objects.filter(pk=stop.user_id).exists():
        raise NotForYou
    whose = {"user_id": stop.user_id} if stop.user_id is not None else {"address_digest": stop.digest}
    preference, _new = ReminderPreference.objects.update_or_create(**whose, defaults={f"by_{stop.channel}": False})
    audit.record(actor, "notifications.stop_reminders", preference, channel=stop.channel.value)
    return stop.channel
