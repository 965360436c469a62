"""The emergency sheet: what rescuers need of a person, on one page of paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carnet.enums_health import Severity
from carnet.models.health import HealthItem
from carnet.selectors.health import ProfilePage
from core import clock, phrasing
from core.pdf import Document, Running
from patients.majority import PARIS

# One line of the page.
_LINE = 84
# So many lines fit on no page, whatever they say: drawing them to see that is a waste.
_FULL = 42
# How many lines each part may take, widest first: the page keeps the first that fits. What rescuers need least goes first,
# allergies last.
_ROOMS = (
    {"allergy": 40, "treatment": 40, "history": 40, "contact": 5, "note": 12},
    {"allergy": 26, "treatment": 12, "history": 6, "contact": 4, "note": 6},
    {"allergy": 20, "treatment": 10, "history": 4, "contact": 3, "note": 4},
    {"allergy": 16, "treatment": 8, "history": 3, "contact": 3, "note": 4},
    {"allergy": 11, "treatment": 7, "history": 3, "contact": 3, "note": 3},
    {"allergy": 7, "treatment": 5, "history": 3, "contact": 2, "note": 2},
    {"allergy": 4, "treatment": 3, "history": 2, "contact": 2, "note": 2},
    {"allergy": 2, "treatment": 2, "history": 2, "contact": 2, "note": 2},
)
_GRAVITY = [Severity.SEVERE, Severity.MODERATE, Severity.MILD, ""]


def emergency_sheet(page: ProfilePage) -> bytes:
    """A PDF of one page, in the current language. What does not fit is counted on it, the gravest allergies first."""
    noted = {
        "allergy": len(_current(page.allergies)),
        "treatment": len(_current(page.treatments)),
        "history": len(_current(page.history)),
        "contact": len(page.contacts),
        "note": page.profile.emergency_note.count("\n") + 1,
    }
    for room in _ROOMS:
        if room is not _ROOMS[-1] and sum(min(noted[part], most) for part, most in room.items()) > _FULL:
            continue
        document = _written(page, room)
        if document.page_count == 1:
            break
    return document.content()


def _written(page: ProfilePage, most: dict[str, int]) -> Document:
    """The sheet with at most so many lines in each part, however many pages that makes."""
    person = page.person
    today = phrasing.day_text(clock.today(PARIS), weekday=False, year=True)
    document = Document(
        _("Fiche d’urgence"),
        language=get_language() or "fr",
        running=Running(below=_("Déclaré par la personne ou ses proches, imprimé le %(day)s.") % {"day": today}),
    )
    document.heading(_("Fiche d’urgence"))
    born = phrasing.day_text(person.birth_date, weekday=False, year=True)
    who = {"name": person.display_name, "day": born, "sex": person.get_sex_display()}
    document.paragraph(_("%(name)s, naissance le %(day)s, sexe : %(sex)s") % who, bold=True)
    allergies = sorted(_current(page.allergies), key=lambda item: _GRAVITY.index(item.severity))
    _part(document, _("Allergies"), [_item_line(item) for item in allergies], most["allergy"], _("Aucune n’est notée."))
    treatments = [_item_line(item) for item in _current(page.treatments)]
    _part(document, _("Traitements"), treatments, most["treatment"], _("Aucun n’est noté."))
    history = [_item_line(item) for item in _current(page.history)]
    _part(document, _("Antécédents"), history, most["history"], _("Aucun n’est noté."))
    _part(document, _("À savoir"), page.profile.emergency_note.split("\n"), most["note"], "")
    doctor = ", ".join(filter(None, [page.profile.treating_doctor, page.profile.treating_phone]))
    _part(document, _("Médecin traitant"), [doctor], 1, "")
    contacts = [", ".join(filter(None, [one.name, one.relation, one.phone])) for one in page.contacts]
    _part(document, _("Qui prévenir"), contacts, most["contact"], "")
    return document


def _current(items: Iterable[HealthItem]) -> list[HealthItem]:
    return [item for item in items if item.ended_on is None]


def _item_line(item: HealthItem) -> str:
    grave = f" ({item.get_severity_display()})" if item.severity else ""
    details = " ".join(item.details.split())
    return f"{item.label}{grave}{', ' if details else ''}{details}"


def _part(document: Document, title: str, lines: Sequence[str], most: int, empty: str) -> None:
    """A heading and its lines, cut to one line each; nothing at all without lines nor words for that."""
    kept = [_short(line) for line in lines if line.strip()]
    if not kept and not empty:
        return
    document.heading(title, level=2)
    shown = kept if len(kept) <= most else kept[: most - 1]
    if len(shown) < len(kept):
        shown = [*shown, _("Et %(n)d autres, dans le carnet.") % {"n": len(kept) - len(shown)}]
    document.paragraph("\n".join(f"• {line}" for line in shown) if shown else empty)


def _short(line: str) -> str:
    return line if len(line) <= _LINE else line[: _LINE - 1].rstrip() + "…"
