"""The processes of the site as the drills start them, and how to wait for what they do."""

import time

from core import relay

_CELERY = ("celery", "--app", "tests.drills.process", "worker", "--without-gossip", "--without-mingle")
# One process, so that its death is the death of what it does.
WORKER = (*_CELERY, "--pool", "solo")
# As in production: a parent and the children that do the work.
WORKERS = (*_CELERY, "--concurrency", "2")
RELAY = ("tests.drills.process", "relay")


def wait_for(condition, seconds):
    """True as soon as the condition holds; False when it never did."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(name):
    """The process of this name has given its sign of life."""
    return lambda: getattr(relay.pulse(), name) is not None


def wait_for_worker(start):
    start("celery", "--app", "tests.drills.process", "call", "core.worker_seen")
    assert wait_for(alive("worker_seen_ago"), 60)
