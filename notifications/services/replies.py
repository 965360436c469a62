"""Replies to our SMS: kept once by the provider's id, read once by a job, answered a few times a day at most.

STOP is understood here, whatever the app that reads the others makes of its messages: it ends SMS that may be refused,
and nothing else.
"""

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from core import audit, clock, ratelimit
from core.access import system_actor
from core.exceptions import DomainError
from core.jobs import enqueue
from notifications import reply_handler
from notifications.daily_cap import digest
from notifications.enums import ChannelName
from notifications.messages import SMS_STOPPED
from notifications.models import SmsReply
from notifications.models.preference import address_digest
from notifications.phones import NumberKind, classify
from notifications.services.outbox import notify
from notifications.services.preferences import stop_topics
from notifications.stop_links import Stop
from notifications.stop_words import is_stop
from notifications.topics import OPTIONAL

READ_REPLY = "notifications.read_reply"
LONGEST_ID, LONGEST_TEXT = 200, 1_600
# What one number may write in a day before the rest is left unread, and be answered: two machines that answer each
# other fall silent.
READ_A_DAY, ANSWERED_A_DAY = 40, 6
DAY = timedelta(days=1)
# An answer that comes later answers nothing.
ANSWER_LIFE = timedelta(hours=1)


def keep_reply(body: bytes) -> bool:
    """Writes one reply down, a JSON object of `id`, `from` and `text`; False when it is malformed. Again, no effect."""
    try:
        told = json.loads(body)
    except ValueError:
        return False
    if not isinstance(told, dict):
        return False
    identifier, number, text = told.get("id"), told.get("from"), told.get("text")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= LONGEST_ID or "\0" in identifier:
        return False
    if not isinstance(number, str) or not isinstance(text, str):
        return False
    return _keep(identifier, _e164(number), text.replace("\0", "")[:LONGEST_TEXT])


def _keep(identifier: str, number: str, text: str) -> bool:
    sender = digest(number)
    today = SmsReply.objects.filter(sender=sender, received_at__gt=clock.now() - DAY)
    if len(number) > 40 or today[:READ_A_DAY].count() >= READ_A_DAY:
        return True
    with transaction.atomic():
        reply, is_new = SmsReply.objects.get_or_create(
            provider_id=identifier, defaults={"number": number, "sender": sender, "text": text}
        )
        if is_new:
            enqueue(READ_REPLY, reply_id=reply.pk)
    return True


def read_reply(*, reply_id: int) -> None:
    """Makes of one reply what there is to make of it, once; its words and its number are then erased."""
    row = SmsReply.objects.select_for_update().filter(pk=reply_id, outcome="").first()
    if row is None:
        return
    if classify(row.number) is not NumberKind.MOBILE:
        # A short code or a name: a machine, which nobody should answer.
        row.outcome = "not_a_person"
    elif is_stop(row.text):
        row.outcome = _stop(row)
    else:
        reply = reply_handler.Reply(row.number, row.sender, row.text, f"reply:{row.pk}")
        row.outcome = reply_handler.read(reply)[:40]
    row.text, row.number = "", ""
    row.save(update_fields=["outcome", "text", "number"])


def may_answer(sender: str, *, bucket: str = "all", at_most: int = ANSWERED_A_DAY) -> bool:
    """Spends one answer of this number's day; False when it had its share."""
    try:
        ratelimit.spend(f"notifications.sms_answer.{bucket}", sender, limit=at_most, per=DAY)
    except DomainError:
        return False
    return True


def answer(reply: reply_handler.Reply, kind: str, **sealed: Any) -> bool:
    """Writes the SMS that answers a reply, at any hour: the person has just written. False past the day's share."""
    if not may_answer(reply.sender):
        return False
    notify(
        kind=kind,
        channel=ChannelName.SMS,
        subject=reply.subject,
        address=reply.number,
        sealed=sealed or None,
        expires_at=clock.now() + ANSWER_LIFE,
    )
    return True


def _stop(row: SmsReply) -> str:
    """Ends what may be refused by SMS, for the number and for the accounts that proved it."""
    users = get_user_model().objects.filter(phone=row.number, phone_verified_at__isnull=False)
    stops = [Stop(ChannelName.SMS, user_id=pk) for pk in users.order_by("pk").values_list("pk", flat=True)]
    for stop in [*stops, Stop(ChannelName.SMS, digest=address_digest(row.number))]:
        preference = stop_topics(stop, topics=OPTIONAL)
        audit.record(system_actor("sms"), "notifications.stop_sms", preference, channel=ChannelName.SMS.value)
    if may_answer(row.sender, bucket="stop", at_most=1):
        answer(reply_handler.Reply(row.number, row.sender, "", f"reply:{row.pk}"), SMS_STOPPED)
    return "stopped"


def _e164(number: str) -> str:
    bare = "".join(sign for sign in number if sign.isascii() and (sign.isdigit() or sign == "+"))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    return bare if bare.startswith("+") or not bare else f"+{bare}"
