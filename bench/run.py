"""What every pass is given: the sizes, the databases, the servers, the accounts and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from bench.client import Answer, Caller
from bench.report import Report
from bench.scale import Scale
from bench.servers import Served
from bench.world import World, uid


class Unexpected(RuntimeError):
    """The product answered something else than what is measured: no figure may come of it."""


@dataclass
class Run:
    """One run. `random` is seeded, so that two runs ask the same questions."""

    scale: Scale
    worlds: Mapping[str, World]
    databases: Mapping[str, str]
    ports: Served
    tokens: list[str]
    report: Report
    random: Random = field(default_factory=lambda: Random(7))

    @property
    def world(self) -> World:
        return self.worlds["large"]

    def availability(self, agendas: list[int], *, days: int, start: str = "") -> str:
        """The address of an availability of neighbouring agendas."""
        reason = self.world.reason_of(agendas[0])
        wanted = ",".join(str(uid("agenda", agenda)) for agenda in agendas)
        first = f"&start_date={start}" if start else ""
        return f"/api/v1/availabilities?visit_reason={reason}&agendas={wanted}&days={days}{first}"


def expect(answer: Answer, status: int = 200) -> Answer:
    """The same answer. Raises Unexpected when its status is another one."""
    if answer.status != status:
        raise Unexpected(f"{answer.status} instead of {status}: {answer.body[:300]!r}")
    return answer


def warm(caller: Caller, path: str, calls: int = 10) -> None:
    for _ in range(calls):
        expect(caller.get(path))
