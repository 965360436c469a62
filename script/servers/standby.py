"""A streaming standby of a cluster of this checkout: a copy that follows it and may only be read."""

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from script.servers import locks, processes
from script.servers.layout import own_folder, server_account
from script.servers.postgres import PORT, Cluster, PostgresFailed, as_server_account, postmaster_of, remove

# What the primary must be started with, beside what PostgreSQL does by default (wal_level=replica, ten senders).
PRIMARY_SETTINGS = ("wal_keep_size=64MB",)


@dataclass(frozen=True, slots=True)
class Standby(Cluster):
    """Made by `pg_basebackup` of a running primary at its first start, then started and stopped as any cluster.

    `settings` are at least the primary's: a standby with fewer connections refuses to start.
    """

    primary: Cluster | None = None

    def discard(self) -> None:
        """Stops the server at once and removes its files: the next start copies the primary again."""
        discard(self)

    def _make(self, binaries: Path, data: Path) -> None:
        if self.primary is None:
            raise PostgresFailed("A standby needs the primary that it follows.")
        unfinished = data.with_name(f"{data.name}.new")
        remove(unfinished)
        own_folder(unfinished, server_account(), 0o700)
        command: list[str | Path] = [binaries / "pg_basebackup", "-D", unfinished, "-h", self.primary.sockets]
        command += ["-p", str(PORT), "-U", "app", "-R", "-X", "stream", "-c", "fast", "--no-sync"]
        try:
            with self.log.open("ab") as log:
                self.run(command, stdout=log, stderr=log, **as_server_account())
            unfinished.rename(data)
        finally:
            remove(unfinished)


def discard(cluster: Cluster) -> None:
    """Stops a cluster whose rows nobody needs, at once, and removes its files."""
    with locks.held(cluster.lock):
        for data in cluster.layout.state.glob(f"{cluster.name}-[0-9]*"):
            pid = postmaster_of(data)
            if pid is not None:
                processes.end(pid, (signal.SIGQUIT, 10), (signal.SIGKILL, 5))
            shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(cluster.sockets, ignore_errors=True)
