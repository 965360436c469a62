"""`make bench`: loads two databases, starts the servers, takes every pass and prints the goals of the performance page.

SCALE=region (10,000 agendas, the default) or country (100,000). `.venv/bin/python -m script.run_bench races` takes only the
named passes; `partitions`, `replicas` and `sizes`, about growth, are taken only so. PATIENCE=600 lets each path of the races
reach all of its rounds on a slow machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import traceback
from types import FrameType

import django
from django.db import connection

from bench.environment import production_like

MESSAGES = "messages"
# About growth: each has a database of its own, and is taken only when it is named.
GROWTH = ("partitions", "replicas", "sizes")


def main() -> int:
    # Whoever ends the benchmark ends its servers and databases too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    os.environ.update(production_like())
    began = time.monotonic()
    names = sys.argv[1:]
    alone = [name for name in names if name == MESSAGES or name in GROWTH]
    code = _measure([name for name in names if name not in alone]) if not names or alone != names else 0
    if not names or MESSAGES in names:
        # It has a database of its own, and servers that it starts itself.
        code |= subprocess.run([sys.executable, "-m", "bench.messages"], check=False).returncode
    for name in GROWTH:
        if name in names:
            code |= subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    print(f"{time.monotonic() - began:.0f} s in all")
    return code


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _measure(names: list[str]) -> int:
    # The modules of the passes import models, which want the settings first.
    from bench import scale as scales
    from bench.databases import filled, url_of
    from bench.report import Report
    from bench.servers import served
    from bench.world import scales as worlds_of

    scale = scales.chosen()
    worlds = worlds_of(scale)
    report = Report(scale.name)
    broken: list[str] = []
    report.note("load_average_before", os.getloadavg())
    with filled(scale, worlds, print) as databases:
        os.environ["DATABASE_URL"] = url_of(databases["large"])
        django.setup()
        from bench.accounts import sign_in
        from bench.passes import PASSES
        from bench.run import Run

        tokens = sign_in(scale.accounts, databases.values())
        with served(databases) as ports:
            run = Run(scale, worlds, databases, ports, tokens, report)
            for name, measure in PASSES.items():
                if not names or name in names:
                    started = time.monotonic()
                    try:
                        measure(run)
                    except Exception as error:
                        # An hour of figures is not lost for one pass; the run has failed all the same.
                        traceback.print_exc()
                        report.note(f"broken_{name}", repr(error))
                        broken.append(name)
                        connection.close()
                    report.note(f"seconds_{name}", round(time.monotonic() - started, 1))
    report.note("load_average_after", os.getloadavg())
    print(f"written to {report.write()}")
    for figure in report.failures:
        print(f"does not hold: {figure}")
    for name in broken:
        print(f"broke off: {name}")
    return 1 if report.failures or broken else 0


if __name__ == "__main__":
    sys.exit(main())
