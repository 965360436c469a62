"""Vaccines of the first years: the mandatory ones, those recommended, and the temporary catch-up before five."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from carnet.prevention import sources
from carnet.prevention.ages import Age
from carnet.prevention.rule import Rule, Strength, Theme
from carnet.prevention.schedules import Doses, Once, Season

_SINCE = date(2018, 1, 1)
_2025 = date(2025, 1, 1)
_DONE_BY = ("pediatre", "medecin-generaliste", "sage-femme", "infirmier")
_REASONS = ("vaccination", "examen-obligatoire-du-nourrisson")
_TWO_MONTHS = Age(months=1, days=15)


def _infant(code: str, title: object, gist: object, schedule: object, **more: object) -> Rule:
    options = {
        "theme": Theme.VACCINES,
        "strength": Strength.MANDATORY,
        "source": sources.VACCINES_2025,
        "valid_from": _SINCE,
        "asks_from": Age(months=20),
        "specialties": _DONE_BY,
        "reasons": _REASONS,
        **more,
    }
    return Rule(code=code, title=title, gist=gist, schedule=schedule, **options)  # type: ignore[arg-type]


RULES = (
    _infant(
        "VAC-HEX",
        _("Diphtérie, tétanos, polio, coqueluche, Hib et hépatite B"),
        _("Le vaccin hexavalent se fait à 2 mois, 4 mois et 11 mois."),
        Doses((Age(months=2), Age(months=4), Age(months=11)), (Age(), _TWO_MONTHS, Age(months=5)), closes=Age(6)),
        acts=("dtp",),
    ),
    _infant(
        "VAC-PNC",
        _("Pneumocoque"),
        _("Le vaccin contre le pneumocoque se fait à 2 mois, 4 mois et 11 mois."),
        Doses((Age(months=2), Age(months=4), Age(months=11)), (Age(), _TWO_MONTHS, Age(months=5)), closes=Age(2)),
        acts=("pnc",),
    ),
    _infant(
        "VAC-MENB",
        _("Méningocoque B"),
        _("Le vaccin contre le méningocoque B se fait à 3 mois, 5 mois et 12 mois."),
        Doses((Age(months=3), Age(months=5), Age(months=12)), (Age(), _TWO_MONTHS, Age(months=6)), closes=Age(2)),
        acts=("menb",),
        valid_from=_2025,
    ),
    _infant(
        "VAC-MENB",
        _("Méningocoque B"),
        _("Le vaccin contre le méningocoque B se fait à 3 mois, 5 mois et 12 mois."),
        Doses((Age(months=3), Age(months=5), Age(months=12)), (Age(), _TWO_MONTHS, Age(months=6)), closes=Age(2)),
        acts=("menb",),
        valid_from=date(2022, 4, 1),
        valid_to=_2025,
        strength=Strength.RECOMMENDED,
        source=sources.VACCINES_GENERAL,
    ),
    _infant(
        "VAC-MENACWY-I",
        _("Méningocoques A, C, W et Y"),
        _(
            "Le vaccin contre les méningocoques A, C, W et Y se fait à 6 mois et 12 mois. Entre 12 et 24 mois, une dose suffit."
        ),
        Doses((Age(months=6), Age(months=12)), (Age(), Age(months=6)), closes=Age(2), single_from=Age(months=12)),
        acts=("menacwy",),
        valid_from=_2025,
    ),
    _infant(
        "VAC-MENC",
        _("Méningocoque C"),
        _("Le vaccin contre le méningocoque C se fait à 5 mois et 12 mois."),
        Doses((Age(months=5), Age(months=12)), (Age(), Age(months=6)), closes=Age(2), single_from=Age(months=12)),
        acts=("menc", "menacwy"),
        valid_to=_2025,
        source=sources.VACCINES_GENERAL,
    ),
    _infant(
        "VAC-ROR",
        _("Rougeole, oreillons et rubéole"),
        _("Le vaccin ROR se fait à 12 mois, puis entre 16 et 18 mois."),
        Doses(
            (Age(months=12), Age(months=16)),
            (Age(), Age(months=1)),
            closes=Age(18),
            grace=Age(months=2),
            minimum=Age(months=12),
        ),
        acts=("ror",),
    ),
    _infant(
        "VAC-ROTA",
        _("Rotavirus"),
        _("Le vaccin à boire contre le rotavirus commence à 2 mois : deux ou trois doses, à finir avant 8 mois."),
        Doses((Age(months=2), Age(months=3)), (Age(), Age(days=28)), closes=Age(months=8)),
        acts=("rota",),
        valid_from=date(2023, 1, 1),
        strength=Strength.RECOMMENDED,
        source=sources.VACCINES_GENERAL,
    ),
    _infant(
        "VAC-MEN-2-4-ACWY",
        _("Méningocoques A, C, W et Y, rattrapage"),
        _(
            "Jusqu’au cinquième anniversaire, un rattrapage temporaire est proposé aux enfants qui n’ont pas eu ce vaccin."
        ),
        Once(Age(2), Age(5), counts_from=Age()),
        acts=("menacwy",),
        valid_from=_2025,
        strength=Strength.RECOMMENDED,
    ),
    _infant(
        "VAC-MEN-2-4-B",
        _("Méningocoque B, rattrapage"),
        _(
            "Jusqu’au cinquième anniversaire, un rattrapage temporaire est proposé aux enfants qui n’ont pas eu ce vaccin."
        ),
        Doses((Age(2), Age(2, 1)), (Age(), Age(months=1)), closes=Age(5), grace=Age(months=6), enough=(2, Age(2))),
        acts=("menb",),
        valid_from=_2025,
        strength=Strength.RECOMMENDED,
    ),
    _infant(
        "VAC-VRS-NN",
        _("Bronchiolite, protection du nouveau-né"),
        _(
            "Pendant la saison, une injection d’anticorps protège le bébé, sauf si la mère a été vaccinée pendant la grossesse."
        ),
        Season(Age(), Age(months=8), ((9, 1), (2, 1)), once=True),
        acts=("vrs",),
        valid_from=date(2023, 9, 15),
        strength=Strength.RECOMMENDED,
        excludes=("mother_vaccinated_rsv",),
        asks_from=None,
    ),
)
