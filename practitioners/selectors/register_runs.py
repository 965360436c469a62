"""The last runs of the national register, as the platform's staff sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Window
from django.db.models.functions import RowNumber

from core.access import Actor, scoped
from practitioners.models import RegisterRejection, RegisterSnapshot
from practitioners.register.refusals import FILES, LINES, UNLISTED, UNPLACED

RUNS_SHOWN = 10
SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Run:
    """A run with its counts by name, why it was refused if so, and lines put aside: a few of each reason."""

    snapshot: RegisterSnapshot
    people: dict[str, int]
    rejected: Sequence[tuple[object, int]]
    unlisted: Sequence[tuple[object, int]]
    unplaced: Sequence[tuple[object, int]]
    sample: Sequence[RegisterRejection]
    refusal: str


def recent_runs(actor: Actor) -> list[Run]:
    """The latest first. Two statements however many there are."""
    snapshots = list(scoped(actor, RegisterSnapshot, "read").order_by("-started_at", "-pk")[:RUNS_SHOWN])
    numbered = RegisterRejection.objects.filter(snapshot__in=snapshots).annotate(
        rank=Window(RowNumber(), partition_by=["snapshot", "code"], order_by="line")
    )
    samples: dict[int, list[RegisterRejection]] = {}
    for one in numbered.filter(rank__lte=SAMPLE).order_by("snapshot", "code", "line"):
        samples.setdefault(one.snapshot_id, []).append(one)
    return [_run(one, samples.get(one.pk, [])) for one in snapshots]


def reason_of(code: str) -> object:
    """Why a line was put aside, in words."""
    return LINES.get(code, code)


def _run(snapshot: RegisterSnapshot, sample: Sequence[RegisterRejection]) -> Run:
    counts = snapshot.counts
    refusal = ""
    if snapshot.refusal:
        sentence = FILES.get(snapshot.refusal)
        refusal = str(sentence) % counts.get("refusal", {}) if sentence else snapshot.refusal
    return Run(
        snapshot=snapshot,
        people=counts.get("people", {}),
        rejected=[(LINES.get(code, code), count) for code, count in sorted(counts.get("rejected", {}).items())],
        unplaced=[(UNPLACED.get(code, code), count) for code, count in sorted(counts.get("unplaced", {}).items())],
        unlisted=[(UNLISTED.get(code, code), count) for code, count in sorted(counts.get("unlisted", {}).items())],
        sample=sample,
        refusal=refusal,
    )
