"""A ZIP written while it is sent, and the cells of a table that no spreadsheet takes for a formula. Pure."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

RISKY = ("=", "+", "-", "@", "\t", "\r")
PIECE = 64 * 1024


def safe_cell(value: Any) -> Any:
    """A text cell that stays text: an apostrophe before what a spreadsheet would run; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" \n").startswith(RISKY) else text


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file for a French spreadsheet: UTF-8 with its mark, semicolons."""
    yield b"\xef\xbb\xbf"
    yield _csv_line(header)
    for row in rows:
        yield _csv_line(row)


def zip_pieces(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The bytes of a ZIP of these (name, pieces), given out as they are made: memory holds one piece."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in files:
            with archive.open(name, "w", force_zip64=True) as entry:
                for piece in pieces:
                    entry.write(piece)
                    if pipe.held >= PIECE:
                        yield pipe.take()
    yield pipe.take()


def _csv_line(row: Sequence[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([safe_cell(cell) for cell in row])
    return line.getvalue().encode("utf-8", "replace")


class _Pipe(io.RawIOBase):
    """What the archive writes, until it is taken. It cannot go back, so the archive never asks it to."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.held = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, piece: Any) -> int:
        self._parts.append(bytes(piece))
        self.held += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self._parts, self.held = b"".join(self._parts), [], 0
        return taken
