"""Appointments of prevention: the 20 exams of a child, the teeth, the four « Mon bilan prévention », around a birth."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from carnet.prevention import sources
from carnet.prevention.ages import Age
from carnet.prevention.facts import FEMALE
from carnet.prevention.rule import Rule, Strength, Theme
from carnet.prevention.schedules import AroundBirth, AtAges, Once

_EXAMS_SINCE, _TEETH_SINCE = date(2025, 1, 1), date(2025, 4, 1)
_WEEK = 7

# From, late from, and no more from: the two exams of the third year have no published month, halves of it are assumed.
_EXAMS: tuple[tuple[object, Age, Age, Age], ...] = (
    (_("dans les 8 jours"), Age(), Age(days=8), Age(days=8)),
    (_("pendant la 2e semaine"), Age(days=8), Age(days=15), Age(months=1)),
    (_("à 2 mois"), Age(months=2), Age(months=2, days=15), Age(months=3)),
    (_("à 3 mois"), Age(months=3), Age(months=3, days=15), Age(months=4)),
    (_("à 4 mois"), Age(months=4), Age(months=4, days=15), Age(months=5)),
    (_("à 5 mois"), Age(months=5), Age(months=6), Age(months=8)),
    (_("à 8 mois"), Age(months=8), Age(months=9), Age(months=11)),
    (_("à 11 mois"), Age(months=11), Age(months=11, days=15), Age(months=12)),
    (_("à 12 mois"), Age(months=12), Age(months=13), Age(months=16)),
    (_("entre 16 et 18 mois"), Age(months=16), Age(months=19), Age(months=23)),
    (_("entre 23 et 24 mois"), Age(months=23), Age(months=25), Age(months=27)),
    (_("pendant la 3e année, premier examen"), Age(months=27), Age(months=30), Age(months=32)),
    (_("pendant la 3e année, second examen"), Age(months=32), Age(months=36), Age(months=36)),
    (_("pendant la 4e année"), Age(3), Age(3, 6), Age(4)),
    (_("pendant la 5e année"), Age(4), Age(4, 6), Age(5)),
    (_("pendant la 6e année"), Age(5), Age(5, 6), Age(6)),
    (_("pendant la 7e année"), Age(6), Age(6, 6), Age(7)),
    (_("entre 8 et 9 ans"), Age(8), Age(9, 6), Age(10)),
    (_("entre 11 et 13 ans"), Age(11), Age(13, 6), Age(14)),
    (_("entre 15 et 16 ans"), Age(15), Age(16, 6), Age(17)),
)


def _exam(number: int, when: object, opens: Age, late: Age, closes: Age) -> Rule:
    return Rule(
        code=f"ENF-{number:02d}",
        theme=Theme.CHILD,
        title=_("Examen de santé de l’enfant"),
        gist=when,  # type: ignore[arg-type]
        schedule=Once(opens, closes, late),
        source=sources.CHILD_EXAMS,
        valid_from=_EXAMS_SINCE,
        strength=Strength.MANDATORY,
        acts=("child-exam",),
        specialties=("pediatre", "medecin-generaliste"),
        reasons=("examen-obligatoire-du-nourrisson",) if number <= 13 else ("examen-obligatoire-de-l-enfant",),
    )


def _teeth(ages: tuple[int, ...], gist: object, valid_from: date, valid_to: date | None, source: object) -> Rule:
    return Rule(
        code="DENT-MT",
        theme=Theme.TEETH,
        title=_("Rendez-vous M’T dents"),
        gist=gist,  # type: ignore[arg-type]
        schedule=AtAges(tuple(Age(age) for age in ages), closes=Age(25)),
        source=source,  # type: ignore[arg-type]
        valid_from=valid_from,
        valid_to=valid_to,
        acts=("dental-check",),
        specialties=("dentiste",),
        reasons=("controle-annuel",),
    )


def _checkup(first: int, last: int) -> Rule:
    return Rule(
        code=f"MBP-{first}",
        theme=Theme.CHECKUPS,
        title=_("Mon bilan prévention"),
        gist=_("Un rendez-vous de 30 à 45 minutes, pris en charge à 100 %, pour faire le point sur votre santé."),
        # The upper age is read as included: the window ends at the birthday after it.
        schedule=Once(Age(first), Age(last + 1)),
        source=sources.CHECKUPS,
        valid_from=date(2024, 1, 1),
        acts=("checkup",),
        specialties=("medecin-generaliste", "sage-femme", "infirmier", "pharmacien"),
        reasons=("bilan-de-prevention",),
    )


def _birth(code: str, title: object, gist: object, opens: int, closes: int, specialties: tuple[str, ...]) -> Rule:
    return Rule(
        code=code,
        theme=Theme.BIRTH,
        title=title,  # type: ignore[arg-type]
        gist=gist,  # type: ignore[arg-type]
        schedule=AroundBirth(opens, closes),
        source=sources.BIRTH,
        valid_from=date(2022, 1, 1),
        sex=FEMALE,
        specialties=specialties,
        reasons=("suivi-de-grossesse",),
    )


RULES = (
    *(_exam(number, *exam) for number, exam in enumerate(_EXAMS, 1)),
    _teeth(
        (3, 6, 9, 12, 15, 18, 21, 24),
        _("Un examen offert à 3, 6, 9, 12, 15, 18, 21 et 24 ans."),
        date(2019, 1, 1),
        _TEETH_SINCE,
        sources.TEETH_BEFORE,
    ),
    _teeth(
        tuple(range(3, 25)),
        _("Chaque année de 3 à 24 ans, un examen offert ; les soins faits dans les six mois sont pris en charge."),
        _TEETH_SINCE,
        None,
        sources.TEETH,
    ),
    _checkup(18, 25),
    _checkup(45, 50),
    _checkup(60, 65),
    _checkup(70, 75),
    _birth(
        "MAT-EPP",
        _("Entretien prénatal précoce"),
        _("Un entretien avec une sage-femme ou un médecin, dès le quatrième mois."),
        (17 - 41) * _WEEK,
        0,
        ("sage-femme", "gynecologue-obstetricien", "medecin-generaliste"),
    ),
    _birth(
        "DENT-GRO",
        _("Examen des dents pendant la grossesse"),
        _("Offert du quatrième mois de grossesse au sixième mois après la naissance."),
        (17 - 41) * _WEEK,
        183,
        ("dentiste",),
    ),
    _birth(
        "MAT-EPN",
        _("Entretien postnatal"),
        _("Un entretien entre la 4e et la 8e semaine après la naissance."),
        4 * _WEEK - _WEEK,
        8 * _WEEK,
        ("sage-femme", "medecin-generaliste"),
    ),
)
