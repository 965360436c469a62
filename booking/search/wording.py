"""Sentences about results: « 24 médecins généralistes près des Lilas », in French and in English."""

from __future__ import annotations

import re

from django.utils.translation import get_language, gettext, ngettext

from practitioners.models import Place, Specialty

# After these words of a name nothing takes the plural: « médecins du travail », « médecins physiques et de réadaptation ».
_COMPLEMENT = {"de", "du", "des", "en", "à"}
_VOWEL = re.compile(r"^[aeiouyhàâäéèêëîïôöùûüœAEIOUYHÀÂÄÉÈÊËÎÏÔÖÙÛÜŒ]")


def _english() -> bool:
    return (get_language() or "fr").startswith("en")


def specialty_text(specialty: Specialty, count: int | None) -> str:
    """« médecin généraliste », « médecins généralistes »: the name inside a sentence; None counts as many."""
    name = specialty.label
    inside = name if name.isupper() else name[:1].lower() + name[1:]
    if count is not None and (count == 1 or (count == 0 and not _english())):
        return inside
    return _english_plural(inside) if _english() else _plural(inside)


def _english_plural(name: str) -> str:
    """ "Midwives", "obstetricians and gynaecologists": both, when two trades make one name."""
    first, joint, last = name.partition(" and ")
    if joint and first.endswith(("ist", "ian")):
        first += "s"
    return f"{first}{joint}{last}s" if not name.endswith("fe") else f"{name[:-2]}ves"


def _plural(name: str) -> str:
    words, complement = [], False
    for word in name.split(" "):
        complement = complement or word in _COMPLEMENT
        words.append(word if complement or word == "et" else "-".join(_plural_part(word)))
    return " ".join(words)


def _plural_part(word: str) -> list[str]:
    parts = word.split("-")
    # « gastro-entérologue »: a first part in -o never varies.
    return [
        part
        if part.isupper() or part[-1:] in "sxz" or (n < len(parts) - 1 and part.endswith("o"))
        else f"{part[:-2]}aux"
        if part.endswith("al")
        else f"{part}s"
        for n, part in enumerate(parts)
    ]


def near_text(place: Place) -> str:
    """« près de Lyon », « près des Lilas », « près du Mans », « près d’Angers »; English "near Lyon"."""
    name = place.name
    if _english():
        return f"near {name}"
    if name.startswith("Les "):
        return f"près des {name[4:]}"
    if name.startswith("Le "):
        return f"près du {name[3:]}"
    return f"près d’{name}" if _VOWEL.match(name) else f"près de {name}"


def at_text(place: Place) -> str:
    """« à Lyon », « aux Lilas », « au Mans »; English "in Lyon"."""
    name = place.name
    if _english():
        return f"in {name}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    return f"au {name[3:]}" if name.startswith("Le ") else f"à {name}"


def people_text(specialty: Specialty | None, count: int | None, counted: int) -> str:
    """« 24 dermatologues », « Plus de 500 soignants » when nobody counted further (`count` None)."""
    number = count if count is not None else counted
    people = specialty_text(specialty, count) if specialty else ngettext("soignant", "soignants", number)
    if count is None:
        return gettext("Plus de %(number)d %(people)s") % {"number": counted, "people": people}
    return f"{number} {people}"
