"""Runs the same moment in many threads, each with its own connection, and tells how each one ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from core.exceptions import DomainError

WAIT = 30


def race(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Starts every act at the same moment; the results in order, a refusal or an error standing for itself."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(WAIT)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))


def outcomes(results: Sequence[Any]) -> Counter[str]:
    """How many acts succeeded (`ok`), were refused (their code) or broke (the class of the error)."""
    return Counter(
        result.code
        if isinstance(result, DomainError)
        else type(result).__name__
        if isinstance(result, Exception)
        else "ok"
        for result in results
    )
