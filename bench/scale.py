"""How much is loaded and how long each pass lasts; SCALE names a size."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes are numbers of rows, lengths are rounds or seconds.

    `agendas` with `visits` each make the large database; the small one has `small_agendas`. `patience`
    bounds each path of the races in seconds (PATIENCE changes it): the rounds that were reached are reported.
    """

    name: str
    agendas: int
    small_agendas: int = 200
    visits: int = 50
    accounts: int = 400
    calls: int = 200
    race_clients: int = 64
    race_rounds: int = 50
    timed_race_clients: int = 32
    timed_race_rounds: int = 30
    throughput_slices: int = 6
    slice_seconds: float = 1.5
    patience: float = 15.0

    @property
    def appointments(self) -> int:
        return self.agendas * self.visits


SCALES = {
    "region": Scale(name="region", agendas=10_000),
    "country": Scale(name="country", agendas=100_000),
    # For whoever works on the benchmark itself: its figures mean nothing.
    "sketch": Scale(
        name="sketch", agendas=1_000, calls=30, race_rounds=4, timed_race_rounds=5, throughput_slices=2, slice_seconds=1
    ),
}


def chosen() -> Scale:
    """The size that the environment names, ten thousand agendas by default. Raises SystemExit for an unknown one."""
    name = os.environ.get("SCALE") or "region"
    if name not in SCALES:
        raise SystemExit(f"SCALE must be one of {', '.join(SCALES)}, not {name}.")
    scale = SCALES[name]
    patience = os.environ.get("PATIENCE")
    return scale if patience is None else replace(scale, patience=float(patience))
