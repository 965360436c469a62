"""What looks for malware in a document: clamd over its socket, or the check of the known test file alone.

Absent, silent or late means that nobody knows: the document then waits.
"""

from __future__ import annotations

import socket
from enum import Enum, auto
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 20
PIECE = 64 * 1024
# The test file of the antivirus industry, in two halves so that this module is not taken for it.
TEST_SIGNATURE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Verdict(Enum):
    CLEAN = auto()
    INFECTED = auto()
    UNKNOWN = auto()


class Scanner(Protocol):
    def scan(self, content: bytes) -> Verdict: ...


class NoScanner:
    """None is configured: nothing is known of any file."""

    def scan(self, content: bytes) -> Verdict:
        return Verdict.UNKNOWN


class SignatureScanner:
    """Knows the test file. For demos and tests; it protects from nothing else."""

    def scan(self, content: bytes) -> Verdict:
        return Verdict.INFECTED if TEST_SIGNATURE in content else Verdict.CLEAN


class ClamdScanner:
    """clamd's INSTREAM. It must run with `AlertExceedsMax yes` and `StreamMaxLength` above 20 MB (docs/operations.md)."""

    def __init__(self, family: socket.AddressFamily, address: str | tuple[str, int]) -> None:
        self._family, self._address = family, address

    def scan(self, content: bytes) -> Verdict:
        try:
            answer = self._asked(content)
        except OSError:
            return Verdict.UNKNOWN
        if answer == b"stream: OK":
            return Verdict.CLEAN
        return Verdict.INFECTED if answer.endswith(b" FOUND") else Verdict.UNKNOWN

    def _asked(self, content: bytes) -> bytes:
        with socket.socket(self._family, socket.SOCK_STREAM) as line:
            line.settimeout(TIMEOUT_SECONDS)
            line.connect(self._address)
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), PIECE):
                piece = content[at : at + PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            answer = bytearray()
            while piece := line.recv(4096):
                answer += piece
        return bytes(answer).rstrip(b"\0\n")


def scanner() -> Scanner:
    """The scanner of SCANNER_URL."""
    parts = urlsplit(settings.SCANNER_URL)
    if parts.scheme == "builtin":
        return SignatureScanner()
    if parts.scheme == "clamd" and parts.hostname:
        return ClamdScanner(socket.AF_INET, (parts.hostname, parts.port or 3310))
    if parts.scheme == "clamd" and parts.path:
        return ClamdScanner(socket.AF_UNIX, parts.path)
    if settings.SCANNER_URL:
        raise ValueError("SCANNER_URL must be clamd:///socket, clamd://host:port or builtin://")
    return NoScanner()
