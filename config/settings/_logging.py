"""Settings of the logs: one JSON object a line on the standard output."""

from typing import Any

from config import environment
from core import logs

LOGGING_MIDDLEWARE: list[str] = ["core.middleware.RequestMiddleware"]

# `console` gives lines that are easier to read in a terminal.
LOG_FORMAT = environment.text("LOG_FORMAT", "json")
LOG_LEVEL = environment.text("LOG_LEVEL", "INFO").upper()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": logs.formatter, "readable": LOG_FORMAT == "console"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": LOG_LEVEL},
    "loggers": {
        # Our own line tells of each request; Django's would quote its path.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "CRITICAL", "propagate": True},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
