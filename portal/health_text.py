"""The text of one version of an information page, before it is a row: from a form, from a file, or from an earlier version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "health_pages"
_FIELDS = frozenset({"slug", "language", "position", "title", "summary", "keywords", "reviewed_on", "source"})


@dataclass(frozen=True, slots=True)
class HealthText:
    """What a version says. `sources` are (label, https address)."""

    title: str
    summary: str
    body: str
    keywords: str
    sources: tuple[tuple[str, str], ...]
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class HealthFile:
    """A page that comes with the software."""

    slug: str
    language: str
    position: int
    text: HealthText


def sources_of(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """From the shape of the column."""
    return tuple((row["label"], row["url"]) for row in rows)


def read_files(folder: Path = FOLDER) -> list[HealthFile]:
    """Every page of the folder, by file name. Raises ValueError for a malformed file, with its name."""
    return [_read(path) for path in sorted(folder.glob("*.md"))]


def _read(path: Path) -> HealthFile:
    """Lines `name: value`, an empty line, then the text. `source` may be repeated: « label | address »."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    given: dict[str, str] = {}
    sources: list[tuple[str, str]] = []
    try:
        for line in head.splitlines():
            name, _, value = (part.strip() for part in line.partition(":"))
            if name not in _FIELDS:
                raise ValueError(f"unknown line {name!r}")
            if name == "source":
                label, _, url = (part.strip() for part in value.rpartition("|"))
                sources.append((label, url))
            else:
                given[name] = value
        text = HealthText(
            title=given["title"],
            summary=given["summary"],
            body=body.strip(),
            keywords=given.get("keywords", ""),
            sources=tuple(sources),
            reviewed_on=date.fromisoformat(given["reviewed_on"]),
        )
        return HealthFile(given["slug"], given["language"], int(given["position"]), text)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
