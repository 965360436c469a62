"""The vaccines a person may note, what each protects from (the codes prevention counts), and those of each child visit.

Pure values. A dose may count for several rules: the hexavalent is a dose of dTP, of Hib and of hepatitis B.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carnet.prevention.ages import Age


class Vaccine(NamedTuple):
    code: str
    label: str | Promise
    counts: tuple[str, ...]


class Visit(NamedTuple):
    """A usual moment of the child's calendar: its place in an address, its name, its age, what is given then."""

    slug: str
    label: str | Promise
    age: Age
    vaccines: tuple[str, ...]


VACCINES: dict[str, Vaccine] = {
    vaccine.code: vaccine
    for vaccine in (
        Vaccine("hexa", _("Hexavalent (DTCaP, Hib, hépatite B)"), ("dtp", "pertussis", "hib", "hepb")),
        Vaccine("penta", _("Pentavalent (DTCaP, Hib)"), ("dtp", "pertussis", "hib")),
        Vaccine("dtcap", _("Diphtérie, tétanos, polio, coqueluche"), ("dtp", "pertussis")),
        Vaccine("dtp", _("Diphtérie, tétanos, polio"), ("dtp",)),
        Vaccine("pnc", _("Pneumocoque"), ("pnc",)),
        Vaccine("menb", _("Méningocoque B"), ("menb",)),
        Vaccine("menacwy", _("Méningocoques A, C, W et Y"), ("menacwy",)),
        Vaccine("menc", _("Méningocoque C"), ("menc",)),
        Vaccine("ror", _("Rougeole, oreillons, rubéole (ROR)"), ("ror",)),
        Vaccine("rota", _("Rotavirus"), ("rota",)),
        Vaccine("hepb", _("Hépatite B"), ("hepb",)),
        Vaccine("hpv", _("Papillomavirus (HPV)"), ("hpv-vaccine",)),
        Vaccine("flu", _("Grippe"), ("flu",)),
        Vaccine("covid", _("Covid-19"), ("covid",)),
        Vaccine("zona", _("Zona"), ("zona",)),
        Vaccine("vrs", _("Bronchiolite (VRS)"), ("vrs",)),
        Vaccine("hepa", _("Hépatite A"), ("hepa",)),
        Vaccine("varicella", _("Varicelle"), ("varicella",)),
        Vaccine("bcg", _("Tuberculose (BCG)"), ("bcg",)),
        Vaccine("yellow", _("Fièvre jaune"), ("yellow",)),
    )
}

VISITS: dict[str, Visit] = {
    visit.slug: visit
    for visit in (
        Visit("2-mois", _("2 mois"), Age(months=2), ("hexa", "pnc", "rota")),
        Visit("3-mois", _("3 mois"), Age(months=3), ("menb", "rota")),
        Visit("4-mois", _("4 mois"), Age(months=4), ("hexa", "pnc")),
        Visit("5-mois", _("5 mois"), Age(months=5), ("menb",)),
        Visit("6-mois", _("6 mois"), Age(months=6), ("menacwy",)),
        Visit("11-mois", _("11 mois"), Age(months=11), ("hexa", "pnc")),
        Visit("12-mois", _("12 mois"), Age(months=12), ("menb", "menacwy", "ror")),
        Visit("16-18-mois", _("16 à 18 mois"), Age(months=16), ("ror",)),
        Visit("6-ans", _("6 ans"), Age(6), ("dtcap",)),
        Visit("11-13-ans", _("11 à 13 ans"), Age(11), ("dtcap", "hpv", "menacwy")),
    )
}


def label_of(code: str) -> str | Promise:
    """The name of a vaccine; the code itself for one that left the list."""
    return VACCINES[code].label if code in VACCINES else code


def counted_codes(code: str) -> tuple[str, ...]:
    """What a dose of this vaccine counts for."""
    return VACCINES[code].counts if code in VACCINES else ()


def known(codes: Iterable[str]) -> list[str]:
    """Those of the codes that are in the list, in the order of the list, once each."""
    given = set(codes)
    return [code for code in VACCINES if code in given]
