"""How stale the directory's next starts are under load: from a booking's commit to its rewritten row, p50 and p99.

Eight clients book as fast as they can while the relay alone does the jobs, without workers: the slowest way there is.
"""

from __future__ import annotations

import os
import time

import psycopg

from bench.client import Caller, crowd
from bench.databases import connect, url_of
from bench.environment import PRODUCT
from bench.run import Run
from bench.servers import LOGS
from bench.writing import Bookings
from script.servers.layout import CHECKOUT
from script.servers.supervisor import Supervisor

CLIENTS = 8
KIND = "booking.refresh_listings"
GOAL = 10
# What the page on ranking says: some seconds.
ALLOWED = 10.0
WAIT = 120.0
WAITS = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY late), percentile_cont(0.99) WITHIN GROUP (ORDER BY late), max(late)
FROM (SELECT extract(epoch FROM finished_at - created_at)::float8 AS late FROM core_job
      WHERE kind = %s AND state = 'done' AND created_at >= %s) AS done
"""


def measure(run: Run) -> None:
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": PRODUCT,
        "DATABASE_URL": url_of(run.databases["large"]),
    }
    relay = Supervisor({"bench-relay": "python manage.py relay"}, env=variables, cwd=CHECKOUT, logs=LOGS, say=print)
    with connect(run.databases["large"]) as database:
        # Bookings of the other passes are no news any more.
        database.execute("UPDATE core_job SET state = 'cancelled' WHERE state = 'pending'")
        database.execute("UPDATE notifications_message SET state = 'cancelled' WHERE state = 'pending'")
        began = database.execute("SELECT clock_timestamp()").fetchone()
        relay.start()
        try:
            booked = _book(run)
            _wait(database)
        finally:
            relay.stop()
        row = database.execute(WAITS, [KIND, began[0] if began else None]).fetchone()
    count, middle, worst, longest = row or (0, 0.0, 0.0, 0.0)
    run.report.note(
        "freshness", {"booked_a_second": booked, "rows": count, "p50": middle, "p99": worst, "max": longest}
    )
    run.report.tell(GOAL, "next start stale after a booking under load, p50 (s)", middle, ALLOWED)
    run.report.tell(GOAL, "next start stale after a booking under load, p99 (s)", worst, ALLOWED)


def _book(run: Run) -> float:
    """So many bookings a second, for as long as the slices of the throughput last."""
    bookings = Bookings(run, part=4)
    callers = [Caller(run.ports.large, number=number) for number in range(CLIENTS)]
    with crowd(CLIENTS) as clients:
        seconds = run.scale.throughput_slices * run.scale.slice_seconds
        rate, _ = clients.rate(lambda index: bookings.book(callers[index]), seconds)
    return round(float(rate), 1)


def _wait(database: psycopg.Connection) -> None:
    deadline = time.monotonic() + WAIT
    waiting = "SELECT count(*) FROM core_job WHERE kind = %s AND state IN ('pending', 'running')"
    while time.monotonic() < deadline:
        row = database.execute(waiting, [KIND]).fetchone()
        if row and not row[0]:
            return
        time.sleep(0.5)
