"""Screening of cancers, and the tests of sexual health that are free and without prescription."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from carnet.prevention import sources
from carnet.prevention.ages import Age
from carnet.prevention.facts import FEMALE
from carnet.prevention.rule import Rule, Strength, Theme
from carnet.prevention.schedules import Once, Repeat

_CERVIX = ("sage-femme", "gynecologue-medical", "gynecologue-obstetricien", "medecin-generaliste")
_TWO_YEARS, _THREE_YEARS, _FIVE_YEARS = Age(2), Age(3), Age(5)

RULES = (
    Rule(
        code="DEP-SEIN",
        theme=Theme.CANCERS,
        title=_("Dépistage du cancer du sein"),
        gist=_("De 50 à 74 ans, une mammographie et un examen clinique tous les deux ans, pris en charge à 100 %."),
        schedule=Repeat(Age(50), Age(75), (("DEP-SEIN", (_TWO_YEARS,)), ("mammography", (_TWO_YEARS,)))),
        source=sources.CANCER,
        valid_from=date(2004, 1, 1),
        acts=("mammography",),
        sex=FEMALE,
        excludes=("breast_followed",),
        specialties=("radiologue", "gynecologue-medical", "medecin-generaliste"),
        reasons=("mammographie",),
    ),
    Rule(
        code="DEP-COLON",
        theme=Theme.CANCERS,
        title=_("Dépistage du cancer colorectal"),
        gist=_(
            "De 50 à 74 ans, un test à faire chez soi tous les deux ans. Le kit se demande en ligne, en pharmacie ou au médecin."
        ),
        schedule=Repeat(
            Age(50), Age(75), (("DEP-COLON", (_TWO_YEARS,)), ("fit", (_TWO_YEARS,)), ("colonoscopy", (_FIVE_YEARS,)))
        ),
        source=sources.CANCER,
        valid_from=date(2009, 1, 1),
        acts=("fit", "colonoscopy"),
        excludes=("colon_followed",),
        specialties=("pharmacien", "medecin-generaliste", "gastro-enterologue"),
        reasons=(),
    ),
    Rule(
        code="DEP-COL-25",
        theme=Theme.CANCERS,
        title=_("Dépistage du col de l’utérus, de 25 à 29 ans"),
        gist=_("Deux prélèvements à un an d’intervalle, puis un tous les trois ans s’ils sont normaux."),
        schedule=Repeat(
            Age(25), Age(30), (("DEP-COL-25", (Age(1), _THREE_YEARS)), ("cytology", (Age(1), _THREE_YEARS)))
        ),
        source=sources.CANCER,
        valid_from=date(2019, 7, 1),
        acts=("cytology",),
        sex=FEMALE,
        excludes=("no_cervix", "cervix_followed"),
        specialties=_CERVIX,
        reasons=("frottis-de-depistage",),
    ),
    Rule(
        code="DEP-COL-30",
        theme=Theme.CANCERS,
        title=_("Dépistage du col de l’utérus, de 30 à 65 ans"),
        gist=_("Un test HPV trois ans après le dernier prélèvement normal, puis tous les cinq ans."),
        schedule=Repeat(
            Age(30),
            Age(66),
            (
                ("DEP-COL-30", (_FIVE_YEARS,)),
                ("hpv-test", (_FIVE_YEARS,)),
                ("cytology", (_THREE_YEARS,)),
                ("DEP-COL-25", (_THREE_YEARS,)),
            ),
        ),
        source=sources.CANCER,
        valid_from=date(2019, 7, 1),
        acts=("hpv-test", "cytology", "DEP-COL-25"),
        sex=FEMALE,
        excludes=("no_cervix", "cervix_followed"),
        specialties=_CERVIX,
        reasons=("frottis-de-depistage",),
    ),
    Rule(
        code="DEP-IST",
        theme=Theme.SEXUAL,
        title=_("Un test gratuit si vous le souhaitez"),
        gist=_("Avant 26 ans, plusieurs infections se dépistent gratuitement en laboratoire, sans ordonnance."),
        schedule=Repeat(Age(15), Age(26), (("DEP-IST", (Age(1),)), ("sti-test", (Age(1),))), grace=None),
        source=sources.SEXUAL,
        valid_from=date(2024, 9, 1),
        acts=("sti-test",),
        strength=Strength.OFFERED,
        specialties=("biologiste", "medecin-generaliste", "sage-femme"),
        discreet=True,
    ),
    Rule(
        code="DEP-VIH",
        theme=Theme.SEXUAL,
        title=_("Un test du VIH au moins une fois dans la vie"),
        gist=_("Il est gratuit en laboratoire, sans ordonnance, entre 15 et 70 ans."),
        schedule=Once(Age(15), Age(71), counts_from=Age()),
        source=sources.SEXUAL,
        valid_from=date(2022, 1, 1),
        acts=("hiv-test",),
        strength=Strength.OFFERED,
        specialties=("biologiste", "medecin-generaliste", "sage-femme"),
        discreet=True,
    ),
)
