"""Where the apps above say what they keep about a person, and how they forget it.

`accounts` knows the account only. Each app that keeps something of a person registers what it hands over when the
person asks for their data, and what it does when they close the account.
"""

from collections.abc import Callable
from typing import Any

from core.access import Actor

Exporter = Callable[[int], Any]
Eraser = Callable[[Actor, int], None]
IdleLimit = Callable[[str], int | None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}
_idle_limits: list[IdleLimit] = []
USUAL_IDLE_MINUTES = 5


def exports(name: str) -> Callable[[Exporter], Exporter]:
    """Registers `fn(user_id) -> value ready for JSON`, shown under `name` in the person's export."""

    def register(function: Exporter) -> Exporter:
        _exporters[name] = function
        return function

    return register


def erases(name: str) -> Callable[[Eraser], Eraser]:
    """Registers `fn(actor, user_id)`, run inside the transaction that closes the account.

    It raises DomainError to refuse the closing, with a sentence that says what to do first.
    """

    def register(function: Eraser) -> Eraser:
        _erasers[name] = function
        return function

    return register


def exporters() -> dict[str, Exporter]:
    return dict(_exporters)


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
