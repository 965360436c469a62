"""The locks of the writing verbs: performers first, in id order, then patients, in id order.

The exclusion constraint alone never double-books, but rivals that wait on each other's index entries end in a
storm of deadlocks; one lock per performer, taken first, removes it (ADR 0004).
"""

from collections.abc import Iterable

from core import locks


def lock_performers(*ids: int) -> None:
    """Wait for the agenda time of these practitioners until the transaction ends.

    Raises `OperationalError` 55P03 after two seconds, which the public verbs turn into `agenda_busy`.
    """
    locks.take((locks.PERFORMER, ids))


def lock_booking(*, performers: Iterable[int], patients: Iterable[int]) -> None:
    """The same with the patients, so that limits per patient hold under a race too; one statement."""
    locks.take((locks.PERFORMER, performers), (locks.PATIENT, patients))
