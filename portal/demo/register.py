"""A small register for the demo: people whom the register states and who have not joined, around the demo's towns."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from core import clock
from core.access import system_actor
from practitioners.register.generator import Plan, write_register
from practitioners.services.register.importing import import_register

PEOPLE = 2_000
DEPARTMENTS = ("75", "93", "69", "974")
SEED = 2026


def import_small_register() -> int:
    """Import made-up people as a real file would be, dated of yesterday; returns how many were created."""
    stamp = f"{clock.now() - timedelta(days=1):%Y%m%d%H%M}"
    with tempfile.TemporaryDirectory() as name:
        plan = Plan(PEOPLE, seed=SEED, stamp=stamp, faults=0.005, around=DEPARTMENTS)
        path, _ = write_register(Path(name), plan)
        report = import_register(actor=system_actor("seed_demo"), where=path)
    return report.people["created"]
