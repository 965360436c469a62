"""One HTTP exchange with a provider, bounded in time and in size, that never follows a redirection or a proxy."""

import json
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from notifications.channels.base import Down, Refused, Unreachable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
# A provider that asks for more than this is heard as this.
LONGEST_REST = timedelta(hours=1)
TOO_MANY = 429
_OURS_TO_MEND = {401, 402, 403, 404, 405, 407, 408, 425}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the provider said; `body` is its JSON object, empty when it is anything else."""

    status: int
    body: dict[str, Any]
    retry_after: timedelta | None


def call(
    method: str, url: str, *, user: str, password: str, body: dict[str, Any] | None = None, **headers: str
) -> HttpAnswer:
    """The provider's answer, whatever its status. Raises Down when there is none: not reached, too slow, cut short."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: HTTPConnection
    if parts.scheme == "https":
        connection = HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
    else:
        connection = HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    sent = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode(),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
        connection.sock.settimeout(READ_SECONDS)
        deadline = time.monotonic() + READ_SECONDS
        connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=sent)
        response = connection.getresponse()
        return HttpAnswer(response.status, _object(_read(response, deadline)), _rest(response))
    except (OSError, HTTPException) as error:
        raise Down(type(error).__name__) from error
    finally:
        connection.close()


def check(answer: HttpAnswer) -> None:
    """Raises what a status means: Down, Unreachable or Refused; nothing for a success."""
    status = answer.status
    if 200 <= status < 300:
        return
    code = f"http_{status}"
    if status >= 500 or status == TOO_MANY or status in _OURS_TO_MEND or status < 400:
        # A refused password or address is ours to mend, not the recipient's: the message waits.
        raise Down(code, answer.retry_after)
    if status == 409:
        raise Unreachable(code, answer.retry_after)
    word = answer.body.get("code")
    raise Refused(word if isinstance(word, str) and word.isidentifier() and len(word) <= 40 else code)


def _read(response: HTTPResponse, deadline: float) -> bytes:
    read = b""
    while len(read) <= LARGEST_ANSWER and (piece := response.read1(4096)):
        read += piece
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise ConnectionError("the answer was cut short")
    return read


def _object(read: bytes) -> dict[str, Any]:
    try:
        found = json.loads(read)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _rest(response: HTTPResponse) -> timedelta | None:
    asked = response.getheader("Retry-After", "")
    return min(timedelta(seconds=int(asked[:9])), LONGEST_REST) if asked.isascii() and asked.isdigit() else None
