"""Flu and Covid, each autumn: the seasons whose dates were published, and versions where a season was prolonged."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from carnet.prevention import sources
from carnet.prevention.ages import AT_ONCE, Age
from carnet.prevention.rule import Rule, Strength, Theme
from carnet.prevention.rules_vaccines import AT_RISK
from carnet.prevention.schedules import Season

# First day, and the day after the last.
_2024 = (date(2024, 10, 15), date(2025, 2, 1))
_2025 = (date(2025, 10, 14), date(2026, 2, 1))
# On 27 January 2026 the season was prolonged to the end of February.
_2025_PROLONGED = (date(2025, 10, 14), date(2026, 3, 1))
_PROLONGED_ON = date(2026, 1, 27)
# The dates of a season are published shortly before: until then, those of most years.
_USUAL = ((10, 15), (2, 1))
_RISK = (*AT_RISK, "obesity", "pregnant", "carer", "near_fragile", "resident")
_COVID_RISK = (*_RISK, "down_syndrome", "psychiatric", "dementia")
_DONE_BY = ("pharmacien", "medecin-generaliste", "infirmier", "sage-femme")


def _versions(
    code: str, title: object, gist: object, opens: Age, closes: Age | None, *, gap: Age = AT_ONCE, **more: object
) -> tuple[Rule, Rule]:
    def version(season: tuple[date, date], valid_from: date, valid_to: date | None) -> Rule:
        options = {
            "theme": Theme.VACCINES,
            "source": sources.WINTER,
            "specialties": _DONE_BY,
            "reasons": ("vaccination",),
            **more,
        }
        schedule = Season(opens, closes, _USUAL, (_2024, season), gap)
        return Rule(
            code=code,
            title=title,  # type: ignore[arg-type]
            gist=gist,  # type: ignore[arg-type]
            schedule=schedule,
            valid_from=valid_from,
            valid_to=valid_to,
            **options,  # type: ignore[arg-type]
        )

    return version(_2025, date(2024, 9, 1), _PROLONGED_ON), version(_2025_PROLONGED, _PROLONGED_ON, None)


_FLU, _COVID = _("Grippe"), _("Covid-19")
_EACH_AUTUMN = _("Le vaccin contre la grippe se refait chaque automne.")
_COVID_AUTUMN = _("Le vaccin contre le Covid-19 se refait chaque automne, six mois au moins après la dernière dose.")

RULES = (
    *_versions("VAC-FLU", _FLU, _EACH_AUTUMN, Age(65), None, acts=("flu",)),
    *_versions("VAC-FLU-R", _FLU, _EACH_AUTUMN, Age(months=6), Age(65), acts=("flu",), any_of=_RISK),
    *_versions(
        "VAC-FLU-E",
        _("Grippe, de 2 à 17 ans"),
        _("Le vaccin contre la grippe peut se faire chaque automne."),
        Age(2),
        Age(18),
        acts=("flu",),
        strength=Strength.OFFERED,
    ),
    *_versions("VAC-COVID", _COVID, _COVID_AUTUMN, Age(65), Age(80), gap=Age(months=6), acts=("covid",)),
    *_versions(
        "VAC-COVID-80",
        _COVID,
        _("Le vaccin contre le Covid-19 se refait chaque automne, trois mois au moins après la dernière dose."),
        Age(80),
        None,
        gap=Age(months=3),
        acts=("covid",),
    ),
    *_versions(
        "VAC-COVID-R",
        _COVID,
        _COVID_AUTUMN,
        Age(months=6),
        Age(65),
        gap=Age(months=6),
        acts=("covid",),
        any_of=_COVID_RISK,
    ),
)
