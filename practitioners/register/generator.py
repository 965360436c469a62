"""Writes registers of any size in the published format, always the same for the same seed, with its faults if wanted.

Names are made up, RPPS begin with 98 (the register begins them with 10), phones lie in the ranges kept for fiction.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from practitioners.reference import COMMUNES_FILE
from practitioners.reference.catalogue import read_specialties
from practitioners.reference.communes import Commune, read_communes
from practitioners.register.generator_columns import HEADER_2021, HEADER_2026
from practitioners.register.generator_faults import spoil
from practitioners.register.identifiers import is_adeli, is_rpps
from practitioners.register.sample_names import FIRST_NAMES, LAST_NAMES

_WAYS = ("RUE", "AVENUE", "BOULEVARD", "PLACE", "ALLEE", "CHEMIN", "IMPASSE", "QUAI")
_WAY_NAMES = (
    "DES LILAS", "DE LA REPUBLIQUE", "VICTOR HUGO", "DU MARECHAL FOCH", "DES ECOLES", "DE LA GARE", "PASTEUR", "DU MOULIN",
    "JEAN JAURES", "DE L'EGLISE", "DES ACACIAS", "DU 8 MAI 1945", "MARIE CURIE", "DES TILLEULS",
)  # fmt: skip
# Sectors of ordinary places of care, the commonest first.
_SECTORS = ("SA07", "SA08", "SA01", "SA07", "SA08", "SA09", "SA05")
_TITLED = frozenset({"10", "40", "21"})
# Of a hundred people: lines of one place, two, three.
_PLACES = (1,) * 62 + (2,) * 28 + (3,) * 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write. `without` leaves out every so-manyth person, `moved` gives every so-manyth another first place.

    `faults` is the share of lines that bear a fault of the published files or worse; `apart` puts the savoir-faire in
    their own file; `adeli` gives every so-manyth an ADELI number alone; `old` writes the fewer columns and other
    spellings of 2021; `around` keeps to these departments.
    """

    people: int
    seed: int = 1
    stamp: str = "202611210800"
    without: int = 0
    moved: int = 0
    faults: float = 0.0
    apart: bool = False
    old: bool = False
    adeli: int = 0
    around: tuple[str, ...] = ()


def write_register(folder: Path, plan: Plan) -> tuple[Path, int]:
    """Write the file or the two files; returns that of persons and how many lines of it are below the header."""
    path = folder / f"PS_LibreAcces_Personne_activite_{plan.stamp}.txt"
    skills = folder / f"PS_LibreAcces_SavoirFaire_{plan.stamp}.txt"
    labels = HEADER_2021 if plan.old else HEADER_2026
    chance = _chance(plan.seed, "faults")
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out, skills.open("w", encoding="utf-8", newline="") as other:
        out.write("|".join(labels) + "|\n")
        other.write(
            "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|Prénom d'exercice|"
        )
        other.write("Code profession|Code type savoir-faire|Code savoir-faire|\n")
        for cells in lines_of(plan):
            if plan.apart and cells[16]:
                other.write("|".join([*cells[:3], cells[7], cells[8], cells[9], "S", cells[15]]) + "|\n")
                cells[13:17] = [""] * 4
            line = "|".join(cells[: len(labels)]) + "|"
            if plan.faults and chance.random() < plan.faults:
                line = spoil(line, chance)
            out.write(line + "\n")
            count += 1
    if not plan.apart:
        skills.unlink()
    return path, count


def lines_of(plan: Plan) -> Iterator[list[str]]:
    """The 56 values of each line, person after person."""
    world = _World(plan.around)
    for number in range(1, plan.people + 1):
        if plan.without and number % plan.without == 0:
            continue
        yield from _person(world, plan, number)


def rpps_number(number: int) -> str:
    """The RPPS of the person of this rank: 98, eight digits, the key. Raises ValueError from a hundred million on."""
    body = f"98{number:08d}"
    if len(body) != 10:
        raise ValueError(number)
    return next(f"{body}{key}" for key in range(10) if is_rpps(f"{body}{key}"))


def adeli_number(number: int) -> str:
    """The ADELI number of the person of this rank: 75, six digits, the key."""
    body = f"75{number % 1_000_000:06d}"
    return next(f"{body}{key}" for key in range(10) if is_adeli(f"{body}{key}"))


class _World:
    """The communes by population, and what people are: the frequent specialties of the list come first."""

    def __init__(self, departments: tuple[str, ...]) -> None:
        every = read_communes(COMMUNES_FILE)
        communes = [one for one in every if not departments or one.department in departments]
        cities = {one.parent for one in communes}
        self._communes = [one for one in communes if one.postcodes and one.insee not in cities]
        self._upto = list(accumulate(one.population + 200 for one in self._communes))
        self._specialties = read_specialties()

    def commune(self, chance: random.Random) -> Commune:
        return self._communes[bisect(self._upto, chance.randrange(self._upto[-1]))]

    def specialty(self, chance: random.Random) -> tuple[str, str]:
        """A profession and a savoir-faire, which is empty where the profession alone decides."""
        row = self._specialties[min(chance.randrange(len(self._specialties)), chance.randrange(len(self._specialties)))]
        code = chance.choice(row.codes) if row.codes else ""
        return ("40" if code.startswith("SCD") else row.profession), code


def _person(world: _World, plan: Plan, number: int) -> Iterator[list[str]]:
    chance = _chance(plan.seed, number)
    rpps = rpps_number(number)
    profession, skill = world.specialty(chance)
    last = chance.choice(LAST_NAMES)
    if chance.random() < 0.12:
        last = f"{last}-{chance.choice(LAST_NAMES)}"
    kind = chance.random()
    category, category_name = (
        ("E", "Etudiant") if kind < 0.02 else ("M", "Militaire") if kind < 0.03 else ("C", "Civil")
    )
    first = chance.choice(FIRST_NAMES)
    woman = first[-1] in "ea"
    who = ["8", rpps, f"8{rpps}"]
    if plan.adeli and number % plan.adeli == 0:
        rpps = adeli_number(number)
        # A spreadsheet has been there: « 759124159 » for « 0759124159 ».
        who = ["0", rpps, rpps if number % 2 else f"0{rpps}"]
    who += ["DR", "Docteur"] if profession in _TITLED else ["", ""]
    who += ["MME", "Madame"] if woman else ["M", "Monsieur"]
    who += [last, first, profession, f"Profession {profession}", category, category_name]
    who += ["S", "Spécialité ordinale", skill, f"Spécialité {skill}"] if skill else ["", "", "", ""]
    who += ["L", "Libéral"]
    places = 0 if chance.random() < 0.03 else chance.choice(_PLACES)
    if not places:
        yield [*who, *[""] * 37]
    for rank in range(places):
        moved = bool(plan.moved and rank == 0 and number % plan.moved == 0)
        yield [*who, *_place(world, _chance(plan.seed, number, rank, moved))]


def _place(world: _World, chance: random.Random) -> list[str]:
    """Columns 20 to 56."""
    commune = world.commune(chance)
    postcode = chance.choice(commune.postcodes)
    structure = f"R{chance.randrange(10**13):013d}"
    sector = "SA64" if chance.random() < 0.01 else chance.choice(_SECTORS)
    way, name = chance.choice(_WAYS), chance.choice(_WAY_NAMES)
    known = chance.random() < 0.7
    phone = f"019900{chance.randrange(10_000):04d}" if chance.random() < 0.4 else ""
    city = commune.name.upper()
    return [
        *["", "", "", "", structure, f"CABINET {name}", "", "", ""],
        *[str(chance.randrange(1, 180)), "", way[:3], way, name, "", f"{postcode} {city}", postcode],
        *([commune.insee, city] if known else ["", ""]),
        *["99000", "France", phone, "", "", ""],
        *[commune.department, "", f"4{structure}", "CNOM/CNOM/CNOM", sector, "Secteur", "", "", "", ""],
        *["GENR01", "Activité standard de soin"],
    ]


def _chance(*seed: object) -> random.Random:
    return random.Random(":".join(map(str, seed)))  # noqa: S311  (a repeatable choice, no secret)
