"""A worker of the monthly pass that dies: `python -m tests.drills.prevention_process POINT` does chunks until it does."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.drills.settings")
django.setup()

from carnet.services import prevention_run  # noqa: E402
from core import jobs, outbox  # noqa: E402
from core.models import Job  # noqa: E402
from tests.drills.work import CRASHED  # noqa: E402


def main(point: str, chunks: int) -> None:
    """Dies in the chunk after `chunks` done: once its digests are written, or once its job is settled, before the commit."""
    waiting = Job.objects.filter(kind=prevention_run.CHUNK_JOB, state="pending").order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    for pk in keys[:chunks]:
        jobs.run(pk)
    if point == "digests_written":
        writing = prevention_run.tell
        prevention_run.tell = lambda *args, **kwargs: (writing(*args, **kwargs), os._exit(CRASHED))[0]
    elif point == "job_settled":
        settling = outbox.settle
        outbox.settle = lambda *args, **kwargs: (settling(*args, **kwargs), os._exit(CRASHED))[0]
    jobs.run(keys[chunks])


main(sys.argv[1], int(sys.argv[2]))
