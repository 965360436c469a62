"""What Celery's workers can be asked to do in this app, and the periodic work of the soubassement.

Tasks carry ids or names only and delegate at once.
"""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings

from core import jobs, outbox, relay, watchdog
from core.audit import seal_audit
from core.idempotency import forget_old_keys
from core.models import Job
from core.ratelimit import forget_idle_buckets

JOBS_KEPT = timedelta(days=7)
SEALED_AT_ONCE = 5_000
# Seconds that the longest job is given: those that `core.jobs.handler` marks as lasting are shorter.
LONGEST = 3_600


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    """One job; a long one is handed to a task with more time. Should that be lost, the relay does the job itself."""
    if jobs.is_long(job_id):
        run_long_job.delay(job_id)
    else:
        jobs.run(job_id)


@shared_task(name="core.run_long_job", soft_time_limit=LONGEST - 60, time_limit=LONGEST)
def run_long_job(job_id: int) -> None:
    """The broker may hand it over again meanwhile: whoever holds the job keeps it."""
    jobs.run(job_id)


@shared_task(name="core.tick")
def tick(kind: str) -> None:
    """A beat of the schedule: the work becomes a job, tried again if it fails; two beats make one job."""
    jobs.enqueue(kind, unique=kind)


@shared_task(name="core.sweep")
def sweep() -> None:
    """Only the schedule asks for it, so that it is done shows that the schedule lives."""
    relay.record_beat(relay.BEAT)
    relay.sweep()


@shared_task(name=watchdog.CANARY)
def worker_seen(number: int = 0) -> None:
    """The canary: that it is done shows that a worker takes tasks (`core.watchdog`)."""
    relay.record_beat(relay.WORKER)


@jobs.handler("core.seal_audit")
def seal_journal() -> None:
    if seal_audit(SEALED_AT_ONCE) == SEALED_AT_ONCE:
        jobs.enqueue("core.seal_audit", unique="core.seal_audit")


@jobs.handler("core.prune")
def prune() -> None:
    outbox.prune(Job, older_than=JOBS_KEPT)
    forget_old_keys()
    forget_idle_buckets()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
