"""How long one answer takes when nothing else is asked: every question once a round, in a new order each round."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.client import Answer, Caller
from bench.report import spread
from bench.run import Run, expect
from bench.writing import Bookings

Question = Callable[[], Answer]
WARM_ROUNDS = 12
SAMPLE_ROWS = 40_000
# Seconds; on a busy machine fewer rounds are made.
LONGEST = 60


def measure(run: Run) -> None:
    """Goals 5, 6, 7, 9 and a part of 12."""
    questions = _questions(run)
    times: dict[str, list[float]] = {name: [] for name in questions}
    began = time.monotonic()
    for number in range(-WARM_ROUNDS, run.scale.calls):
        order = list(questions)
        run.random.shuffle(order)
        for name in order:
            answer = questions[name]()
            if number >= 0:
                times[name].append(answer.milliseconds)
        if time.monotonic() - began > LONGEST:
            break
    found = {name: spread(values) for name, values in times.items()}
    run.report.note("latency_ms", found)
    _judge(run, found)


def _questions(run: Run) -> dict[str, Question]:
    world, tokens = run.world, run.tokens
    floor = Caller(run.ports.floor)
    large, small = Caller(run.ports.large), Caller(run.ports.small)
    account = Caller(run.ports.large, token=tokens[0])
    cookie = Caller(run.ports.large)
    cookie.headers["Cookie"] = f"__Host-sid={tokens[1]}"
    sunday = world.next_sunday.isoformat()
    lone, busy, full = (world.special(name) for name in ("lone", "busy", "full"))

    def page() -> Answer:
        agendas = world.neighbours(run.random.randint(1, world.agendas))
        return expect(large.get(run.availability(agendas, days=3)))

    def week(caller: Caller, agendas: int) -> Question:
        return lambda: expect(caller.get(run.availability([run.random.randint(1, agendas)], days=7)))

    def fixed(agenda: int, days: int, start: str = "") -> Question:
        path = run.availability([agenda], days=days, start=start)
        return lambda: expect(large.get(path))

    def row(caller: Caller, path: str) -> Question:
        return lambda: expect(caller.get(f"{path}{run.random.randint(1, SAMPLE_ROWS)}"))

    bookings = {name: Bookings(run, name) for name in ("large", "small")}
    return {
        "floor": row(floor, "/row/"),
        "row for a visitor": row(large, "/bench/visitor/"),
        "row for an account": row(cookie, "/bench/account/"),
        "7 days": week(large, world.agendas),
        "7 days, signed in": week(account, world.agendas),
        "7 days, small database": week(small, run.worlds["small"].agendas),
        "20 agendas x 3 days": page,
        "next, open": fixed(lone, 1, sunday),
        "next, full": fixed(full, 1, sunday),
        "7 days, 1 appointment": fixed(lone, 7),
        "7 days, 10,000 appointments": fixed(busy, 7),
        "booking": bookings["large"].book,
        "booking, small database": bookings["small"].book,
    }


def _judge(run: Run, found: dict[str, dict[str, float]]) -> None:
    tell = run.report.tell

    def ratio(name: str, other: str = "floor", point: str = "p50") -> float:
        return found[name][point] / found[other][point]

    run.report.note("floor_p50_ms", found["floor"]["p50"])
    tell(5, "availability, 1 agenda x 7 days, p50 / F p50", ratio("7 days"), 2.0)
    tell(5, "availability, 1 agenda x 7 days, p95 / F p95", ratio("7 days", point="p95"), 2.5)
    tell(5, "the same, asked by an account, p50 / F p50", ratio("7 days, signed in"))
    tell(6, "availability, 20 agendas x 3 days, p50 / F p50", ratio("20 agendas x 3 days"), 5.0)
    tell(7, "next free slot, open calendar, p50 / F p50", ratio("next, open"), 2.0)
    tell(7, "next free slot, full for six weeks, p50 / the open one's", ratio("next, full", "next, open"), 2.0)
    grown = f"10,000 to {run.scale.appointments:,} appointments"
    tell(9, f"availability, {grown}, p50", ratio("7 days", "7 days, small database"), 1.2)
    tell(9, f"booking, {grown}, p50", ratio("booking", "booking, small database"), 1.2)
    tell(
        9,
        "availability, 1 to 10,000 appointments in one calendar, p50",
        ratio("7 days, 10,000 appointments", "7 days, 1 appointment"),
        1.3,
    )
    tell(12, "row behind the product's middleware, visitor, p50 / F p50", ratio("row for a visitor"))
    tell(12, "row behind the product's middleware, account, p50 / F p50", ratio("row for an account"))
    tell(4, "one booking alone, p50 / F p50", ratio("booking"))
