"""A double of VIES: a real HTTP server on this machine, which knows no company.

It answers as the Commission's REST service does: every number of the right shape is « valid » but for those named `unknown`, a
state named `down` does not answer, and each answer to a named requester bears a consultation number that begins with DOUBLE.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from stdnum.eu import vat

from core.local_server import LocalServer, serving_locally


@dataclass(slots=True)
class ViesDouble:
    """What it is told to answer, and what it was asked."""

    unknown: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    asked: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        state, digits = str(asked.get("countryCode", "")), str(asked.get("vatNumber", ""))
        if state in self.down:
            return 500, _fault("MS_UNAVAILABLE")
        if not vat.is_valid(state + digits):
            return 400, _fault("INVALID_INPUT")
        named = asked.get("requesterMemberStateCode") and asked.get("requesterNumber")
        return 200, {
            "countryCode": state,
            "vatNumber": digits,
            "requestDate": "2026-01-01T00:00:00.000Z",
            "valid": state + digits not in self.unknown,
            "requestIdentifier": f"DOUBLE{len(self.asked):010d}" if named else "",
            "name": "---",
            "address": "---",
        }


def _fault(code: str) -> dict[str, Any]:
    return {"actionSucceed": False, "errorWrappers": [{"error": code, "message": ""}]}


class _Exchange(BaseHTTPRequestHandler):
    server: LocalServer[ViesDouble]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/check-vat-number":
            status, body = 404, _fault("NOT_FOUND")
        else:
            status, body = self.server.double.answer(json.loads(raw))
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of a payer is in a log."""


def serving(double: ViesDouble, port: int = 0) -> AbstractContextManager[ViesDouble]:
    """Serves the double from a thread, on a free port unless one is given."""
    return serving_locally(double, _Exchange, port)
