"""Goals 1 and 2: many clients for one slot, on every path that books, moves or reopens one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from statistics import median

from bench import rivals as paths
from bench.client import Caller, Crowd, crowd, give_back_connection
from bench.databases import connect
from bench.report import spread
from bench.rivals import CREATED, Rivals, Round
from bench.run import Run, expect

CONFLICT = 409
FLOOR_CALLS = 8
PATHS = {
    "same slot": paths.same_slot,
    "overlapping lengths": paths.overlapping,
    "holds and bookings": paths.holding,
    "moves to one slot": paths.moving,
    "families": paths.families,
    "cancelled visits brought back": paths.restoring,
    "first available of twenty": paths.first_available,
}
OVERLAPS = """
SELECT count(*) FROM (
    SELECT start_at < max(end_at) OVER (
        PARTITION BY performer_id ORDER BY start_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS hit
    FROM booking_appointment
    WHERE status IN ('held', 'booked', 'arrived', 'seen', 'no_show') AND NOT overbooked
) AS each WHERE hit
"""


def measure(run: Run) -> None:
    """Goal 1: every path, the double bookings counted in the database at the end."""
    before = _deadlocks(run)
    wrong_winners, wrong_losers, rounds = 0, Counter[str](), {}
    with crowd(run.scale.race_clients) as clients:
        for name, path in PATHS.items():
            rivals = Rivals(run, run.scale.race_clients)
            seen = _race(clients, path(rivals), run.scale.race_rounds, run.scale.patience)
            rivals.close()
            # Each thread gives back what it took from the pool.
            clients.race([give_back_connection] * clients.size)
            rounds[name] = seen.milliseconds
            wrong_winners += seen.wrong_winners
            wrong_losers += seen.wrong_losers
            print(
                f"         {name}: {len(seen.milliseconds)} rounds, median {median(seen.milliseconds):.0f} ms",
                flush=True,
            )
    run.report.note("race_rounds_ms", {name: spread(times) for name, times in rounds.items()})
    run.report.note("race_other_answers", dict(wrong_losers))
    tell, clients_and_rounds = run.report.tell, f"{run.scale.race_clients} clients"
    with connect(run.databases["large"]) as database:
        row = database.execute(OVERLAPS).fetchone()
    tell(1, f"double bookings in the database after all races, {clients_and_rounds}", row[0] if row else -1, 0)
    tell(1, f"rounds without exactly the winners there may be, of {sum(map(len, rounds.values()))}", wrong_winners, 0)
    tell(1, "losers answered otherwise than by 409", sum(wrong_losers.values()), 0)
    tell(1, "deadlocks seen by PostgreSQL", _deadlocks(run) - before, 0)
    tell(1, "least rounds reached on a path", min(map(len, rounds.values())), None)


class Seen:
    """What the rounds of one path gave."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.wrong_winners = 0
        self.wrong_losers: Counter[str] = Counter()

    def note(self, results: list[object], milliseconds: float, may_win: int) -> None:
        self.milliseconds.append(milliseconds)
        answers = [result if isinstance(result, tuple) else (0, repr(result)[:200]) for result in results]
        self.wrong_winners += sum(status == CREATED for status, _ in answers) != may_win
        for status, code in answers:
            if status not in (CREATED, CONFLICT):
                self.wrong_losers[f"{status} {code}"] += 1


def _race(clients: Crowd, rounds: Iterator[Round], count: int, patience: float) -> Seen:
    seen, spent = Seen(), 0.0
    for acts, may_win in islice(rounds, count):
        results, milliseconds = clients.race(acts)
        seen.note(results, milliseconds, may_win)
        spent += milliseconds / 1000
        if spent > patience:
            break
    return seen


def measure_time(run: Run) -> None:
    """Goal 2: how long until everybody has an answer, beside the floor asked between the rounds."""
    floor, floors = Caller(run.ports.floor), []
    rivals = Rivals(run, run.scale.timed_race_clients)
    seen, began = Seen(), time.monotonic()
    rounds = paths.same_slot(rivals, "race_timed")
    with crowd(run.scale.timed_race_clients) as clients:
        for number, (acts, may_win) in enumerate(islice(rounds, run.scale.timed_race_rounds + 2)):
            asked = [
                expect(floor.get(f"/row/{run.random.randint(1, 40_000)}")).milliseconds for _ in range(FLOOR_CALLS)
            ]
            results, milliseconds = clients.race(acts)
            if number >= 2:
                floors += asked
                seen.note(results, milliseconds, may_win)
            if time.monotonic() - began > run.scale.patience:
                break
    rivals.close()
    run.report.note("timed_race_ms", {"floor": spread(floors), "rounds": spread(seen.milliseconds)})
    middle = median(seen.milliseconds)
    run.report.tell(2, "32 clients on one slot, all answered: median round / F p50", middle / median(floors), 60)
    run.report.tell(2, "its worst round / its median", max(seen.milliseconds) / middle, 3)


def _deadlocks(run: Run) -> int:
    with connect(run.databases["large"]) as database:
        time.sleep(1)
        row = database.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
        return row[0] if row else -1
