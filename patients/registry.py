"""What stands on patients in the apps above, known here by contract only.

An app that points to patients' records registers a keeper when it starts; services of this package then ask it before
they remove a person, and have it follow when two files become one.
"""

from collections.abc import Sequence
from typing import Protocol

from core.access import Actor


class RecordKeeper(Protocol):
    def has_upcoming(self, actor: Actor, patient_id: int, unseen_by: Sequence[Actor] = ()) -> bool:
        """Whether something is still to come for this person, among what the actor may see (the system sees all).

        What one of `unseen_by` may see too does not count.
        """

    def move(self, source_id: int, target_id: int) -> int:
        """Re-points rows from one file to another of the same practice, in the caller's transaction; how many."""

    def count(self, record_id: int) -> int:
        """How many rows hang on a file: read before and after a move, so that none is lost unseen."""


_keepers: dict[str, RecordKeeper] = {}


def keep_records(name: str, keeper: RecordKeeper) -> None:
    """Registers a keeper under the name of its app; registering again replaces it."""
    _keepers[name] = keeper


def has_upcoming(actor: Actor, patient_id: int, unseen_by: Sequence[Actor] = ()) -> bool:
    return any(keeper.has_upcoming(actor, patient_id, unseen_by) for keeper in _keepers.values())


def move_records(source_id: int, target_id: int) -> int:
    return sum(keeper.move(source_id, target_id) for keeper in _keepers.values())


def count_rows(record_id: int) -> int:
    return sum(keeper.count(record_id) for keeper in _keepers.values())
