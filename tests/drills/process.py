"""One process of the drills: `python -m tests.drills.process ROLE`, or a Celery worker of this module.

It dies without a word (`os._exit`) at the point named in CRASH_AT; the code of the site knows nothing of it.
"""

import os
import sys
from datetime import timedelta
from functools import wraps

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.drills.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from config.celery import app  # noqa: E402  (what `celery --app tests.drills.process` runs)
from core import broker, jobs, outbox, watchdog  # noqa: E402
from core.models import Job  # noqa: E402
from notifications import circuits  # noqa: E402
from notifications.channels import http_call  # noqa: E402
from notifications.channels.http_sms import HttpSmsChannel  # noqa: E402
from notifications.models import Message  # noqa: E402
from notifications.services import send_message  # noqa: E402
from tests.drills import ledger, work  # noqa: E402

work.register()
if "DRILL_FAST" in os.environ:
    outbox.PATIENCE = timedelta(seconds=1)
    Message.LEASE = Job.LEASE = timedelta(seconds=4)
if "DRILL_IMPATIENT" in os.environ:
    http_call.READ_SECONDS = float(os.environ["DRILL_IMPATIENT"])
    outbox.WAITS, circuits.REST, circuits.TRIAL = (timedelta(seconds=1),), timedelta(seconds=1), timedelta(seconds=2)
if "known" in os.environ.get("DRILL_WITHOUT", ""):
    HttpSmsChannel.known = lambda self, ref: None
if "revision" in os.environ.get("DRILL_WITHOUT", ""):
    work.remind_whatever_happened()
if "DRILL_FAST_WATCHDOG" in os.environ:
    watchdog.LOOK_EVERY = 0.5
    watchdog.CANARY_UNSEEN = timedelta(seconds=int(os.environ["DRILL_FAST_WATCHDOG"]))


def crash(*args, **kwargs):
    os._exit(work.CRASHED)


def then_crash(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        function(*args, **kwargs)
        crash()

    return wrapper


def plant_crash(point):
    if point == "after_claim":
        outbox.claim = then_crash(outbox.claim)
    elif point == "before_the_provider":
        ledger.ForgetfulLedger.send = crash
    elif point == "after_acceptance":
        for provider in (ledger.ForgetfulLedger, HttpSmsChannel):
            provider.send = then_crash(provider.send)
    elif point == "after_settling":
        outbox.settle = then_crash(outbox.settle)
    elif point == "in_the_handler":
        jobs._handlers["drill.work"] = then_crash(work.work)
    elif point == "between_offer_and_publish":
        broker.Broker.publish = crash


def main(role, *rest):
    plant_crash(os.environ.get("CRASH_AT"))
    if role == "act":
        work.act(int(rest[0]), crash_at=os.environ.get("CRASH_AT"))
    elif role == "send":
        send_message(Message.objects.get().pk)
    elif role == "job":
        jobs.run(Job.objects.get(kind="drill.work").pk)
    elif role == "relay":
        call_command("relay")
    elif role == "publish":
        for pk in rest:
            app.send_task("notifications.send_message", args=[int(pk)])


if __name__ == "__main__":
    main(*sys.argv[1:])
