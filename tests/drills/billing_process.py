"""A worker of a monthly run that dies: `python -m tests.drills.billing_process POINT CHUNKS`."""

import os
import signal
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.drills.settings")
django.setup()

from billing.services import run  # noqa: E402
from core import jobs, outbox  # noqa: E402
from core.models import Job  # noqa: E402


def main(point: str, chunks: int) -> None:
    """Dies in the chunk after `chunks` done: with its numbers taken, once the books are written, or before the commit."""
    waiting = Job.objects.filter(kind=run.CHUNK_JOB, state="pending").order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    for pk in keys[:chunks]:
        jobs.run(pk)
    place, name = {"numbered": (run, "issue_many"), "posted": (run, "follow"), "job_settled": (outbox, "settle")}[point]
    doing = getattr(place, name)
    setattr(place, name, lambda *args, **kwargs: (doing(*args, **kwargs), os.kill(os.getpid(), signal.SIGKILL))[0])
    jobs.run(keys[chunks])


main(sys.argv[1], int(sys.argv[2]))
