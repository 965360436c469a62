"""The ledger of erasures: what was forgotten for good, in a file outside the database and its dumps.

A dump taken yesterday still holds what was erased today: a restore reads this file and erases it again before anybody
enters. One line of JSON an event, with ids and never a name. `hash` covers the line and the hash before
it; `code` is made over it with the key of HEALTH_DATA_KEYS that was in use. A line changed, taken out or slipped in is seen; a
line under a key that left the ring holds by any later one under a key that is there, which `vouch` writes after a change of key.

An erasure writes `intended` as the last thing before its commit and `done` after it, or `called_off` when it failed. One
with neither was killed in between: whoever restores decides about it.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exceptions import DomainError
from core.keyring import keyring

logger = structlog.get_logger(__name__)
_PURPOSE = b"prendsoin.core.ledger"
_START = "0" * 64


class Step(StrEnum):
    INTENDED = "intended"
    DONE = "done"
    CALLED_OFF = "called_off"
    VOUCHED = "vouched"


class LedgerBroken(Exception):
    """The ledger does not hold: the sentence says at which line and why."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One thing forgotten: what it was (`account`, `record`, `document`), its ids, and how far the erasure got."""

    uid: UUID
    at: datetime
    kind: str
    ids: dict[str, Any]
    step: Step


@dataclass(frozen=True, slots=True)
class Head:
    """The last line: how many there are, and the hash of the last."""

    lines: int
    code: str


Note = Callable[..., UUID]


@contextmanager
def erasing() -> Iterator[Note]:
    """Stands around the transaction of an erasure, and gives `note(kind, **ids)` to call as its last act.

    Raises DomainError `ledger_unavailable` when the line cannot be written: then nothing is erased.
    """
    noted: list[UUID] = []

    def note(kind: str, **ids: Any) -> UUID:
        uid = uuid4()
        try:
            _append(uid, Step.INTENDED, kind, ids)
        except OSError as error:
            logger.exception("ledger_unavailable")
            raise DomainError(
                "ledger_unavailable",
                _("L’effacement ne peut pas être inscrit en ce moment. Rien n’a été effacé : réessayez plus tard."),
                status=503,
            ) from error
        noted.append(uid)
        transaction.on_commit(lambda: _close(uid, Step.DONE))
        return uid

    try:
        yield note
    except BaseException:
        for uid in noted:
            _close(uid, Step.CALLED_OFF)
        raise


def erasures(path: Path | None = None) -> list[Erasure]:
    """Every erasure, oldest first, each with the last step it reached. Raises LedgerBroken."""
    found: dict[UUID, Erasure] = {}
    for line in _checked(path or ledger_path()):
        uid = UUID(line["uid"])
        if line["step"] == Step.VOUCHED:
            continue
        if line["step"] == Step.INTENDED:
            at = datetime.fromisoformat(line["at"])
            found[uid] = Erasure(uid, at, line["kind"], line["ids"], Step.INTENDED)
        elif uid in found:
            begun = found[uid]
            found[uid] = Erasure(uid, begun.at, begun.kind, begun.ids, Step(line["step"]))
        else:
            raise LedgerBroken(f"an erasure ends that never began ({uid})")
    return list(found.values())


def head(path: Path | None = None) -> Head:
    """Where the ledger stands now. Raises LedgerBroken."""
    lines = list(_checked(path or ledger_path()))
    return Head(len(lines), lines[-1]["hash"] if lines else _START)


def holds(known: Head, path: Path | None = None) -> bool:
    """Whether the ledger still begins with the lines that it had when `known` was taken. Raises LedgerBroken."""
    lines = list(_checked(path or ledger_path()))
    if known.lines > len(lines):
        return False
    return known.code == (lines[known.lines - 1]["hash"] if known.lines else _START)


def vouch() -> bool:
    """Signs what is there with the key now in use, so that the former one may leave the ring. Raises LedgerBroken."""
    lines = list(_checked(ledger_path()))
    if not lines or lines[-1]["key"] == keyring().current:
        return False
    _append(uuid4(), Step.VOUCHED, "", {})
    return True


def ledger_path() -> Path:
    return Path(settings.ERASURE_LEDGER)


def _close(uid: UUID, step: Step) -> None:
    """What came of an erasure. A line that cannot be written leaves it open, to be settled at a restore."""
    try:
        _append(uid, step, "", {})
    except OSError:
        logger.exception("ledger_left_open", erasure=str(uid), step=step)


def _append(uid: UUID, step: Step, kind: str, ids: dict[str, Any]) -> None:
    """One line, on the disk when this returns. Processes of one machine write one after the other."""
    path = ledger_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+b") as file:
        path.chmod(0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        number, before = _tail(file)
        key_id = keyring().current
        line: dict[str, Any] = {
            "number": number + 1,
            "at": clock.now().isoformat(),
            "uid": str(uid),
            "step": str(step),
            "kind": kind,
            "ids": ids,
            "key": key_id,
        }
        line["hash"] = _hash(before, line)
        line["code"] = _code(key_id, line["hash"])
        file.write(json.dumps(line, sort_keys=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _tail(file: Any) -> tuple[int, str]:
    """Number and hash of the last whole line; the end of one that a kill left unfinished is cut off."""
    size = file.seek(0, os.SEEK_END)
    start = max(size - 65_536, 0)
    file.seek(start)
    content = file.read()
    end = content.rfind(b"\n") + 1
    if end < len(content):
        file.truncate(start + end)
    whole = content[:end].splitlines()
    if not whole:
        return 0, _START
    last = json.loads(whole[-1])
    return int(last["number"]), str(last["hash"])


def _checked(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    before, unsigned = _START, ""
    content = path.read_bytes()
    # Only the very end may be unfinished: a kill during the last writing.
    whole = content[: content.rfind(b"\n") + 1]
    lines: list[dict[str, Any]] = []
    for number, raw in enumerate(whole.splitlines(), start=1):
        line = _parsed(raw)
        if line.get("number") != number:
            raise LedgerBroken(f"line {number} is missing or unreadable")
        code, given = str(line.pop("code", "")), str(line.pop("hash", ""))
        key_id = str(line.get("key"))
        known = key_id in keyring().keys
        if given != _hash(before, line) or (known and not hmac.compare_digest(code, _code(key_id, given))):
            raise LedgerBroken(f"line {number} was altered")
        unsigned = "" if known else key_id
        before = line["hash"] = given
        lines.append(line)
    if unsigned:
        raise LedgerBroken(f"its end was signed with the key {unsigned}, which is not in HEALTH_DATA_KEYS")
    yield from lines


def _parsed(raw: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(raw)
        if isinstance(found, dict):
            return found
    return {}


def _hash(before: str, line: dict[str, Any]) -> str:
    return hashlib.sha256(before.encode() + json.dumps(line, sort_keys=True).encode()).hexdigest()


def _code(key_id: str, hashed: str) -> str:
    own = hmac.digest(keyring().keys[key_id], _PURPOSE, "sha256")
    return hmac.new(own, hashed.encode(), hashlib.sha256).hexdigest()
