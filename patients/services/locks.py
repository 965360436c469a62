"""The lock under which whatever hangs on one person changes: their file at a practice, their limits, their visits."""

from core import locks


def lock_patients(*ids: int) -> None:
    """Waits for these people until the transaction ends, in id order, so that limits per patient hold under a race.

    Raises `OperationalError` 55P03 after two seconds, which is answered as `busy` (503).
    """
    locks.take((locks.PATIENT, ids))
