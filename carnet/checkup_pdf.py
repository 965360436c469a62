"""The answers of « Mon bilan prévention » on paper, for the appointment: what was answered, and what prevention waits for."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carnet.models.prevention import CheckupForm
from carnet.selectors.checkups import worded
from carnet.selectors.prevention import Advice
from core import phrasing
from core.pdf import Document, Running
from patients.majority import PARIS


def checkup_file(form: CheckupForm, due: Iterable[Advice] = ()) -> bytes:
    """A PDF in the current language. `due` is what the person's calendar asks for, when the reader may know it."""
    person = form.patient
    saved = phrasing.day_text(phrasing.local(form.updated_at, str(PARIS)).date(), weekday=False, year=True)
    document = Document(
        _("Mon bilan prévention"),
        language=get_language() or "fr",
        running=Running(
            above=_("Mon bilan prévention"),
            mark=_("Confidentiel"),
            below=_("Réponses de la personne, enregistrées le %(day)s. Version %(version)s du questionnaire.")
            % {"day": saved, "version": form.version},
        ),
    )
    document.heading(_("Mon bilan prévention"))
    born = phrasing.day_text(person.birth_date, weekday=False, year=True)
    document.paragraph(_("%(name)s, naissance le %(day)s") % {"name": person.display_name, "day": born}, bold=True)
    for title, lines in worded(form):
        document.heading(title, level=2)
        document.table([_("Question"), _("Réponse")], lines, widths=(3, 2))
    waiting = [(str(one.title), one.term) for one in due]
    if waiting:
        document.heading(_("Prévention à faire d’après le carnet"), level=2)
        document.table([_("Conseil"), _("Quand")], waiting, widths=(3, 2))
    return document.content()
