"""What the apps above show with a visit, known here by contract only.

An app that hangs things on a visit (its documents, what was joined to it) registers a builder for a space when it starts;
the page of the visit asks each of them and draws the fragments they name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from booking.models import Appointment
from core.access import Actor, Space


@dataclass(frozen=True, slots=True)
class Panel:
    """One fragment of the page: a template that reads `panel` (these words) and nothing else of the page."""

    template: str
    words: Mapping[str, Any] = field(default_factory=dict)


class PanelBuilder(Protocol):
    def __call__(self, actor: Actor, visit: Appointment) -> Panel | None:
        """The fragment for somebody who already reads the visit, or None when there is nothing to say."""


_builders: dict[tuple[Space, str], PanelBuilder] = {}


def show_with_visit(space: Space, name: str, builder: PanelBuilder) -> None:
    """Registers a builder under the name of its app; registering again replaces it."""
    _builders[space, name] = builder


def panels_of(actor: Actor, visit: Appointment) -> list[Panel]:
    """The fragments of a visit in the actor's space, in the order they were registered."""
    built = (build(actor, visit) for (space, _name), build in _builders.items() if space == actor.space)
    return [panel for panel in built if panel is not None]
