"""Pages to read that a search may speak of, known here by contract only.

The app that holds such pages registers how they are found when it starts; the search box and the page of results ask it.
Not in `booking.registry`: what reads rows for pages there needs the models, this needs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """A page worth reading: its title, one sentence, its address, and the language it is written in."""

    title: str
    summary: str
    url: str
    language: str = "fr"


Finder = Callable[[str], Sequence[Reading]]
_finders: dict[str, Finder] = {}


def offer_readings(name: str, finder: Finder) -> None:
    """Registers a finder under the name of its app; registering again replaces it."""
    _finders[name] = finder


def readings_of(text: str) -> list[Reading]:
    """The pages that the words of a search speak of, best first; nothing when there are none."""
    return [found for finder in _finders.values() for found in finder(text)] if text else []
