"""Collects what was measured: each goal as a ratio beside its limit, printed as it comes and kept as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

RESULTS = Path(__file__).parent / "results"
# Goals that must hold whatever the machine; the others are aims.
MUST_HOLD = (1, 8, 9)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of a goal. `at_least` tells a floor from a ceiling; no limit means that it is only told."""

    goal: int
    what: str
    value: float
    limit: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        if self.limit is None:
            return f"goal {self.goal:>2}  {self.what:<74} {self.value:>9.2f}"
        sign = ">=" if self.at_least else "<="
        verdict = "ok" if self.holds else "MISSED"
        return f"goal {self.goal:>2}  {self.what:<74} {self.value:>9.2f}  {sign} {self.limit:<7g} {verdict}"


@dataclass
class Report:
    """All figures of a run, and the measurements they come from."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    measured: dict[str, Any] = field(default_factory=dict)

    def tell(self, goal: int, what: str, value: float, limit: float | None = None, *, at_least: bool = False) -> None:
        figure = Figure(goal, what, round(value, 3), limit, at_least)
        self.figures.append(figure)
        print(figure, flush=True)

    def note(self, name: str, value: Any) -> None:
        self.measured[name] = value

    @property
    def failures(self) -> list[Figure]:
        """Missed figures of the goals that must hold."""
        return [figure for figure in self.figures if figure.goal in MUST_HOLD and figure.holds is False]

    def write(self) -> Path:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        content = {
            "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
            "goals": [
                {**asdict(figure), "holds": figure.holds} for figure in sorted(self.figures, key=lambda f: f.goal)
            ],
            "measured": self.measured,
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        return path


def spread(times: list[float]) -> dict[str, float]:
    """p50 and p95 of these milliseconds, and how many they are."""
    if len(times) < 2:
        return {"p50": times[0], "p95": times[0], "count": len(times)}
    return {
        "p50": round(median(times), 3),
        "p95": round(quantiles(times, n=100)[94], 3),
        "count": len(times),
    }
