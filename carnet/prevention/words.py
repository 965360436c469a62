"""Says an answer of the engine in sentences: why you, until when, what is missing. Rendered in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from carnet.conditions import CONDITIONS
from carnet.prevention.ages import years_old
from carnet.prevention.engine import SEX, VACCINE_BOOK, Answer
from carnet.prevention.facts import State, Why
from carnet.prevention.rule import Strength
from core import phrasing


def day_text(day: date) -> str:
    """« 4 mai 2027 »: the year always said."""
    return phrasing.day_text(day, weekday=False, year=True)


def why_text(found: Answer, birth: date, on: date) -> str:
    """« Parce que vous avez 50 ans et que… »: the reason of a call, one or two sentences."""
    if found.why is Why.AFTER_LAST and found.last is not None:
        return _("Le dernier acte noté dans votre carnet est du %(day)s.") % {"day": day_text(found.last)}
    if found.why is Why.CONDITION and found.condition in CONDITIONS:
        return _("Vous avez répondu que %(because)s.") % {"because": CONDITIONS[found.condition].because}
    if found.why is Why.SEASON and found.window is not None:
        return _("C’est la saison : la campagne a commencé, et vous avez %(age)s.") % {"age": age_text(birth, on)}
    if found.why is Why.PREGNANCY:
        return _("Vous avez noté la date prévue d’une naissance.")
    if found.why is Why.MISSING:
        return missing_text(found)
    if found.why is Why.DONE_ON and found.last is not None:
        return _("Fait le %(day)s.") % {"day": day_text(found.last)}
    if found.why is Why.SAID_NO:
        return _("Vous avez demandé à ne plus en entendre parler.")
    return _("L’âge est de %(age)s, et rien n’est noté dans le carnet pour cet acte.") % {"age": age_text(birth, on)}


def age_text(birth: date, on: date) -> str:
    """« 50 ans », or « 11 mois » before two years."""
    years = years_old(birth, on)
    if years >= 2:
        return _("%(years)s ans") % {"years": years}
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    return _("%(months)s mois") % {"months": max(months, 0)}


def term_text(found: Answer) -> str:
    """The short line of the strip: « À faire avant le 4 mai 2027 », « En retard depuis le… »."""
    window = found.window
    if found.state is State.DONE:
        return _("À refaire à partir du %(day)s") % {"day": day_text(found.next_on)} if found.next_on else _("Fait")
    if window is None:
        return ""
    if found.state is State.OVERDUE and window.late is not None:
        return _("Attendu depuis le %(day)s") % {"day": day_text(window.opens)}
    if found.state is State.TOO_EARLY:
        return _("À partir du %(day)s") % {"day": day_text(window.opens)}
    ends = [day for day in (window.late, window.closes) if day is not None]
    return _("À faire avant le %(day)s") % {"day": day_text(min(ends))} if ends else _("À faire")


def missing_text(found: Answer) -> str:
    """What must be known before anything can be said."""
    if SEX in found.missing:
        return _("Ce conseil dépend du sexe à l’état civil, qui n’est pas précisé dans l’identité.")
    if VACCINE_BOOK in found.missing:
        return _("Aucune dose n’est notée : le carnet de vaccination est-il complet ici ?")
    return _("Ce conseil dépend d’une réponse que vous n’avez pas donnée.")


def strength_text(strength: Strength) -> str:
    return {
        Strength.MANDATORY: _("Obligatoire"),
        Strength.RECOMMENDED: _("Recommandé"),
        Strength.OFFERED: _("Possible"),
    }[strength]
