"""Takes dumps: the database without its keys, and apart, to live a few days only, the keys of the records.

The dump of the database is one view of it: pg_dump, the list of the objects that its documents need and the numbers of
the manifest are read in one snapshot. Objects of the storage are never changed after they were written: copying them,
in any order and at any time, is the business of who runs the storage.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

from django.db import connection, transaction

from carnet.models import DocumentVersion, PatientKey, Preview
from core import audit, clock, ledger
from core.access import Actor
from core.keyring import keyring
from custody.models import DataArchive
from custody.postgres_tools import dumping
from custody.shelves import DATABASE, KEYSTORE, Manifest, SealedFile, new_dump, seal_into, write_manifest

ROWS, OBJECTS = "rows", "objects"
KEYS = PatientKey._meta.db_table
# What is made again or lives a day: copies of data have their keys in their rows.
LEFT_OUT = (KEYS, DataArchive._meta.db_table)


def dump_database(*, actor: Actor) -> Path:
    """Writes a dump of the database; its folder. Raises DumpRefused."""
    with new_dump(DATABASE) as folder:
        where = ledger.head()
        taken = clock.now()
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            options = [f"--exclude-table-data={table}" for table in LEFT_OUT]
            with dumping(f"--snapshot={snapshot}", *options) as stream:
                rows = seal_into(folder, ROWS, stream)  # type: ignore[arg-type]
            needed = _objects()
            migrations = _migrations()
        listed = seal_into(folder, OBJECTS, io.BytesIO(json.dumps(needed).encode()))
        counts = {"objects": len(needed)}
        _sign(folder, DATABASE, taken.isoformat(), migrations, where, [rows, listed], counts)
    _note(actor, DATABASE)
    return _final(folder)


def dump_keystore(*, actor: Actor) -> Path:
    """Writes a dump of the keys alone; its folder. Raises DumpRefused."""
    with new_dump(KEYSTORE) as folder:
        where = ledger.head()
        taken = clock.now()
        with dumping("--data-only", f"--table={KEYS}") as stream:
            rows = seal_into(folder, ROWS, stream)  # type: ignore[arg-type]
        _sign(folder, KEYSTORE, taken.isoformat(), _migrations(), where, [rows], {"keys": PatientKey.objects.count()})
    _note(actor, KEYSTORE)
    return _final(folder)


def _objects() -> list[tuple[str, int]]:
    """Name and plain size of every object that a row needs."""
    found = list(DocumentVersion.objects.order_by("pk").values_list("object_name", "size"))
    return found + list(Preview.objects.order_by("pk").values_list("object_name", "size"))


def _migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def _sign(
    folder: Path,
    kind: str,
    taken_at: str,
    migrations: list[str],
    where: ledger.Head,
    files: list[SealedFile],
    counts: dict[str, int],
) -> None:
    master = keyring().current
    write_manifest(
        folder, Manifest(kind, taken_at, master, migrations, where.lines, where.code, files=files, counts=counts)
    )


def _note(actor: Actor, kind: str) -> None:
    with transaction.atomic():
        audit.record(actor, "custody.backup", kind=kind)


def _final(folder: Path) -> Path:
    return folder.with_suffix("")
