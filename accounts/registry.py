"""Where the apps above say what they keep about a person, and how they forget it.

`accounts` knows the account only. Each app that keeps something of a person registers what it hands over when the
person asks for their data, and what it does when they close the account.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from core.access import Actor

Exporter = Callable[[int], Any]
Erased = Mapping[str, list[int]]
Eraser = Callable[[Actor, int], Erased | None]
IdleLimit = Callable[[str], int | None]

_exporters: dict[str, Exporter] = {}
_proven: set[str] = set()
_erasers: dict[str, Eraser] = {}
_idle_limits: list[IdleLimit] = []
_replayed: ContextVar[Erased | None] = ContextVar("replayed", default=None)
USUAL_IDLE_MINUTES = 5


def exports(name: str, *, proven: bool = False) -> Callable[[Exporter], Exporter]:
    """Registers `fn(user_id) -> value ready for JSON`, shown under `name` in the person's export.

    `proven`: only for who gave a second factor, as health is.
    """

    def register(function: Exporter) -> Exporter:
        _exporters[name] = function
        if proven:
            _proven.add(name)
        return function

    return register


def erases(name: str) -> Callable[[Eraser], Eraser]:
    """Registers `fn(actor, user_id)`, run inside the transaction that closes the account.

    It raises DomainError to refuse the closing, with a sentence that says what to do first. It returns the ids of what
    went for good, by kind, when another day's database could not tell them: they go to the ledger of erasures, and a
    restore runs the same functions with them (`replayed`), where nothing may be refused any more.
    """

    def register(function: Eraser) -> Eraser:
        _erasers[name] = function
        return function

    return register


def exporters(*, proven: bool = True) -> dict[str, Exporter]:
    """Those of everything, or without what asks for a second factor."""
    return {name: function for name, function in _exporters.items() if proven or name not in _proven}


@contextmanager
def replaying(ids: Erased) -> Iterator[None]:
    """While this lasts an account that was closed once already is closed again, in an older database."""
    token = _replayed.set(ids)
    try:
        yield
    finally:
        _replayed.reset(token)


def replayed() -> Erased | None:
    """The ids that the ledger tells of the closing that is done again; None for one that a person asks for."""
    return _replayed.get()


def erasers() -> dict[str, Eraser]:
    return dict(_erasers)


def sets_idle_limit(function: IdleLimit) -> IdleLimit:
    """Registers `fn(space) -> minutes`, after which a shared workstation locks by itself; None leaves it to others."""
    if function not in _idle_limits:
        _idle_limits.append(function)
    return function


def idle_minutes(space: str) -> int:
    """The minutes that hold in this space of a session."""
    found = (function(space) for function in _idle_limits)
    return next((minutes for minutes in found if minutes is not None), USUAL_IDLE_MINUTES)
