"""Leaves a failing provider alone: after `THRESHOLD` failures in a row nothing is sent to it for `REST`, then one try.

The state is in PostgreSQL, so all workers and relays learn at once, and a worker that restarts does not forget. A message
that waits for its provider spends no attempt. Only failures of the provider itself count (`channels.base.Down`): a full
mailbox or a wrong number says nothing about the next message.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Least

from core import clock
from notifications.enums import ChannelName, MessageState
from notifications.models import PROVIDER_DOWN, Circuit, Message

THRESHOLD = 5
REST = timedelta(seconds=60)
# How long the one try after a rest may take before another is allowed: the lease of a message.
TRIAL = Message.LEASE


# For `core.outbox.claim`: whether the provider of a message is being left alone, and how often it failed in a row.
IS_LEFT_ALONE = "EXISTS (SELECT FROM notifications_circuit WHERE name = channel AND open_until IS NOT NULL)"
FAILURES = "(SELECT failures FROM notifications_circuit WHERE name = channel) AS provider_failures"


def may_try(message_id: int) -> bool:
    """Whether to claim it in spite of the rest: it is the one try after it, or its time is over and it only has to end.

    The others are put off until it is known what came of that try. False too when no provider is being left alone.
    """
    name = Message.objects.filter(pk=message_id).values("channel")
    circuit = Circuit.objects.filter(name__in=name, open_until__isnull=False).first()
    if circuit is None or circuit.open_until is None:
        return False
    now = clock.now()
    until = circuit.open_until
    if until <= now:
        until = now + TRIAL
        mine = Circuit.objects.filter(pk=circuit.pk, open_until=circuit.open_until).update(open_until=until)
        if mine:
            return True
    return not _put_off(message_id, now, until)


@dataclass(frozen=True, slots=True)
class State:
    """How a channel fares now: `is_open` while its provider is left alone."""

    label: str
    failures: int
    open_until: datetime | None
    is_open: bool


def states() -> list[State]:
    """Of every channel that has a provider. One statement."""
    known, now = {row.name: row for row in Circuit.objects.all()}, clock.now()
    found = []
    for name in (ChannelName.EMAIL, ChannelName.SMS):
        row = known.get(name)
        until = row.open_until if row else None
        found.append(State(str(name.label), row.failures if row else 0, until, bool(until and until > now)))
    return found


def succeeded(name: str) -> None:
    """The provider took a message: whatever it did before is forgotten."""
    Circuit.objects.filter(name=name, failures__gt=0).update(failures=0, open_until=None)


def failed(name: str, retry_after: timedelta | None = None) -> None:
    """The provider failed once more, or asked to be left alone for `retry_after`."""
    now = clock.now()
    rest = max(retry_after or timedelta(0), REST)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_circuit AS circuit (name, failures, open_until)
            VALUES (%(name)s, 1, CASE WHEN %(asked)s OR %(threshold)s <= 1 THEN %(until)s::timestamptz END)
            ON CONFLICT (name) DO UPDATE SET
                failures = circuit.failures + 1,
                open_until = CASE WHEN %(asked)s OR circuit.failures + 1 >= %(threshold)s
                    THEN GREATEST(circuit.open_until, %(until)s::timestamptz) ELSE circuit.open_until END
            """,
            {"name": name, "threshold": THRESHOLD, "asked": retry_after is not None, "until": now + rest},
        )


def _put_off(message_id: int, now: datetime, until: datetime) -> bool:
    waiting = Message.objects.filter(pk=message_id, state=MessageState.PENDING, expires_at__gt=now)
    return bool(waiting.update(due_at=Least(until, F("expires_at")), offered_at=None, last_error=PROVIDER_DOWN))
