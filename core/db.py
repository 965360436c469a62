"""What PostgreSQL meant by an error, read from its SQLSTATE instead of its sentence."""

from django.db import Error, InterfaceError, OperationalError

EXCLUSION_VIOLATION = "23P01"
UNIQUE_VIOLATION = "23505"
DEADLOCK_DETECTED = "40P01"
SERIALIZATION_FAILURE = "40001"
LOCK_NOT_AVAILABLE = "55P03"
QUERY_CANCELED = "57014"

# The server is there and refused to wait any longer: the same request may succeed in a moment.
BUSY = frozenset({DEADLOCK_DETECTED, SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE, QUERY_CANCELED})
# Class 08 connection, 53 resources (too many connections, disk full), 57P shutdown or start-up, 25006 read-only standby.
_UNAVAILABLE = ("08", "53", "57P", "25006")


def sqlstate(error: BaseException) -> str | None:
    """The five characters of SQLSTATE behind a Django or psycopg error; None when the server never answered."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        state = getattr(cause, "sqlstate", None)
        if state:
            return str(state)
        cause = cause.__cause__
    return None


def constraint_name(error: BaseException) -> str | None:
    """The name of the constraint that was violated, if the error says so."""
    cause: BaseException | None = error
    while cause is not None:
        diagnosis = getattr(cause, "diag", None)
        if diagnosis is not None and diagnosis.constraint_name:
            return str(diagnosis.constraint_name)
        cause = cause.__cause__
    return None


def is_busy(error: BaseException) -> bool:
    """A lock was not obtained in time, a statement ran too long, or a deadlock was broken."""
    return isinstance(error, Error) and sqlstate(error) in BUSY


def is_unavailable(error: BaseException) -> bool:
    """The database cannot be reached, is starting, stopping or full: nothing was kept, or nobody knows."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state = sqlstate(error)
    return state is None or state.startswith(_UNAVAILABLE)
