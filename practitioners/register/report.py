"""What an import did, as a table for people and as JSON for programs. Both tell the same numbers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practitioners.register.reading import Tally
from practitioners.register.refusals import LINES, UNLISTED, UNPLACED

WORDS = {
    "created": gettext_lazy("Créées"),
    "changed": gettext_lazy("Modifiées"),
    "unchanged": gettext_lazy("Inchangées"),
    "struck_off": gettext_lazy("Sorties du répertoire"),
    "reinstated": gettext_lazy("Revenues"),
    "objected": gettext_lazy("Opposées à leur parution"),
    "no_specialty": gettext_lazy("Sans spécialité de l’annuaire"),
    "sites_created": gettext_lazy("Lieux ajoutés"),
    "sites_changed": gettext_lazy("Lieux modifiés"),
    "sites_gone": gettext_lazy("Lieux quittés"),
    "no_place": gettext_lazy("Lieux sans commune connue"),
}
# Rejected lines named in the table; all that are kept are in the JSON.
SHOWN = 20


class Watch:
    """How long each phase took, in seconds, from the end of the one before."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self.phases: dict[str, float] = {}

    def ends(self, phase: str) -> None:
        now = time.monotonic()
        self.phases[phase] = round(now - self._since, 2)
        self._since = now


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one import. `phases` are the seconds of reading, merging and listing.

    `people` counts persons and sites, `rejected` and `unlisted` lines by code, `unplaced` sites. `rejections` are (file, line,
    code, RPPS or empty), the first five thousand.
    """

    file: str
    stamp: str
    sha256: str
    dry_run: bool
    seconds: float
    phases: Mapping[str, float]
    lines: int
    people: Mapping[str, int]
    rejected: Mapping[str, int]
    unlisted: Mapping[str, int]
    unplaced: Mapping[str, int]
    rejections: Sequence[tuple[str, int, str, str]]

    @classmethod
    def of(
        cls,
        file: str,
        stamp: str,
        tally: Tally,
        merged: Mapping[str, int],
        rejections: Sequence[tuple[str, int, str, str]],
        phases: Mapping[str, float],
        *,
        dry_run: bool = False,
    ) -> Report:
        people = {**merged, "no_place": tally.unplaced.total()}
        return cls(
            file, stamp, tally.sha256, dry_run, round(sum(phases.values()), 2), phases, tally.lines, people, dict(tally.rejected),
            dict(tally.unlisted), dict(tally.unplaced), rejections,
        )  # fmt: skip

    @property
    def written(self) -> int:
        """How many people the import wrote; zero when the directory was up to date."""
        return sum(self.people[name] for name in ("created", "changed", "struck_off"))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a snapshot: everything but the rejections, which have rows of their own."""
        whole = asdict(self)
        del whole["rejections"]
        return {**whole, "lines_per_second": round(self.lines / self.seconds) if self.seconds else 0}

    def as_json(self) -> dict[str, Any]:
        """The whole report, each rejection with its reason in words."""
        told = [
            {"file": file, "line": line, "code": code, "reason": str(LINES[code]), "rpps": rpps}
            for file, line, code, rpps in self.rejections
        ]
        return {"status": "ok", **self.as_dict(), "rejections": told}

    def as_table(self) -> str:
        """Lines of text of a steady width."""
        rows = [(str(WORDS[name]), self.people[name]) for name in WORDS]
        rows += [
            (_("Non parues\u00a0: %(why)s") % {"why": UNLISTED[code]}, n) for code, n in sorted(self.unlisted.items())
        ]
        rows += [
            (_("Lieux sans commune\u00a0: %(why)s") % {"why": UNPLACED[code]}, n)
            for code, n in sorted(self.unplaced.items())
        ]
        rows += [
            (_("Lignes écartées\u00a0: %(why)s") % {"why": LINES[code]}, n) for code, n in sorted(self.rejected.items())
        ]
        width = max(len(word) for word, _count in rows)
        text = [f"{self.file}  ({self.lines} {_('lignes')}, {self.seconds:.1f} s)"]
        text += [f"  {word:<{width}}  {count:>10}" for word, count in rows]
        for file, line, code, rpps in self.rejections[:SHOWN]:
            text.append(f"  {file}:{line}  {LINES[code]}{f'  (RPPS {rpps})' if rpps else ''}")
        left = sum(self.rejected.values()) - len(self.rejections[:SHOWN])
        if left:
            text.append("  " + _("… et %(count)s autres lignes écartées.") % {"count": left})
        return "\n".join(text)
