"""Notes of what the demo started, kept in `.local/`.

`servers.json` gives `manage.py` the addresses of the running servers; `processes.json` lets the next start end what a
killed supervisor left behind.
"""

import json
import signal
from pathlib import Path

from script.servers import processes
from script.servers.layout import Layout


def write_addresses(layout: Layout, variables: dict[str, str]) -> None:
    """Notes the environment variables that lead to the servers; they may hold a password."""
    _write(layout.local / "servers.json", variables)


def forget_addresses(layout: Layout) -> None:
    (layout.local / "servers.json").unlink(missing_ok=True)


def write_processes(layout: Layout, running: dict[str, int]) -> None:
    notes = {name: [pid, processes.started_at(pid)] for name, pid in running.items()}
    _write(layout.local / "processes.json", notes)


def end_survivors(layout: Layout) -> list[str]:
    """Ends the processes that a killed supervisor left, and gives their names."""
    note = layout.local / "processes.json"
    if not note.is_file():
        return []
    ended = []
    for name, (pid, started) in json.loads(note.read_text()).items():
        # The same process, not a later one that was given its id.
        if processes.is_alive(pid) and processes.started_at(pid) == started:
            processes.end(pid, (signal.SIGTERM, 15), (signal.SIGKILL, 5))
            ended.append(name)
    note.unlink()
    return ended


def _write(path: Path, content: object) -> None:
    """Writes the file whole or not at all, readable by its owner alone."""
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content))
    unfinished.rename(path)
