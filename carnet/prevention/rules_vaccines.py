"""Vaccines from six years on: boosters, adolescence, adults, seniors, and those of certain conditions."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from carnet.prevention import sources
from carnet.prevention.ages import Age
from carnet.prevention.facts import FEMALE
from carnet.prevention.rule import Rule, Strength, Theme
from carnet.prevention.schedules import AroundBirth, AtAges, Doses, Once

_SINCE = date(2018, 1, 1)
_HPV_WIDENED = date(2025, 12, 9)
_2025 = date(2025, 1, 1)
# 41 weeks without periods lead to the expected day: week n begins (41 - n) weeks before it.
_WEEK = 7
LUNG_OR_HEART = ("chronic_lung", "chronic_heart")
AT_RISK = (*LUNG_OR_HEART, "diabetes", "immunocompromised", "chronic_other")


def _weeks(number: int) -> int:
    return (number - 41) * _WEEK


def _vaccine(code: str, title: object, gist: object, schedule: object, **more: object) -> Rule:
    options = {
        "theme": Theme.VACCINES,
        "source": sources.VACCINES_2025,
        "valid_from": _SINCE,
        "specialties": ("medecin-generaliste", "pharmacien", "infirmier", "sage-femme"),
        "reasons": ("vaccination",),
        **more,
    }
    return Rule(code=code, title=title, gist=gist, schedule=schedule, **options)  # type: ignore[arg-type]


RULES = (
    _vaccine(
        "VAC-DTP-6",
        _("Rappel de 6 ans : diphtérie, tétanos, polio, coqueluche"),
        _("Un rappel se fait à 6 ans."),
        Once(Age(6), Age(11), late=Age(7), counts_from=Age(5)),
        acts=("dtp",),
        specialties=("pediatre", "medecin-generaliste", "infirmier", "pharmacien"),
        asks_from=Age(7),
    ),
    _vaccine(
        "VAC-DTP-11",
        _("Rappel de 11 à 13 ans : diphtérie, tétanos, polio, coqueluche"),
        _("Un rappel se fait entre 11 et 13 ans."),
        Once(Age(11), Age(25), late=Age(14), counts_from=Age(10)),
        acts=("dtp",),
        specialties=("pediatre", "medecin-generaliste", "infirmier", "pharmacien"),
        asks_from=Age(15),
    ),
    _vaccine(
        "VAC-DTP-A",
        _("Rappel diphtérie, tétanos, polio"),
        _(
            "Un rappel se fait à 25, 45 et 65 ans, puis tous les dix ans. Celui de 25 ans protège aussi de la coqueluche."
        ),
        AtAges(tuple(Age(years) for years in (25, 45, 65, 75, 85, 95, 105)), grace=Age(2), early=Age(5)),
        acts=("dtp",),
    ),
    _vaccine(
        "VAC-ROR-A",
        _("Rougeole, oreillons et rubéole, rattrapage"),
        _("Les personnes nées depuis 1980 doivent avoir reçu deux doses au total."),
        Doses((Age(18), Age(18, 1)), (Age(), Age(months=1)), grace=Age(150), minimum=Age(months=12)),
        acts=("ror",),
        born_from=date(1980, 1, 1),
        asks_from=Age(18),
        excludes=("pregnant", "immunocompromised"),
    ),
    _vaccine(
        "VAC-HEPB-R",
        _("Hépatite B, rattrapage"),
        _("Avant 16 ans, un rattrapage est proposé à qui n’a pas été vacciné."),
        Doses((Age(6), Age(6, 1), Age(6, 6)), (Age(), Age(months=1), Age(months=5)), closes=Age(16), grace=Age(11)),
        acts=("hepb",),
        source=sources.VACCINES_GENERAL,
        asks_from=Age(6),
    ),
    _vaccine(
        "VAC-HPV",
        _("Papillomavirus (HPV)"),
        _(
            "De 11 à 14 ans, deux doses à cinq mois d’écart, pour les filles et les garçons. Le collège le propose aussi."
        ),
        Doses((Age(11), Age(11, 6)), (Age(), Age(months=5)), closes=Age(15), grace=Age(2)),
        acts=("hpv-vaccine",),
        specialties=("medecin-generaliste", "pediatre", "pharmacien", "infirmier", "sage-femme"),
    ),
    _vaccine(
        "VAC-HPV-R",
        _("Papillomavirus (HPV), rattrapage"),
        _("De 15 à 26 ans inclus, trois doses en six mois, pour tous."),
        Doses(
            (Age(15), Age(15, 2), Age(15, 6)),
            (Age(), Age(months=2), Age(months=4)),
            closes=Age(27),
            grace=Age(12),
            enough=(2, Age(15)),
        ),
        acts=("hpv-vaccine",),
        source=sources.HPV_2025,
        valid_from=_HPV_WIDENED,
    ),
    _vaccine(
        "VAC-HPV-R",
        _("Papillomavirus (HPV), rattrapage"),
        _("De 15 à 19 ans, trois doses en six mois."),
        Doses(
            (Age(15), Age(15, 2), Age(15, 6)),
            (Age(), Age(months=2), Age(months=4)),
            closes=Age(20),
            grace=Age(12),
            enough=(2, Age(15)),
        ),
        acts=("hpv-vaccine",),
        source=sources.HPV_BEFORE,
        valid_from=date(2021, 1, 1),
        valid_to=_HPV_WIDENED,
    ),
    _vaccine(
        "VAC-MENACWY-A",
        _("Méningocoques A, C, W et Y de l’adolescent"),
        _(
            "Une dose entre 11 et 14 ans, quels que soient les vaccins reçus avant ; un rattrapage reste possible jusqu’à 24 ans."
        ),
        Once(Age(11), Age(25), late=Age(15)),
        acts=("menacwy",),
        valid_from=_2025,
    ),
    _vaccine(
        "VAC-MENB-A",
        _("Méningocoque B de 15 à 24 ans"),
        _("Ce vaccin peut être proposé : parlez-en avec un médecin."),
        Doses((Age(15), Age(15, 1)), (Age(), Age(months=1)), closes=Age(25), grace=Age(10), minimum=Age(10)),
        acts=("menb",),
        valid_from=_2025,
        strength=Strength.OFFERED,
    ),
    _vaccine(
        "VAC-PNEUMO-S",
        _("Pneumocoque à partir de 65 ans"),
        _("Une dose, une fois."),
        Once(Age(65), counts_from=Age(18)),
        acts=("pnc",),
        valid_from=_2025,
    ),
    _vaccine(
        "VAC-PNEUMO-R",
        _("Pneumocoque en cas de maladie chronique"),
        _("Une dose est recommandée avant 65 ans avec certaines maladies."),
        Once(Age(18), Age(65)),
        acts=("pnc",),
        any_of=AT_RISK,
    ),
    _vaccine(
        "VAC-ZONA",
        _("Zona à partir de 65 ans"),
        _("Deux doses, à deux mois d’écart."),
        Doses((Age(65), Age(65, 2)), (Age(), Age(months=2)), grace=Age(150)),
        acts=("zona",),
        source=sources.VACCINES_GENERAL,
        valid_from=_2025,
    ),
    _vaccine(
        "VAC-ZONA-I",
        _("Zona quand les défenses sont affaiblies"),
        _("Deux doses, à deux mois d’écart, dès 18 ans."),
        Doses((Age(18), Age(18, 2)), (Age(), Age(months=2)), closes=Age(65), grace=Age(150)),
        acts=("zona",),
        source=sources.VACCINES_GENERAL,
        valid_from=_2025,
        any_of=("immunocompromised",),
    ),
    _vaccine(
        "VAC-VRS-S",
        _("Bronchiolite (VRS) à partir de 75 ans"),
        _("Une dose, une fois."),
        Once(Age(75), counts_from=Age(60)),
        acts=("vrs",),
        valid_from=_2025,
    ),
    _vaccine(
        "VAC-VRS-R",
        _("Bronchiolite (VRS) de 65 à 74 ans"),
        _("Une dose, une fois, avec une maladie chronique des poumons ou du cœur."),
        Once(Age(65), Age(75), counts_from=Age(60)),
        acts=("vrs",),
        valid_from=_2025,
        any_of=LUNG_OR_HEART,
    ),
    _vaccine(
        "VAC-PREG-COQ",
        _("Coqueluche pendant la grossesse"),
        _("Une dose à chaque grossesse, entre la 20e et la 36e semaine d’aménorrhée, protège le bébé à la naissance."),
        AroundBirth(_weeks(20), _weeks(37)),
        acts=("pertussis",),
        theme=Theme.BIRTH,
        sex=FEMALE,
        source=sources.VACCINES_GENERAL,
    ),
    _vaccine(
        "VAC-PREG-VRS",
        _("Bronchiolite (VRS) pendant la grossesse"),
        _("Pendant la saison, une dose entre la 32e et la 36e semaine d’aménorrhée."),
        AroundBirth(_weeks(32), _weeks(37), months=(9, 10, 11, 12, 1)),
        acts=("vrs",),
        theme=Theme.BIRTH,
        sex=FEMALE,
        valid_from=date(2024, 9, 15),
    ),
)
