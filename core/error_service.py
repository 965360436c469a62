"""Reports faults to an error service (Sentry's protocol) when SENTRY_DSN is set, and strips what concerns a person."""

from typing import Any

import sentry_sdk
import structlog
from sentry_sdk.integrations.django import DjangoIntegration


def start(dsn: str) -> None:
    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(transaction_style="function_name")],
        before_send=scrubbed,  # type: ignore[arg-type]
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
    )


def scrubbed(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """What leaves for the error service (`before_send`): class, frames, route, request id; nothing of the person."""
    request = event.pop("request", None) or {}
    kept = {"method": request["method"]} if request.get("method") else {}
    user = event.pop("user", None) or {}
    for member in ("breadcrumbs", "extra", "server_name", "logentry", "message"):
        event.pop(member, None)
    for failure in (event.get("exception") or {}).get("values", []):
        failure.pop("value", None)
        for frame in (failure.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    identifier = structlog.contextvars.get_contextvars().get("request_id")
    return {
        **event,
        **({"request": kept} if kept else {}),
        **({"user": {"id": user["id"]}} if user.get("id") else {}),
        "tags": {**(event.get("tags") or {}), **({"request_id": identifier} if identifier else {})},
    }
