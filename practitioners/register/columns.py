"""Finds the columns of a register file by what their header says, never by position: spelling and order drift by year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.text import fold
from practitioners.register.refusals import refused

# Name used here: normalised headers under which the files of 2021 to 2026 give it, the usual one first.
PERSON_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id_type": ("type identifiant pp", "type identifiant"),
    "id": ("identifiant pp",),
    "national_id": ("identification nationale pp",),
    "title": ("code civilite exercice",),
    "last_name": ("nom exercice",),
    "first_name": ("prenom exercice",),
    "profession": ("code profession",),
    "category": ("code categorie professionnelle",),
    "skill": ("code savoir faire",),
    "siret": ("numero siret site",),
    "finess": ("numero finess site",),
    "structure": ("identifiant technique structure",),
    "company": ("raison sociale site",),
    "brand": ("enseigne commerciale site",),
    "addressee": ("complement destinataire",),
    "spot": ("complement point geographique",),
    "number": ("numero voie",),
    "repetition": ("indice repetition voie",),
    "way_type": ("libelle type voie", "code type voie"),
    "way": ("libelle voie",),
    "box": ("mention distribution",),
    "bureau": ("bureau cedex",),
    "postcode": ("code postal",),
    "commune": ("code commune",),
    "commune_name": ("libelle commune",),
    "country": ("code pays",),
    "country_name": ("libelle pays",),
    "phone": ("telephone",),
    "phone_2": ("telephone 2",),
    "email": ("adresse e mail", "adresse email", "adresse mail"),
    "sector": ("code secteur activite",),
    "genre": ("code genre activite",),
}
# Without these a line cannot be understood; others come and go with the years.
PERSON_KEYS = frozenset(
    {"id_type", "id", "national_id", "last_name", "first_name", "profession", "category", "postcode", "commune"}
    | {"structure", "way", "bureau", "sector"}
)
SKILL_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id_type": PERSON_COLUMNS["id_type"],
    "id": PERSON_COLUMNS["id"],
    "national_id": PERSON_COLUMNS["national_id"],
    "profession": PERSON_COLUMNS["profession"],
    "skill": PERSON_COLUMNS["skill"],
}
SKILL_KEYS = frozenset(SKILL_COLUMNS)
# Words that come and go: « (coord. structure) », « (structure) », articles, « d'exercice » beside « exercice ».
_CLAUSE = re.compile(r"\((?:coord|structure)[^)]*\)?", re.IGNORECASE)
_SMALL = frozenset({"d", "de", "du", "des", "l", "la", "le"})


def header_key(label: str) -> str:
    """« Code Département (coord. Structure) » → « code departement »: what stays the same from year to year."""
    return " ".join(word for word in fold(_CLAUSE.sub(" ", label)).split() if word not in _SMALL)


def split_header(line: str) -> list[str]:
    """The labels of a header line, without the empty one after a trailing separator. Raises `not_piped`."""
    labels = line.lstrip("\ufeff").rstrip("\r\n").split("|")
    if labels and not labels[-1].strip():
        labels.pop()
    if len(labels) < len(SKILL_KEYS):
        raise refused("not_piped")
    return labels


def find_columns(labels: Sequence[str], wanted: Mapping[str, tuple[str, ...]], keys: frozenset[str]) -> dict[str, int]:
    """Where each wanted column stands. Raises `columns_missing`, and `columns_repeated` when a needed one is there twice.

    A column that is not needed and not there is left out of the answer.
    """
    places: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        places.setdefault(header_key(label), []).append(position)
    found: dict[str, int] = {}
    missing, repeated = [], []
    for name, spellings in wanted.items():
        spelling = next((one for one in spellings if one in places), None)
        if spelling is None:
            missing += [spellings[0]] if name in keys else []
        elif len(places[spelling]) > 1:
            repeated.append(spelling)
        else:
            found[name] = places[spelling][0]
    if missing:
        raise refused("columns_missing", columns=", ".join(missing))
    if repeated:
        raise refused("columns_repeated", columns=", ".join(repeated))
    return found
