"""Work to do after commit. The payload holds ids only, never what a person wrote."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from core.models.outbox import OutboxRow, outbox_indexes


class JobState(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Job(OutboxRow):
    BUSY = JobState.RUNNING
    # Longer than Celery's hard limit (60 s): a live worker never loses a job it is still running.
    LEASE = timedelta(seconds=90)

    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.PENDING)
    unique_key = models.CharField(max_length=200, null=True, blank=True)

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state="pending", unique_key__isnull=False),
                name="core_job_one_pending_per_key",
            ),
        ]
        indexes = outbox_indexes("core_job", busy="running")

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.state})"
