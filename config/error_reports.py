"""Sends errors to a Sentry server, when SENTRY_DSN names one, without anything that tells who did what.

A report keeps the type of the error, the lines of code and the name of the route. Messages of errors are left out, as
PostgreSQL quotes the refused values in its own.
"""

from typing import Any, cast

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn, Dsn


def start(dsn: str) -> None:
    """Raises ImproperlyConfigured when the address is malformed."""
    try:
        Dsn(dsn)
    except BadDsn as error:
        wanted = "the address of a project of a Sentry server, such as https://key@host/1"
        raise ImproperlyConfigured(f"The environment variable SENTRY_DSN is malformed: it must be {wanted}.") from error
    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0.0,
        integrations=[DjangoIntegration(transaction_style="function_name")],
        before_send=without_personal_data,
    )


def without_personal_data(event: Event, hint: Hint) -> Event:
    """The report reduced to what is listed above."""
    kept: dict[str, Any] = {
        name: event[name]
        for name in ("event_id", "timestamp", "level", "platform", "release", "environment", "transaction", "sdk")
        if name in event
    }
    errors = (event.get("exception") or {}).get("values") or []
    kept["exception"] = {"values": [{**error, "value": ""} for error in errors]}
    return cast(Event, kept)
