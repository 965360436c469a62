"""Writing messages down, and calling back those not sent yet, inside the transaction of the act they tell of."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.crypto import salted_hmac

from core import clock
from core.compiled_insert import CompiledInsert
from notifications import registry
from notifications.enums import ChannelName, MessageState
from notifications.models import Message

# A message without a term of its own is not worth sending a day late.
LIFE = timedelta(days=1)
_MESSAGES = CompiledInsert(Message, known=True)


def notify(
    *,
    kind: str,
    channel: str,
    subject: str,
    revision: int = 0,
    occasion: str = "",
    user_id: int | None = None,
    address: str | None = None,
    sealed: Mapping[str, Any] | None = None,
    practice_id: int | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Writes one message to send into the current transaction; the same news for the same recipient is written once.

    `subject` names what it is about (`appointment:12`) and with `revision`, `kind`, `channel` and recipient makes its
    key; what is sent anew each time, as a sign-in code, needs a subject of its own each time. `occasion` tells apart
    messages of one kind about the same revision (the reminders of a visit). The recipient is
    `user_id`, or an `address` (e-mail or E.164 number, stored encrypted), or both when a person is written to at an
    address that is not hers yet. `sealed` is kept encrypted and erased as soon as the message ends. Past `expires_at`
    (a day after `due_at` by default) it is not sent. Raises LookupError for an unknown kind, ValueError without a
    recipient.
    """
    message = message_of(
        kind=kind,
        channel=channel,
        subject=subject,
        revision=revision,
        occasion=occasion,
        user_id=user_id,
        address=address,
        sealed=sealed,
        practice_id=practice_id,
        due_at=due_at,
        expires_at=expires_at,
    )
    write([message])


def notify_many(news: Iterable[Mapping[str, Any]]) -> None:
    """Writes several messages in one statement; each mapping holds the arguments of one call of `notify`."""
    write([message_of(**one) for one in news])


def cancel_pending(subject: str, before_revision: int | None = None) -> int:
    """Calls back the messages about this subject that nobody has begun to send; returns how many.

    With `before_revision`, only those of an older revision. One being sent right now is stopped by its composer, which
    reads the rows again.
    """
    waiting = Message.objects.filter(subject=subject, state=MessageState.PENDING)
    if before_revision is not None:
        waiting = waiting.filter(revision__lt=before_revision)
    return waiting.update(state=MessageState.CANCELLED, finished_at=clock.now(), **Message.WIPED_AT_THE_END)


def replace(message: Message, *, channel: str, due_at: datetime, address: str | None = None) -> None:
    """Writes the news of a message down once more, by another channel of the same account, or to `address`.

    Nothing is written when that channel already carries it: the key is that of any message of this news.
    """
    other = message_of(
        kind=message.kind,
        channel=channel,
        subject=message.subject,
        revision=message.revision,
        occasion=message.occasion,
        user_id=message.user_id,
        address=address,
        practice_id=message.practice_id,
        due_at=due_at,
        expires_at=message.expires_at,
    )
    other.language, other.instead_of = message.language, message
    write([other])


def write(messages: list[Message]) -> None:
    """Inserts these rows in one statement; those whose key exists are left out."""
    # In the order of keys, so that two transactions with the same news wait for each other and never both.
    _MESSAGES.write(sorted(messages, key=lambda message: message.key))


def message_of(
    *,
    kind: str,
    channel: str,
    subject: str,
    revision: int = 0,
    occasion: str = "",
    user_id: int | None = None,
    address: str | None = None,
    sealed: Mapping[str, Any] | None = None,
    practice_id: int | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Message:
    """The row for one message, not written. Raises as `notify`."""
    if not registry.is_known(kind):
        raise LookupError(f"No composer for the message {kind}")
    if user_id is None and (not address or channel == ChannelName.BELL):
        raise ValueError("A message needs a recipient: a user, or an address (never for the bell)")
    due_at = due_at or clock.now()
    return Message(
        key=_key(subject, revision, kind, ChannelName(channel), user_id, address, occasion),
        kind=kind,
        channel=ChannelName(channel),
        subject=subject,
        revision=revision,
        user_id=user_id,
        address=address,
        sealed=json.dumps(dict(sealed)) if sealed else None,
        language=(translation.get_language() or "fr")[:2],
        practice_id=practice_id,
        due_at=due_at,
        expires_at=expires_at or due_at + LIFE,
    )


def _key(
    subject: str,
    revision: int,
    kind: str,
    channel: ChannelName,
    user_id: int | None,
    address: str | None,
    occasion: str,
) -> str:
    recipient = f"user:{user_id}" if user_id is not None else ""
    if address:
        # The key outlives the address: it holds a keyed digest of it.
        recipient += "@" + salted_hmac("notifications.recipient", address, algorithm="sha256").hexdigest()[:32]
    named = f"{kind}#{occasion}" if occasion else kind
    return "|".join((subject, str(revision), named, channel.value, recipient))
