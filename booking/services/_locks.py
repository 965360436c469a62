"""The locks of the writing verbs: performers first, in id order, then patients, in id order.

The exclusion constraint alone never double-books, but rivals that wait on each other's index entries end in a
storm of deadlocks; one lock per performer, taken first, removes it (ADR 0004).
"""

from collections.abc import Callable, Iterable

from core import locks


def lock_performers(*ids: int) -> None:
    """Wait for the agenda time of these practitioners until the transaction ends.

    Raises `OperationalError` 55P03 after two seconds, which the public verbs turn into `agenda_busy`.
    """
    locks.take((locks.PERFORMER, ids))


def lock_booking(
    *, performers: Iterable[int], patients: Iterable[int], before_waiting: Callable[[], None] | None = None
) -> None:
    """The same with the patients, so that limits per patient hold under a race too; one statement when nobody is before.

    `before_waiting` is called when somebody is: it may refuse what waiting would not make possible, so that a crowd after
    one slot does not queue behind the one who got it.
    """
    wanted = (locks.PERFORMER, performers), (locks.PATIENT, patients)
    if before_waiting is None:
        locks.take(*wanted)
    elif not locks.take_at_once(*wanted):
        before_waiting()
        locks.take(*wanted)
