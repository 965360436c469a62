"""The committed list of communes: the shape of a row, how it is named and addressed, reading and writing the file."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from core.text import fold

_ARTICLE = re.compile(r"^(?:le|la|les|l) (?=.)")


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune, or one arrondissement of Paris, Lyon or Marseille (then `parent` is the INSEE code of the city).

    Coordinates are WGS 84 degrees, both null when unknown. `postcodes` are sorted.
    """

    insee: str
    name: str
    slug: str
    postcodes: tuple[str, ...]
    department: str
    region: str
    parent: str | None
    latitude: float | None
    longitude: float | None
    population: int
    timezone: str


def search_keys(name: str) -> tuple[str, str]:
    """Return the folded name, and the same without its leading article: « Les Lilas » is typed « lilas » too."""
    sort_key = fold(name)
    return sort_key, _ARTICLE.sub("", sort_key)


def choose_slugs(names: dict[str, tuple[str, str]], kept: dict[str, str]) -> dict[str, str]:
    """Give each commune a lasting address. `names` maps INSEE code to (name, department); `kept` holds past slugs.

    A slug once given stays with its commune. New ones are the plain name; when several communes share it, all take
    the department behind it (`saint-denis-974`), and the INSEE code where that is not enough.
    """
    plain = {insee: fold(name).replace(" ", "-") for insee, (name, _) in names.items()}
    shared = Counter(plain.values())
    with_department = {insee: f"{plain[insee]}-{names[insee][1].lower()}" for insee in names}
    shared_in_department = Counter(with_department.values())
    taken = set(kept.values())
    slugs = {insee: kept[insee] for insee in names if insee in kept}
    for insee in sorted(names.keys() - slugs.keys()):
        options = [plain[insee]] if shared[plain[insee]] == 1 else []
        options += [with_department[insee]] if shared_in_department[with_department[insee]] == 1 else []
        options.append(f"{plain[insee]}-{insee.lower()}")
        slugs[insee] = next(option for option in options if option not in taken)
        taken.add(slugs[insee])
    return slugs


def read_communes(path: Path) -> list[Commune]:
    """Read the gzip CSV written by `write_communes`. Raises ValueError on a value of the wrong type."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return [_from_row(row) for row in csv.DictReader(stream)]


def write_communes(path: Path, communes: Iterable[Commune]) -> None:
    """Write the communes in INSEE order as a gzip CSV. The same communes always give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [field.name for field in fields(Commune)], lineterminator="\n")
    writer.writeheader()
    for commune in sorted(communes, key=lambda one: one.insee):
        writer.writerow(asdict(commune) | {"postcodes": " ".join(commune.postcodes)})
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def _from_row(row: dict[str, str]) -> Commune:
    return Commune(
        insee=row["insee"],
        name=row["name"],
        slug=row["slug"],
        postcodes=tuple(row["postcodes"].split()),
        department=row["department"],
        region=row["region"],
        parent=row["parent"] or None,
        latitude=float(row["latitude"]) if row["latitude"] else None,
        longitude=float(row["longitude"]) if row["longitude"] else None,
        population=int(row["population"]),
        timezone=row["timezone"],
    )
