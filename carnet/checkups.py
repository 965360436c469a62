"""The questionnaires of « Mon bilan prévention », one an age band, as versioned values: themes, questions, answers.

The themes are those of the ministry's kit for these appointments; the words are ours. A questionnaire already begun keeps
its version; a new version is a new value here, never a change of an old one.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
YES_NO, CHOICE, NUMBER, WORDS = "yes_no", "choice", "number", "words"
VERSION = "2026-11"


class Question(NamedTuple):
    """`prefill` names what of the profile begins the answer (`allergy`, `treatment`, `history`, `weight`, `height`)."""

    code: str
    text: Text
    kind: str = YES_NO
    options: tuple[tuple[str, Text], ...] = ()
    prefill: str = ""


class Section(NamedTuple):
    code: str
    title: Text
    questions: tuple[Question, ...]


class Questionnaire(NamedTuple):
    """For people from `first` to `last` years, both included."""

    code: str
    version: str
    first: int
    last: int
    sections: tuple[Section, ...]

    @property
    def questions(self) -> dict[str, Question]:
        return {one.code: one for section in self.sections for one in section.questions}


_OFTEN = (
    ("never", _("Jamais")),
    ("sometimes", _("Parfois")),
    ("often", _("Souvent")),
    ("always", _("Tous les jours")),
)

_HISTORY = Section(
    "history",
    _("Vous et votre famille"),
    (
        Question("history", _("Vos maladies et opérations"), WORDS, prefill="history"),
        Question("treatment", _("Vos traitements"), WORDS, prefill="treatment"),
        Question("allergy", _("Vos allergies"), WORDS, prefill="allergy"),
        Question("family_heart", _("Un parent proche a-t-il eu un infarctus ou un AVC avant 65 ans ?")),
        Question("family_cancer", _("Un parent proche a-t-il eu un cancer ?")),
        Question("weight", _("Votre poids (kg)"), NUMBER, prefill="weight"),
        Question("height", _("Votre taille (cm)"), NUMBER, prefill="height"),
    ),
)
_VACCINES = Section(
    "vaccines",
    _("Vaccins et dépistages"),
    (
        Question("vaccines_known", _("Savez-vous si vos vaccins sont à jour ?")),
        Question("screening_question", _("Une question sur un vaccin ou un dépistage ?"), WORDS),
    ),
)
_LIFE = Section(
    "life",
    _("Manger, bouger, dormir"),
    (
        Question("fruit", _("Des fruits et légumes"), CHOICE, _OFTEN),
        Question("sugar", _("Des boissons ou produits sucrés"), CHOICE, _OFTEN),
        Question("activity", _("Bouger assez pour être essoufflé, 30 minutes"), CHOICE, _OFTEN),
        Question("sitting", _("Restez-vous assis plus de sept heures par jour ?")),
        Question("sleep", _("Dormez-vous assez, et bien ?")),
        Question("screens", _("Les écrans prennent-ils plus de place que vous ne voudriez ?")),
    ),
)
_SUBSTANCES = Section(
    "substances",
    _("Tabac, alcool et le reste"),
    (
        Question("tobacco", _("Fumez-vous ou vapotez-vous ?"), CHOICE, _OFTEN),
        Question("alcohol", _("Buvez-vous de l’alcool ?"), CHOICE, _OFTEN),
        Question("drugs", _("Prenez-vous du cannabis ou une autre substance ?"), CHOICE, _OFTEN),
        Question("gambling", _("Jouez-vous de l’argent plus que vous ne voudriez ?")),
    ),
)
_MIND = Section(
    "mind",
    _("Le moral et les autres"),
    (
        Question("sad", _("Ces deux dernières semaines, avez-vous été triste ou sans envie ?"), CHOICE, _OFTEN),
        Question("worried", _("Ces deux dernières semaines, avez-vous été très inquiet ?"), CHOICE, _OFTEN),
        Question("violence", _("Quelqu’un vous fait-il peur ou mal ?")),
        Question("talk", _("De quoi aimeriez-vous parler pendant le rendez-vous ?"), WORDS),
    ),
)
_SEXUAL = Section(
    "sexual",
    _("Vie affective et sexuelle"),
    (
        Question("contraception", _("Une question sur la contraception ou le désir d’enfant ?")),
        Question("sti", _("Souhaitez-vous parler d’un dépistage ?")),
    ),
)
_PLACE = Section(
    "place",
    _("Autour de vous"),
    (
        Question("work", _("Votre travail ou vos études vous fatiguent-ils ?")),
        Question("home", _("Votre logement pose-t-il un problème (humidité, bruit, chaleur) ?")),
    ),
)
_HEART = Section(
    "heart",
    _("Cœur, ménopause, cancers"),
    (
        Question("pressure", _("Votre tension est-elle suivie ?")),
        Question("cholesterol", _("Avez-vous fait une prise de sang depuis trois ans ?")),
        Question("menopause", _("Des gênes liées à la ménopause, si vous êtes concernée ?")),
        Question("skin", _("Un grain de beauté qui change ?")),
    ),
)
_AUTONOMY = Section(
    "autonomy",
    _("Équilibre et autonomie"),
    (
        Question("falls", _("Êtes-vous tombé depuis un an ?")),
        Question("memory", _("La mémoire vous inquiète-t-elle ?")),
        Question("hearing", _("Entendez-vous moins bien ?")),
        Question("sight", _("Voyez-vous moins bien ?")),
        Question("alone", _("Vous sentez-vous seul ?"), CHOICE, _OFTEN),
        Question("help", _("Aidez-vous un proche, ou vous fait-on de l’aide à la maison ?")),
    ),
)
_EVERYBODY = (_HISTORY, _VACCINES, _LIFE, _SUBSTANCES, _MIND)

QUESTIONNAIRES: dict[str, Questionnaire] = {
    one.code: one
    for one in (
        Questionnaire("MBP-18", VERSION, 18, 25, (*_EVERYBODY, _SEXUAL, _PLACE)),
        Questionnaire("MBP-45", VERSION, 45, 50, (*_EVERYBODY, _HEART, _SEXUAL, _PLACE)),
        Questionnaire("MBP-60", VERSION, 60, 65, (*_EVERYBODY, _HEART, _AUTONOMY, _PLACE)),
        Questionnaire("MBP-70", VERSION, 70, 75, (*_EVERYBODY, _HEART, _AUTONOMY, _PLACE)),
    )
}


def questionnaire_at(years: int) -> Questionnaire | None:
    """The questionnaire of an age, if it is one of the four bands."""
    return next((one for one in QUESTIONNAIRES.values() if one.first <= years <= one.last), None)
