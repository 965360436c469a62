"""What Celery's workers can be asked to do in this app. Tasks carry ids or names only and delegate at once."""

from celery import shared_task

from core import jobs, relay


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="core.tick")
def tick(kind: str) -> None:
    """A beat of the schedule: the work becomes a job, tried again if it fails; two beats make one job."""
    jobs.enqueue(kind, unique=kind)


@shared_task(name="core.sweep")
def sweep() -> None:
    relay.sweep()


@shared_task(name="core.worker_seen")
def worker_seen() -> None:
    relay.record_beat("worker")
