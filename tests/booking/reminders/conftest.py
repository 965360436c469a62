"""A fixed Tuesday, and short ways to see what is planned."""

from datetime import UTC, datetime

import pytest
import time_machine

from notifications.models import Message
from tests.booking.conftest import alice, charlie, offer

__all__ = ["alice", "charlie", "offer"]

# A Tuesday of winter, 10:00 in Paris.
TUESDAY = datetime(2026, 11, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def planned(visit, **more):
    """The reminders of a visit that wait, by time."""
    rows = Message.objects.filter(subject=f"appointment:{visit.pk}", kind="booking.reminder", state="pending", **more)
    return list(rows.order_by("due_at", "channel"))


def said(rows):
    return [f"{row.channel} {row.due_at:%d/%m %H:%M}" for row in rows]
