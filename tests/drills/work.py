"""What the drills have done: a message, and a job whose effect can be counted."""

import os
from datetime import UTC, datetime

from django.db import transaction

from core import jobs
from notifications import registry
from notifications.envelope import Envelope
from notifications.services import notify

# The exit code of a process that died where it was told to.
CRASHED = 9
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def register() -> None:
    """Makes the kinds known to this process."""
    registry.kind("drill.news")(news)
    jobs.handler("drill.work")(work)
    jobs.handler("drill.effect")(effect)


def act(number, *, crash_at=None):
    """The act of a person: a message and a job, written down with it."""
    with transaction.atomic():
        notify(kind="drill.news", channel="email", subject=f"drill:{number}", address="a@prendsoin.example")
        jobs.enqueue("drill.work", number=number)
        if crash_at == "before_commit":
            os._exit(CRASHED)
    if crash_at == "after_commit":
        os._exit(CRASHED)


def write(number):
    """A piece of news by SMS, whose text is its subject, to a number of its own (ten thousand are kept for fiction)."""
    notify(kind="drill.news", channel="sms", subject=f"drill:{number}", address=f"+336399{80_000 + number}")


def news(message):
    return Envelope(to=message.address, subject=message.subject, text=message.subject)


def remind_whatever_happened() -> None:
    """Takes a guard off: the reminder no longer asks whether the visit still stands as it was."""
    registry._composers["booking.reminder"] = lambda message: Envelope(
        to=message.address, subject="-", text=f"Rappel : RDV {message.secrets['hour']}"
    )


def work(number):
    """Its effect is a row: doing it twice would leave two."""
    jobs.enqueue("drill.effect", due_at=FAR, number=number)


def effect(number):
    """Never due."""
