"""What is read goes by COPY into temporary tables and, packed, into the snapshot, from which it can be laid out again."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from django.db import connection

from practitioners.models import RegisterChunk, RegisterRejection, RegisterSnapshot
from practitioners.register.refusals import refused
from practitioners.register.rows import PersonRow, SiteRow

# Columns of the staging tables, all text, in the order of the rows.
TABLES: Mapping[str, tuple[str, ...]] = {
    "register_person": PersonRow._fields,
    "register_site_row": SiteRow._fields,
    "register_skill": ("rpps", "profession", "skill"),
    "register_spared": ("rpps",),
}
CHUNK_LINES = 10_000
# Rejections kept with a snapshot and told one by one; beyond, they are only counted.
REJECTIONS_KEPT = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})


def create_tables() -> None:
    """Temporary tables, empty, that end with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in TABLES)}")
        for table, columns in TABLES.items():
            listed = ", ".join(f"{column} text" for column in columns)
            cursor.execute(f"CREATE TEMP TABLE {table} ({listed}) ON COMMIT DROP")


class Stage:
    """Takes what `read_register` reads. Holds at most one chunk of lines for each table; fills `rejections`, bounded.

    Without a snapshot (a dry run) nothing but the temporary tables is written.
    """

    def __init__(self, snapshot: RegisterSnapshot | None, rejections: list[RegisterRejection]) -> None:
        self._snapshot = snapshot
        self._lines: dict[str, list[str]] = {table: [] for table in TABLES}
        self._position = 0
        self.rejections = rejections

    def person(self, row: PersonRow) -> None:
        self._add("register_person", row)

    def site(self, row: SiteRow) -> None:
        self._add("register_site_row", row)

    def skill(self, rpps: str, profession: str, code: str) -> None:
        self._add("register_skill", (rpps, profession, code))

    def spare(self, rpps: str) -> None:
        self._add("register_spared", (rpps,))

    def rejection(self, file: str, line: int, code: str, rpps: str) -> None:
        if len(self.rejections) < REJECTIONS_KEPT:
            self.rejections.append(RegisterRejection(file=file[:160], line=line, code=code, rpps=rpps))

    def close(self) -> None:
        """Write what is left of every table."""
        for table in TABLES:
            self._flush(table)

    def _add(self, table: str, values: Iterable[str]) -> None:
        line = "\t".join(values)
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(TABLES[table]) - 1:
            line = "\t".join(value.translate(_ESCAPES) for value in values)
        lines = self._lines[table]
        lines.append(line)
        if len(lines) >= CHUNK_LINES:
            self._flush(table)

    def _flush(self, table: str) -> None:
        lines = self._lines[table]
        if not lines:
            return
        content = ("\n".join(lines) + "\n").encode()
        copy_into(table, content)
        if self._snapshot is not None:
            RegisterChunk.objects.create(
                snapshot=self._snapshot,
                position=self._position,
                kind=table.removeprefix("register_"),
                lines=len(lines),
                content=zlib.compress(content, 1),
            )
            self._position += 1
        lines.clear()


def copy_into(table: str, content: bytes) -> None:
    """Append lines in the text format of COPY."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(content)


def lay_out(snapshot: RegisterSnapshot) -> None:
    """Fill the temporary tables with what a kept snapshot said. Raises `chunk_damaged` when a part cannot be unpacked."""
    for chunk in RegisterChunk.objects.filter(snapshot=snapshot).order_by("position").iterator(chunk_size=10):
        table = f"register_{chunk.kind}"
        try:
            content = zlib.decompress(bytes(chunk.content))
        except zlib.error as error:
            raise refused("chunk_damaged") from error
        if table not in TABLES or content.count(b"\n") != chunk.lines:
            raise refused("chunk_damaged")
        copy_into(table, content)
