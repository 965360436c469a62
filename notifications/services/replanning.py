"""Planning again messages that wait for their time: what is no longer meant is called back, what is new is written.

A message that was sent, or is being sent, stays the only one with its key, and nothing new follows it closely by the same
channel. Done twice, it changes nothing more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q

from core import clock
from notifications.enums import MessageState
from notifications.models import Message
from notifications.services.outbox import message_of, write

# Why a message that waited was called back; such a one comes back when the plan does.
REPLANNED = "replanned"
# What was told so short a time before is not told again because the plan says it at another hour.
APART = timedelta(hours=12)
_TOLD = (MessageState.SENT, MessageState.SENDING)

About = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many waiting messages were called back, given another time, and written anew."""

    cancelled: int = 0
    changed: int = 0
    written: int = 0


def plan_again(kind: str, news: Mapping[About, Iterable[Mapping[str, Any]]]) -> Replanned:
    """Makes the waiting messages of a kind exactly these, by what they are about: (subject, revision).

    Each message is given as to `notify`, with `due_at` and `expires_at`. One whose time is past is not written anew; one
    that waited for another time and is late for the new one goes at once, unless it expired. A fixed number of statements.
    """
    if not news:
        return Replanned()
    wanted = {one.key: one for several in news.values() for one in (message_of(**each) for each in several)}
    with transaction.atomic():
        known = list(Message.objects.filter(reduce(or_, (Q(key__startswith=one) for one in _beginnings(kind, news)))))
        waiting = [row for row in known if row.state == MessageState.PENDING]
        doomed = [row.pk for row in waiting if row.key not in wanted or wanted[row.key].expires_at <= clock.now()]
        cancelled = _cancel(doomed)
        kept = [row for row in waiting if row.pk not in set(doomed) and _differs(row, wanted[row.key])]
        revived = [row for row in known if _comes_back(row, wanted)]
        _give_times(kept, wanted)
        _revive(revived, wanted)
        new = list(_new(wanted, known))
        write(new)
    return Replanned(cancelled, len(kept), len(new) + len(revived))


def _beginnings(kind: str, news: Iterable[About]) -> Iterator[str]:
    return (f"{subject}|{revision}|{kind}#" for subject, revision in news)


def _cancel(doomed: list[int]) -> int:
    if not doomed:
        return 0
    return Message.objects.filter(pk__in=doomed, state=MessageState.PENDING).update(
        state=MessageState.CANCELLED, finished_at=clock.now(), last_error=REPLANNED, **Message.WIPED_AT_THE_END
    )


def _differs(row: Message, wished: Message) -> bool:
    # A failed attempt has put it off itself: only its term follows the plan.
    return row.expires_at != wished.expires_at or (not row.attempts and row.due_at != wished.due_at)


def _comes_back(row: Message, wanted: Mapping[str, Message]) -> bool:
    wished = wanted.get(row.key)
    ours = row.state == MessageState.CANCELLED and row.last_error == REPLANNED and not row.attempts
    return ours and wished is not None and wished.due_at > clock.now()


def _give_times(rows: list[Message], wanted: Mapping[str, Message], *more: str) -> None:
    for row in rows:
        wished = wanted[row.key]
        row.expires_at, row.offered_at = wished.expires_at, None
        if not row.attempts:
            row.due_at = wished.due_at
    if rows:
        Message.objects.bulk_update(rows, ["due_at", "expires_at", "offered_at", *more])


def _revive(rows: list[Message], wanted: Mapping[str, Message]) -> None:
    # Their address comes back with them: ended messages keep none, and waiting ones need one.
    for row in rows:
        row.address = wanted[row.key].address
        row.state, row.finished_at, row.last_error = MessageState.PENDING, None, ""
    _give_times(rows, wanted, "address", "state", "finished_at", "last_error")


def _new(wanted: Mapping[str, Message], known: Iterable[Message]) -> Iterator[Message]:
    keys: set[str] = set()
    told: dict[tuple[str, int, str, str], list[datetime]] = {}
    for row in known:
        keys.add(row.key)
        if row.state in _TOLD:
            told.setdefault(_line(row), []).append(row.finished_at or row.due_at)
    for key, message in wanted.items():
        if (
            key not in keys
            and message.due_at > clock.now()
            and not _follows(message.due_at, told.get(_line(message), ()))
        ):
            yield message


def _line(message: Message) -> tuple[str, int, str, str]:
    """What, to whom, by which way: the parts of the key but for the occasion."""
    return message.subject, message.revision, message.channel, message.key.rpartition("|")[2]


def _follows(due_at: datetime, told: Iterable[datetime]) -> bool:
    return any(abs(due_at - at) < APART for at in told)
