"""Settings of the processes that the drills start: those of the tests, with a real broker and the ledger as channel."""

import os

from config.settings.test import *  # noqa: F403

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)  # noqa: F405
MESSAGE_CHANNELS = {**MESSAGE_CHANNELS, "email": os.environ["DRILL_CHANNEL"]}  # noqa: F405
# One made-up address receives everything.
MESSAGES_A_DAY = {}
