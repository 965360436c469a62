"""What every row that waits to be done has in common: jobs here, messages in `notifications`.

A row is inserted by the transaction that wants the work, so the work exists exactly when the
transaction committed. `core.outbox` moves rows from one state to the next.
"""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core import clock

PENDING = "pending"
DEAD = "dead"
CANCELLED = "cancelled"


class OutboxRow(models.Model):
    """A row waiting to be worked on. Subclasses give `state` its vocabulary."""

    BUSY: ClassVar[str]  # the state of a row somebody is working on
    LEASE: ClassVar[timedelta]  # for how long a worker that says nothing keeps it
    WIPED_AT_THE_END: ClassVar[dict[str, Any]] = {}  # fields emptied when the row ends, in whatever state
    LET_GO: ClassVar[str] = CANCELLED  # the state of a row given up that somebody has closed

    READ_TO_RETRY: ClassVar[tuple[str, ...]] = ()  # the relations that `refusal_to_retry` looks at

    kind: Any  # each subclass has its own column
    state = models.CharField(max_length=10, default=PENDING)
    due_at = models.DateTimeField(default=clock.now)
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def refusal_to_retry(self) -> str:
        """Why a row given up cannot be tried again: a code of `core.dead_work`, empty when it can."""
        return ""


def outbox_indexes(prefix: str, *, busy: str) -> list[models.Index]:
    """The small partial indexes that relay, rescue, pruning and the staff's page live on.

    Those that the page counts by hold the kind, so that counting reads no row.
    """
    pending = Q(state=PENDING)
    return [
        models.Index(
            fields=["due_at"],
            include=["kind"],
            condition=pending & Q(offered_at__isnull=True),
            name=f"{prefix}_due",
        ),
        models.Index(
            fields=["offered_at"],
            include=["kind", "due_at"],
            condition=pending & Q(offered_at__isnull=False),
            name=f"{prefix}_offered",
        ),
        models.Index(fields=["lease_until"], include=["kind"], condition=Q(state=busy), name=f"{prefix}_lease"),
        models.Index(fields=["kind", "finished_at"], condition=Q(state=DEAD), name=f"{prefix}_dead"),
        models.Index(
            fields=["finished_at"],
            condition=Q(finished_at__isnull=False),
            name=f"{prefix}_finished",
        ),
    ]
