"""The national register: lines a second, peak memory, what a second run costs, and how both grow with the file.

REGISTER_LINES says how many lines the large file has (300,000; a real one two million); the small one has 100,000. Each is
imported by the command of the operator, in a process of its own, into an empty directory that knows every commune. The
floors read the same file: split by the csv module, and copied as it is into a table of text.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bench.databases import HERE, TEMPLATE, connect, url_of
from bench.run import Run, Unexpected

GOAL = 18
USUAL = 300_000
SMALL = 100_000
# About three lines for two people.
LINES_PER_PERSON = 1.44
# The cost of a line and the peak of memory, the large file beside the small one.
GROWTH = 1.2
MEMORY_GROWTH = 1.1
# Understanding, grouping and writing, beside splitting and copying alone; the rows of the search are told apart.
BESIDE_FLOOR = 20.0
PHASES = ("reading", "merging", "listing")


def measure(run: Run) -> None:
    """Both files, each twice; the second time nothing changes."""
    wanted = int(os.environ.get("REGISTER_LINES", USUAL))
    figures = [_of_size(lines) for lines in (min(SMALL, wanted // 2), wanted)]
    small, large = figures
    run.report.note("register", {"small": small, "large": large})
    run.report.tell(GOAL, f"register: lines a second, {large['lines']:.0f} lines", large["lines"] / large["seconds"])
    own = large["reading_seconds"] + large["merging_seconds"]
    run.report.tell(
        GOAL, "register: reading and merging / (csv split + plain COPY)", own / large["floor"], BESIDE_FLOOR
    )
    for phase in PHASES:
        run.report.tell(GOAL, f"register: {phase} (s)", large[f"{phase}_seconds"])
        each = [one[f"{phase}_seconds"] / one["lines"] for one in (large, small)]
        run.report.tell(GOAL, f"register: {phase} of a line, large file / small", each[0] / each[1])
    run.report.tell(GOAL, "register: second import / first", large["again"] / large["seconds"], 1.0)
    growth = large["seconds"] / large["lines"] / (small["seconds"] / small["lines"])
    run.report.tell(
        GOAL, f"register: cost of a line, {large['lines']:.0f} / {small['lines']:.0f} lines", growth, GROWTH
    )
    run.report.tell(GOAL, "register: peak memory (MB)", large["peak_mb"])
    run.report.tell(
        GOAL, "register: peak memory, large file / small", large["peak_mb"] / small["peak_mb"], MEMORY_GROWTH
    )


def _of_size(lines: int) -> dict[str, float]:
    from practitioners.register.generator import Plan, write_register

    with tempfile.TemporaryDirectory() as name, _directory() as database:
        folder = Path(name)
        path, written = write_register(folder, Plan(round(lines / LINES_PER_PERSON), faults=0.002))
        split, copied = _split(path), _copy(database, path)
        seconds, peak, phases = _import(database, folder, written)
        again, _, phases_again = _import(database, folder, 0)
    return {
        **{f"{phase}_seconds": spent for phase, spent in phases.items()},
        **{f"{phase}_seconds_again": spent for phase, spent in phases_again.items()},
        "lines": written,
        "seconds": seconds,
        "again": again,
        "peak_mb": peak,
        "csv_seconds": split,
        "copy_seconds": copied,
        "floor": split + copied,
    }


@contextmanager
def _directory() -> Iterator[str]:
    """A migrated database that has the communes and the specialties, and nobody."""
    database = f"bench_register_{os.getpid()}"
    with connect("postgres") as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(TEMPLATE))
        )
    try:
        environment = {**os.environ, "DATABASE_URL": url_of(database)}
        command = [sys.executable, "manage.py", "load_reference", "--verbosity", "0"]
        subprocess.run(command, env=environment, cwd=HERE.parent, check=True)
        yield database
    finally:
        with connect("postgres") as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _import(database: str, folder: Path, expected: int) -> tuple[float, float, dict[str, float]]:
    """Seconds, peak megabytes and phases of the command. Raises Unexpected unless people are written as they should be."""
    report = folder / "report.json"
    environment = {**os.environ, "DATABASE_URL": url_of(database)}
    command = [sys.executable, "manage.py", "import_register", str(folder), "--json", str(report), "--verbosity", "0"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=HERE.parent, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak_of(process.pid))
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    told = json.loads(report.read_text())
    if process.returncode or bool(told["people"]["created"]) is not bool(expected):
        raise Unexpected(f"the import ended with {process.returncode}: {told}")
    return seconds, peak, told["phases"]


def _peak_of(pid: int) -> float:
    """Megabytes that a process has held at most, so far. What `wait4` tells begins with what its parent held."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    held = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(held[0]) / 1024 if held else 0.0


def _split(path: Path) -> float:
    began = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as stream:
        for _ in csv.reader(stream, delimiter="|", quoting=csv.QUOTE_NONE):
            pass
    return time.perf_counter() - began


def _copy(database: str, path: Path) -> float:
    """The lines as they are, one column of text each, into a table that is kept."""
    statement = r"COPY bench_register_line FROM STDIN (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"
    began = time.perf_counter()
    with connect(database) as server:
        server.execute("CREATE TABLE bench_register_line (line text)")
        with psycopg.ClientCursor(server).copy(statement) as copy, path.open("rb") as stream:
            while block := stream.read(1 << 20):
                copy.write(block.replace(b"\x00", b""))
        server.execute("DROP TABLE bench_register_line")
    return time.perf_counter() - began
