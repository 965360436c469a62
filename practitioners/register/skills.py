"""From a profession and a « savoir-faire » to a specialty of the directory, in either numbering of the professions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practitioners.models.specialty import Profession

# Users of a title (TRE_R95) are numbered from 71 in old files and from 171 in new ones.
_OTHER_NUMBERS = {"171": "71", "172": "72", "173": "73", "193": "93", "69": "60"}
_LISTED = frozenset(Profession.values)
DOCTOR = Profession.DOCTOR.value
# The specialty of a dentist or a doctor is the general one only when nothing more precise is held.
_GENERAL = frozenset({"medecin-generaliste", "dentiste"})
_DENTIST_ALONE = "dentiste"
_LAST = 10_000


def profession_of(code: str) -> str:
    """The profession by the number used here; empty when the directory has no such profession. `code` is not empty."""
    number = code.lstrip("0") if len(code) > 2 and code[0] == "0" else code
    number = _OTHER_NUMBERS.get(number, number)
    return number if number in _LISTED else ""


def specialty_rules(specialties: Iterable[tuple[int, str, str, Sequence[str], int]]) -> list[tuple[str, str, int, int]]:
    """(profession, savoir-faire or empty, specialty id, rank): the lowest rank wins when somebody holds several.

    `specialties` are (id, slug, profession, codes, position). A code decides whatever the profession it stands beside
    (an oral surgeon is a doctor or a dentist); the empty one is for a profession without a code that is known.
    """
    rules = []
    for pk, slug, profession, codes, position in specialties:
        rank = position + (_LAST if slug in _GENERAL else 0)
        for code in codes:
            owner = Profession.DENTIST.value if code.startswith("SCD") else profession
            rules.append((owner, code, pk, rank))
        if not codes or slug == _DENTIST_ALONE:
            rules.append((profession, "", pk, 2 * _LAST + position))
    return rules
