"""In which order the processes of one run take the tests: long ones first, so that none waits for another at the end."""

import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

HERE = Path(__file__).parent
# Folders whose tests take seconds each, dealt to the processes in turn.
LONG = ("browser", "setup", "drills", "security", "concurrency")


def folder_of(item: pytest.Item) -> str:
    return Path(item.path).relative_to(HERE).parts[0]


def needs_database(item: pytest.Item) -> bool:
    """Whether the database of the tests must be there for it."""
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in item.fixturenames


def processes() -> int:
    """How many processes share this run."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def dealt(
    items: list[T], folders: list[str], processes: int, waits: Callable[[T], bool] = lambda item: False
) -> list[T]:
    """The items, each with its folder, in an order such that equal shares of it begin with the long ones.

    All processes but the first keep for later those that `waits` says to wait for what the first one makes.
    """
    by_folder: dict[str, list[T]] = defaultdict(list)
    for item, folder in zip(items, folders, strict=True):
        by_folder[folder if folder in LONG else ""].append(item)
    rest, shares = by_folder[""], []
    left = len(items)
    for number in range(processes):
        first = [item for folder in LONG[number::processes] for item in by_folder[folder]]
        if number:
            first.sort(key=waits)
        share = left // (processes - number)
        left -= share
        filling = max(0, share - len(first)) if number < processes - 1 else len(rest)
        shares += [*first, *rest[:filling]]
        rest = rest[filling:]
    return shares
