"""The id of the request being served: the same in the answer, the logs, the journal and the jobs it leads to."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

_ACCEPTED = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The current request's id; an empty text outside of any request."""
    return _current.get()


def new_id(offered: str | None = None) -> str:
    """The id offered by a trusted proxy when it looks like one, else a random one."""
    return offered if offered and _ACCEPTED.match(offered) else secrets.token_hex(16)


@contextmanager
def tracing(value: str) -> Iterator[None]:
    """Everything inside carries this id, log lines included."""
    token = _current.set(value)
    try:
        with structlog.contextvars.bound_contextvars(request_id=value):
            yield
    finally:
        _current.reset(token)
