"""Where the apps above say what they keep about a person, and how they forget it.

`accounts` knows the account only. Each app that keeps something of a person registers what it hands over when the
person asks for their data, and what it does when they close the account.
"""

from collections.abc import Callable
from typing import Any

from core.access import Actor

Exporter = Callable[[int], Any]
Eraser = Callable[[Actor, int], None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


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
