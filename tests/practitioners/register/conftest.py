"""Small registers, written line by line, and the reference data they speak of."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction

from core.access import system_actor
from practitioners.reference import COMMUNES_FILE
from practitioners.reference.communes import read_communes, search_keys
from practitioners.register.communes import CommuneFinder, Known
from practitioners.register.generator import rpps_number
from practitioners.register.generator_columns import HEADER_2026
from practitioners.services.reference import load_places, load_specialties
from practitioners.services.register.importing import import_register

ACTOR = system_actor("tests")
STAMP = "202611210800"
NEXT = "202611220800"
# A general practitioner, in Les Lilas.
BASE = {
    "Type d'identifiant PP": "8",
    "Code civilité d'exercice": "DR",
    "Nom d'exercice": "MARTIN",
    "Prénom d'exercice": "Claire",
    "Code profession": "10",
    "Code catégorie professionnelle": "C",
    "Code type savoir-faire": "S",
    "Code savoir-faire": "SM26",
    "Identifiant technique de la structure": "R0000000000001",
    "Raison sociale site": "CABINET DES LILAS",
    "Numéro Voie (coord. structure)": "12",
    "Libellé type de voie (coord. structure)": "Rue",
    "Libellé Voie (coord. structure)": "DE L'EGLISE",
    "Bureau cedex (coord. structure)": "93260 LES LILAS",
    "Code postal (coord. structure)": "93260",
    "Code commune (coord. structure)": "93045",
    "Code secteur d'activité": "SA07",
    "Code genre activité": "GENR01",
}
SHORT = {
    "last": "Nom d'exercice",
    "first": "Prénom d'exercice",
    "title": "Code civilité d'exercice",
    "profession": "Code profession",
    "category": "Code catégorie professionnelle",
    "skill": "Code savoir-faire",
    "structure": "Identifiant technique de la structure",
    "commune": "Code commune (coord. structure)",
    "postcode": "Code postal (coord. structure)",
    "bureau": "Bureau cedex (coord. structure)",
    "phone": "Téléphone (coord. structure)",
    "sector": "Code secteur d'activité",
    "genre": "Code genre activité",
    "id": "Identifiant PP",
    "national": "Identification nationale PP",
    "type": "Type d'identifiant PP",
    "way": "Libellé Voie (coord. structure)",
    "country": "Code pays (coord. structure)",
}


def line(number: int, **changes: str) -> str:
    """A line about the person of this number; `changes` by the words of SHORT."""
    rpps = rpps_number(number)
    cells = {**BASE, "Identifiant PP": rpps, "Identification nationale PP": f"8{rpps}"}
    cells.update({SHORT[name]: value for name, value in changes.items()})
    return "|".join(cells.get(label, "") for label in HEADER_2026) + "|"


def people(*numbers: int) -> list[str]:
    return [line(number, last=f"MARTIN{'ABCDEFGHIJ'[number % 10]}") for number in numbers]


def write(folder: Path, lines: list[str], stamp: str = STAMP) -> Path:
    path = folder / f"PS_LibreAcces_Personne_activite_{stamp}.txt"
    path.write_text("\n".join(["|".join(HEADER_2026) + "|", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def finder() -> CommuneFinder:
    """Every commune, without a database."""
    rows = read_communes(COMMUNES_FILE)
    return CommuneFinder(
        Known(one.insee, search_keys(one.name)[0], one.postcodes, one.parent, one.population) for one in rows
    )


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Every specialty, and the communes of four departments; rolled back with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_specialties()
        load_places([one for one in read_communes(COMMUNES_FILE) if one.department in {"93", "75", "2A", "974"}])
        yield
        transaction.set_rollback(True)


@pytest.fixture
def bring(db: None, reference: None, tmp_path: Path) -> Callable:
    """Import these lines as the register of a day."""

    def run(lines: list[str], stamp: str = STAMP, **options):
        return import_register(actor=ACTOR, where=write(tmp_path, lines, stamp), **options)

    return run
