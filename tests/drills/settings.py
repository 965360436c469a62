"""Settings of the processes that the drills start: those of the tests, with a real broker and the ledger as channel."""

import os
import signal

from config.settings.test import *  # noqa: F403

# Whatever becomes of the drill that started it, a process ends by itself.
signal.alarm(600)
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)  # noqa: F405
MESSAGE_CHANNELS = {**MESSAGE_CHANNELS, "email": os.environ["DRILL_CHANNEL"]}  # noqa: F405
# One made-up address receives everything.
MESSAGES_A_DAY = {}
# A drill may take a guard off, to show what it is for (DRILL_WITHOUT).
if "acks_late" in os.environ.get("DRILL_WITHOUT", ""):
    CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = False
if "DRILL_TASK_SECONDS" in os.environ:
    CELERY_TASK_TIME_LIMIT = int(os.environ["DRILL_TASK_SECONDS"])
    CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT - 1
# Every client of a drill calls from one address.
READS_PER_ADDRESS_AND_MINUTE = READS_PER_NETWORK_AND_MINUTE = 1_000_000
