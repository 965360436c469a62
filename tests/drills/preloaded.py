"""What the fork server of the drills loads once: the site and the task queue, in no particular environment."""

import os
import signal

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.drills.settings"
os.environ.setdefault("DRILL_CHANNEL", "tests.drills.ledger.Ledger")

import celery.bin.celery
import celery.bin.worker  # noqa: F401
import django
import pytest  # noqa: F401  (a child looks for the program that started the nursery)

django.setup()
# The settings end a process by itself after a while; the nursery lives as long as the tests.
signal.alarm(0)

import config.celery  # noqa: E402, F401
import core.management.commands.relay  # noqa: E402
import core.watchdog  # noqa: E402, F401
import notifications.channels.http_sms  # noqa: E402
import notifications.services  # noqa: E402, F401
