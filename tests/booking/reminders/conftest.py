"""A fixed Tuesday, and short ways to see what is planned."""

from datetime import UTC, datetime

import pytest
import time_machine

from booking.models import ReminderPlan
from booking.reminders import plan_of, rows_of
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


def keep_plan(practice, steps, *, agenda=None, visit_reason=None):
    """The plan of a level, as if it had always been there: nothing is planned again."""
    level = {"practice_id": practice, "agenda_id": agenda, "visit_reason_id": visit_reason}
    return ReminderPlan.objects.update_or_create(**level, defaults={"steps": rows_of(plan_of(steps))})[0]
