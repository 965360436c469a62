"""Tables of the core app."""

from core.models.audit import AuditCut, AuditEvent, AuditHead
from core.models.heartbeat import Heartbeat
from core.models.idempotency import IdempotencyKey
from core.models.job import Job, JobState
from core.models.ratelimit import TokenBucket

__all__ = ["AuditCut", "AuditEvent", "AuditHead", "Heartbeat", "IdempotencyKey", "Job", "JobState", "TokenBucket"]
