"""Loads many rows by COPY: one connection makes them, another takes them in, and a bar says how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import psycopg
from psycopg import sql

WIDTH = 30
# Where nobody watches, a line is written whenever so much more is done.
STEP = 0.1


class Progress:
    """How many rows of how many are there; a bar that moves on a terminal, a few lines elsewhere."""

    def __init__(self, what: str, total: int, stream: TextIO | None = None) -> None:
        self.what, self.total, self.stream = what, max(total, 1), stream or sys.stdout
        self.done, self._told, self._began = 0, 0.0, time.monotonic()

    def add(self, rows: int) -> None:
        self.done += rows
        share = min(self.done / self.total, 1.0)
        if self.stream.isatty():
            self.stream.write(f"\r{self._line(share)}" + ("\n" if share == 1.0 else ""))
        elif share == 1.0 or share - self._told >= STEP:
            self._told = share
            self.stream.write(f"{self._line(share)}\n")
        self.stream.flush()

    def _line(self, share: float) -> str:
        full = round(share * WIDTH)
        rate = self.done / max(time.monotonic() - self._began, 0.001)
        bar = "#" * full + "." * (WIDTH - full)
        return f"{self.what} [{bar}] {share:4.0%}  {self.done:>9,} of {self.total:,} rows, {rate:,.0f}/s"


def copy_query(
    source: psycopg.Connection, target: psycopg.Connection, query: str, values: Mapping[str, Any], *, into: str
) -> int:
    """Copies what a query gives into the columns of its names, and says how many rows; neither end holds them all."""
    asked = psycopg.ClientCursor(source)
    taken = target.cursor()
    columns = _columns(asked, query, values)
    table = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(into), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with asked.copy(f"COPY ({query}) TO STDOUT", values) as rows, taken.copy(table) as written:
        for row in rows:
            written.write(row)
    return taken.rowcount


def chunks(last: int, size: int) -> Iterator[tuple[int, int]]:
    """The numbers from 1 to `last` as (first, last) of so many each."""
    for first in range(1, last + 1, size):
        yield first, min(first + size - 1, last)


def _columns(cursor: psycopg.ClientCursor, query: str, values: Mapping[str, Any]) -> list[str]:
    cursor.execute(f"SELECT * FROM ({query}) AS rows LIMIT 0", values)
    return [column.name for column in cursor.description or ()]
