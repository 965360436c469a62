"""Times the search of a country, at SQL level: `DATABASE_URL=… .venv/bin/python -m bench.directory` (goals 10 and 11).

Half a million people of the register in the real communes (LISTINGS changes it), most of whom have not joined; see
`bench.crowd_of_listings`. Every figure is a ratio to K, one row read by its primary key, asked in turn with it. The
database `bench_directory` is made, and dropped at the end.
"""

from __future__ import annotations

import os
import sys
from random import Random

import django
from django.core.management import call_command
from django.db import connections

from bench.databases import connect, url_of
from bench.environment import production_like
from bench.report import Report

DATABASE = "bench_directory"


def main() -> int:
    os.environ.update(production_like())
    _remake()
    os.environ["DATABASE_URL"] = url_of(DATABASE)
    django.setup()
    try:
        call_command("migrate", verbosity=0)
        _measure(Report("directory"))
    finally:
        connections.close_all()
        with connect("postgres") as server:
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    return 0


def _remake() -> None:
    with connect("postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")


def _measure(report: Report) -> None:
    # These questions import models, which want the settings first.
    from bench import crowd_of_listings as bench

    random, passes = Random(7), bench.Pass()
    crowd = bench.Crowd(random)
    written, seconds = crowd.write(random)
    report.note("rows_written_a_second", round(written.written / seconds))
    with connect(DATABASE) as server:
        server.execute("CREATE INDEX bench_all_trigrams ON booking_listedword USING gin (word gin_trgm_ops)")
    for taken in (bench.Pass(), passes):
        bench.places(taken, random, crowd)
        shares = bench.people(taken, random, crowd)
    row = passes.at("row", 95)
    for where in ("city", "rural"):
        for ordering in ("availability", "distance"):
            value = passes.at(f"{ordering} {where}", 95) / row
            report.tell(10, f"one specialty within 20 km by {ordering}, {where}: p95 / K p95", value, 25)
    spread = passes.at("availability city", 95) / passes.at("availability rural", 95)
    report.tell(10, "first free hour, city p95 / rural p95", spread, 2)
    report.tell(11, "exact name, p95 / K p95", passes.at("exact", 95) / row, 3)
    slip = passes.at("dictionary", 50) / passes.at("all trigrams", 50)
    report.tell(11, "dictionary for one slip, p50 / p50 of trigrams ranked over everybody", slip, 1 / 6)
    for kind, share in sorted(shares.items()):
        report.tell(11, f"one letter {kind}, share of names in the first ten", share, 0.9, at_least=True)
    report.note("milliseconds", {kind: [passes.at(kind, 50), passes.at(kind, 95)] for kind in passes.times})
    report.note("listings", bench.LISTINGS)
    report.note("distinct_names", len(set(crowd.names)))
    report.note("load_average", os.getloadavg())
    print(f"written to {report.write()}")


if __name__ == "__main__":
    sys.exit(main())
