"""A double of an SMS provider: a real HTTP server on this machine, from which no SMS leaves.

It speaks the protocol of `notifications.channels.http_sms`, keeps or forgets references as its mode says, fails as it
is told to, and signs receipts of delivery as a provider does.
"""

import json
import random
import socket
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

from core.local_server import LocalServer, serving_locally
from notifications.receipt_signature import HEADER, sign


class Mode(StrEnum):
    """What the double makes of a reference it has already seen."""

    DEDUPES = "once_per_ref"
    KNOWS = "answers_for_ref"
    NEITHER = "at_least_once"


class Fault(StrEnum):
    """How the double fails. `HANG` and `DROP` accept the SMS and lose the answer; the others refuse it."""

    HANG = "hang"
    DROP = "drop"
    ERROR = "500"
    BUSY = "429"
    GARBAGE = "garbage"


@dataclass(frozen=True, slots=True)
class Sms:
    """One SMS that a recipient would have seen."""

    id: str
    reference: str
    to: str
    text: str


@dataclass(slots=True)
class SmsProviderDouble:
    """What it accepted, and how it behaves. `fault` strikes a share of the requests, drawn with `chance`."""

    mode: Mode = Mode.DEDUPES
    fault: Fault | None = None
    share: float = 1.0
    hang_seconds: float = 30.0
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311  a reproducible fault
    accepted: list[Sms] = field(default_factory=list)
    requests: int = 0
    replies: int = 0
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://double:double@127.0.0.1:{self.port}/v1/sms"

    def strikes(self) -> Fault | None:
        """The fault of the request that just came, if it gets one."""
        with self._lock:
            self.requests += 1
            return self.fault if self.fault and self.chance.random() < self.share else None

    def accept(self, body: dict[str, Any]) -> Sms:
        """Takes the SMS, or gives the one it has when it dedupes."""
        with self._lock:
            if self.mode is Mode.DEDUPES and (found := self._find(body["reference"])):
                return found
            sms = Sms(f"double-{self.port}-{len(self.accepted) + 1}", body["reference"], body["to"], body["text"])
            self.accepted.append(sms)
            return sms

    def find(self, reference: str) -> Sms | None:
        with self._lock:
            return self._find(reference) if self.mode is Mode.KNOWS else None

    def send_receipt(self, address: str, secret: str, sms: Sms, status: str, code: str = "") -> int:
        """Tells what became of an SMS at the site's address of receipts; returns the status of its answer."""
        body = json.dumps({"id": sms.id, "reference": sms.reference, "status": status, "code": code}).encode()
        headers = {"Content-Type": "application/json", HEADER: sign(secret, body)}
        with urlopen(Request(address, data=body, headers=headers), timeout=10) as answer:  # noqa: S310  our own site
            return int(answer.status)

    def send_reply(self, address: str, secret: str, number: str, text: str, identifier: str = "") -> int:
        """Brings to the site what somebody answered by SMS; returns the status of its answer. An id twice is a repeat."""
        with self._lock:
            self.replies += 1
            told = {"id": identifier or f"double-{self.port}-r{self.replies}", "from": number, "text": text}
        body = json.dumps(told).encode()
        headers = {"Content-Type": "application/json", HEADER: sign(secret, body)}
        with urlopen(Request(address, data=body, headers=headers), timeout=10) as answer:  # noqa: S310  our own site
            return int(answer.status)

    def _find(self, reference: str) -> Sms | None:
        return next((sms for sms in self.accepted if sms.reference == reference), None)


class _Exchange(BaseHTTPRequestHandler):
    server: LocalServer[SmsProviderDouble]

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
        found = self.server.double.find(reference)
        self._answer(200, {"id": found.id}) if found else self._answer(404, {})

    def do_POST(self) -> None:
        double = self.server.double
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = double.strikes()
        if fault is Fault.ERROR:
            return self._answer(500, {})
        if fault is Fault.BUSY:
            return self._answer(429, {}, {"Retry-After": "7"})
        sms = double.accept(body)
        if fault is Fault.HANG:
            time.sleep(double.hang_seconds)
        if fault is Fault.DROP:
            return self._drop()
        return self._answer(200, {"id": "<html>" * 99} if fault is Fault.GARBAGE else {"id": sms.id})

    def _drop(self) -> None:
        """Says 200, then hangs up before the end of the answer."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{")
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(payload))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Numbers and texts of SMS are in no log."""


def serving(double: SmsProviderDouble, port: int = 0) -> AbstractContextManager[SmsProviderDouble]:
    """Serves the double from a thread, on a free port unless one is given."""
    return serving_locally(double, _Exchange, port)
