"""Log lines as JSON, with what helps to find a fault and nothing that tells who came for what.

A line holds the name of a route, never a path, a query, a name or what a person wrote. Sentences of libraries may quote
such things (Django quotes the path, Celery the exception), so only their templates are kept, without the values.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from core.failures import places

Event = MutableMapping[str, Any]
# Loggers of libraries whose sentences may quote what a person sent.
QUOTING = ("django", "celery.app.trace", "celery.worker.strategy", "allauth", "rest_framework", "asyncio", "granian")
# Members whose very names say that they are personal.
SECRETS = frozenset(
    {"path", "query", "url", "body", "email", "phone", "note", "reason", "password", "token", "address"}
)


def drop_values(logger: Any, name: str, event: Event) -> Event:
    """Lines of libraries: quoting loggers keep the template of their sentence, the others the sentence."""
    record: logging.LogRecord = event["_record"]
    values = event.pop("positional_args", None)
    if record.name.startswith(QUOTING):
        event["event"] = f"{record.name}: {event['event']}" if values else record.name
        for member in ("status_code", "task"):
            if hasattr(record, member):
                event[member] = str(getattr(record, member))
        if isinstance(values, dict) and "name" in values:
            event["task"] = str(values["name"])
    elif values:
        event["event"] = event["event"] % values
    return event


def drop_secrets(logger: Any, name: str, event: Event) -> Event:
    for member in SECRETS & event.keys():
        event[member] = "…"
    return event


def name_failure(logger: Any, name: str, event: Event) -> Event:
    """An exception becomes its class and the places of our code it went through: its message may quote data."""
    raised = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["places"] = places(error, limit=8)
    return event


def hold_failure(logger: Any, name: str, event: Event) -> Event:
    """`exc_info=True` means the exception of this moment, not that of the moment when the line is rendered."""
    if event.get("exc_info") is True:
        event["exc_info"] = sys.exc_info()
    return event


_OF_ALL: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
]


def configure() -> None:
    """Sends structlog's lines through the standard library, where the formatter below renders all lines alike."""
    structlog.configure(
        processors=[*_OF_ALL, hold_failure, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def formatter(*, readable: bool = False) -> logging.Formatter:
    """One JSON object a line, or `readable` lines for a terminal: the same members in both."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_OF_ALL, drop_values],
        processors=[
            structlog.stdlib.add_logger_name,
            name_failure,
            drop_secrets,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )
