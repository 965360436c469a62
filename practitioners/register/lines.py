"""Cuts a stream of bytes into lines of fields. What cannot be a line is told, with its number, and nothing else is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO

from practitioners.register.columns import split_header
from practitioners.register.identifiers import number_within
from practitioners.register.refusals import refused

# A real line has fewer than two thousand bytes.
LONGEST = 65_536
# A tab is a blank like another; a carriage return before the end of the line is handled there.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

# What is told of a line put aside: its number from 1, the code of `refusals.LINES`, the RPPS that can still be read.
Reject = Callable[[int, str, str], None]


class Lines:
    """The lines of one file. `labels` is its header; `read` counts bytes and `number` lines, both as they go.

    Raises `empty`, `not_utf8`, `not_piped` on opening; `line_too_long` and `truncated` while iterating.
    """

    def __init__(self, stream: IO[bytes], seen: Callable[[bytes], object] | None = None) -> None:
        self._stream = stream
        self._seen = seen
        self.read = 0
        self.number = 0
        header = self._next()
        while header and not header.strip():
            header = self._next()
        if not header:
            raise refused("empty")
        try:
            self.labels = split_header(header.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise refused("not_utf8") from error

    def fields(self, reject: Reject) -> Iterator[list[str]]:
        """The fields of each line that has as many as the header, with or without the trailing separator."""
        width = len(self.labels)
        for raw in iter(self._next, b""):
            try:
                line = raw.decode()
            except UnicodeDecodeError:
                reject(self.number, "encoding", number_within(raw.decode("latin-1")))
                continue
            line = line.rstrip("\r\n")
            values = line.split("|")
            if len(values) != width and not (len(values) == width + 1 and not values[-1].strip()):
                if not line.strip():
                    continue
                if not raw.endswith(b"\n") and len(values) < width:
                    raise refused("truncated", line=self.number)
                reject(self.number, "field_count", number_within(line))
                continue
            if _CONTROL.search(line):
                reject(self.number, "control_character", number_within(line))
                continue
            yield values

    def _next(self) -> bytes:
        raw = self._stream.readline(LONGEST)
        if raw:
            self.number += 1
            self.read += len(raw)
            if len(raw) == LONGEST and not raw.endswith(b"\n"):
                raise refused("line_too_long", line=self.number)
            if self._seen is not None:
                self._seen(raw)
        return raw
