"""Brings a database up to date for the demo: migrations, cache table, reference data, and the demo's people."""

import io
import os
import time
from typing import Any

import django
from django.core.management import call_command

# A demo of the named people alone starts sooner; the tests of the set-up use it.
SMALL = os.environ.get("DEMO_SIZE") == "small"
# The name of the command, its options, and what it does in words.
STEPS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("migrate", {"interactive": False}, "migrations"),
    ("createcachetable", {}, "cache"),
    ("load_reference", {}, "communes, specialties, reasons"),
    ("load_health_pages", {}, "information pages"),
    ("load_catalogue", {}, "plans and prices"),
    ("seed_demo", {"if_empty": True, "small": SMALL}, "demo people and agendas"),
)


def main() -> None:
    django.setup()
    for command, options, what in STEPS:
        began = time.monotonic()
        print(f"    {what} …", end=" ", flush=True)
        call_command(command, verbosity=0, stdout=io.StringIO(), **options)
        print(f"{time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
