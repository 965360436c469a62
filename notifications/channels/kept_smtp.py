"""A connection to the mail server that outlives one letter: opening one, with its TLS and its sign-in, costs more than a letter.

Each thread of each process keeps its own. One that was idle is asked whether it still lives, before a letter is given to
it: a letter is never given twice because a connection was dead.
"""

import os
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

# Idle for longer, it is asked; much longer, it is left. Servers do not like one that is used for ever.
ASKED_AFTER, LEFT_AFTER, OLD_AFTER = 1.0, 20.0, 120.0
LETTERS_AT_MOST = 100
OK = 250


@dataclass(slots=True)
class _Kept:
    backend: EmailBackend
    whose: tuple[object, ...]
    opened_at: float
    used_at: float
    letters: int = 0


_own = threading.local()


@contextmanager
def mail_connection() -> Iterator[BaseEmailBackend]:
    """The backend to send one letter with. After an error of the connection it is not used again."""
    backend = get_connection()
    if not isinstance(backend, EmailBackend):
        yield backend
        return
    kept = _kept(backend)
    try:
        yield kept.backend
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
        kept.used_at = time.monotonic()
        raise
    except BaseException:
        leave()
        raise
    kept.used_at = time.monotonic()
    kept.letters += 1


def leave() -> None:
    """Closes the connection of this thread."""
    kept: _Kept | None = getattr(_own, "kept", None)
    _own.kept = None
    # Not that of a process this one was forked from, which still uses it.
    if kept is not None and kept.whose[0] == os.getpid():
        with suppress(OSError, smtplib.SMTPException):
            kept.backend.close()


def _kept(fresh: EmailBackend) -> _Kept:
    whose = (os.getpid(), type(fresh), fresh.host, fresh.port, fresh.username, fresh.use_tls, fresh.use_ssl)
    kept: _Kept | None = getattr(_own, "kept", None)
    if kept is not None and kept.whose == whose and _lives(kept):
        return kept
    leave()
    fresh.open()
    now = time.monotonic()
    _own.kept = kept = _Kept(fresh, whose, opened_at=now, used_at=now)
    return kept


def _lives(kept: _Kept) -> bool:
    now = time.monotonic()
    idle = now - kept.used_at
    if kept.backend.connection is None or idle > LEFT_AFTER or now - kept.opened_at > OLD_AFTER:
        return False
    if kept.letters >= LETTERS_AT_MOST:
        return False
    if idle < ASKED_AFTER:
        return True
    try:
        return bool(kept.backend.connection.noop()[0] == OK)
    except (OSError, smtplib.SMTPException):
        return False
