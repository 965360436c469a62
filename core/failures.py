"""Says what went wrong without quoting it: messages of exceptions may hold what a person wrote."""

import traceback
from pathlib import Path

from core.exceptions import DomainError

_ROOT = str(Path(__file__).resolve().parent.parent)


def error_code(error: BaseException) -> str:
    """A short stable code: that of a `DomainError`, else the name of the exception's class."""
    return error.code if isinstance(error, DomainError) else type(error).__name__


def places(error: BaseException, *, limit: int = 4) -> list[str]:
    """The last frames of the traceback that are ours, innermost last, as `booking/tasks.py:12 refresh`."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_ROOT) and "site-packages" not in frame.filename]
    return [f"{frame.filename[len(_ROOT) + 1 :]}:{frame.lineno} {frame.name}" for frame in ours[-limit:]]
