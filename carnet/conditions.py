"""What prevention may ask of a person beside age and sex: a code, a question, and to whom the question makes sense."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Condition(NamedTuple):
    """`because` continues « Parce que… »; `sex` limits the question; `group` gathers the questions asked together."""

    code: str
    question: str | Promise
    because: str | Promise
    group: str = "risk"
    sex: str = ""


CONDITIONS: dict[str, Condition] = {
    one.code: one
    for one in (
        Condition(
            "chronic_lung", _("Une maladie chronique des poumons"), _("vous avez une maladie chronique des poumons")
        ),
        Condition("chronic_heart", _("Une maladie chronique du cœur"), _("vous avez une maladie chronique du cœur")),
        Condition("diabetes", _("Un diabète"), _("vous avez un diabète")),
        Condition("immunocompromised", _("Des défenses affaiblies"), _("vos défenses sont affaiblies")),
        Condition("chronic_other", _("Une autre maladie chronique"), _("vous avez une maladie chronique")),
        Condition("obesity", _("Une obésité"), _("vous vivez avec une obésité")),
        Condition("pregnant", _("Une grossesse en cours"), _("vous êtes enceinte"), sex="F"),
        Condition("down_syndrome", _("Une trisomie 21"), _("vous vivez avec une trisomie 21")),
        Condition("psychiatric", _("Une maladie psychique"), _("vous vivez avec une maladie psychique")),
        Condition("dementia", _("Des troubles de la mémoire suivis"), _("des troubles de la mémoire sont suivis")),
        Condition(
            "carer",
            _("Vous soignez ou accompagnez des personnes fragiles"),
            _("vous accompagnez des personnes fragiles"),
            "around",
        ),
        Condition(
            "near_fragile",
            _("Vous vivez avec un bébé de moins de 6 mois ou une personne aux défenses affaiblies"),
            _("vous vivez avec une personne fragile"),
            "around",
        ),
        Condition(
            "resident",
            _("Vous vivez dans un établissement (Ehpad, soins de suite…)"),
            _("vous vivez dans un établissement"),
            "around",
        ),
        Condition("no_cervix", _("Une opération a retiré le col de l’utérus"), "", "followed", "F"),
        Condition("cervix_followed", _("Un suivi particulier du col de l’utérus"), "", "followed", "F"),
        Condition("breast_followed", _("Un suivi particulier des seins"), "", "followed", "F"),
        Condition("colon_followed", _("Un suivi particulier de l’intestin"), "", "followed"),
        Condition(
            "mother_vaccinated_rsv",
            _("La mère a été vaccinée contre la bronchiolite (VRS) pendant la grossesse"),
            "",
            "baby",
        ),
        Condition("vaccine_book", _("Tous les vaccins reçus sont notés ici"), "", "book"),
    )
}


def questions_for(sex: str, *, is_baby: bool) -> list[Condition]:
    """The questions that make sense for somebody; those of the other sex and of babies are left out."""
    groups = {"book", "baby"} if is_baby else {"risk", "around", "followed", "book"}
    if is_baby:
        groups |= {"risk"}
    return [
        one for one in CONDITIONS.values() if one.group in groups and (not one.sex or (one.sex == sex and not is_baby))
    ]
