"""A filled database for the passes about growth, which need no web server: partitions, replica, sizes.

Each is run alone and by its name: `.venv/bin/python -m script.run_bench partitions`. Its figures go to a file of its own
beside those of the whole run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from bench import scale as scales
from bench.databases import filled, url_of
from bench.report import Report
from bench.scale import Scale
from bench.world import World

GOAL = 20


@contextmanager
def loaded(name: str) -> Iterator[tuple[Report, Scale, World, str]]:
    """The report to fill, the size, the world and the name of its database; the figures are written at the end."""
    scale = scales.chosen()
    world = World.of(scale.agendas)
    report = Report(f"{scale.name}-{name}")
    report.note("load_average_before", os.getloadavg())
    with filled(scale, {"large": world}, print) as databases:
        os.environ["DATABASE_URL"] = url_of(databases["large"])
        django.setup()
        try:
            yield report, scale, world, databases["large"]
        finally:
            _close()
    report.note("load_average_after", os.getloadavg())
    print(f"written to {report.write()}")


def _close() -> None:
    from django.db import connections

    connections.close_all()
