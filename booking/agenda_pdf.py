"""The agendas of one day as a PDF, each on its own sheet: the rows of the list and of the print, no note. No query here."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from booking.desk_presentation import Column, Line, days_of
from booking.selectors.desk_agenda import DeskWindow
from core import phrasing
from core.pdf import Document, Running
from practitioners.enums import Discretion

WIDTHS = (11, 13, 36, 26, 14)


def agenda_pdf(window: DeskWindow, *, practice: str) -> bytes:
    """A file of one sheet or more for each agenda, in the current language.

    A visit whose reason is concealed shows none, as on the printed page.
    """
    day = phrasing.day_text(window.first_day, weekday=True, year=True)
    document = Document(
        f"{_('Agenda du jour')}, {day}",
        language=get_language() or "fr",
        author=practice,
        running=Running(mark=_("Confidentiel"), below=_printed_at(window), pages=_("Page %(page)s sur %(pages)s")),
    )
    for column in (column for shown in days_of(window) for column in shown.columns):
        name = column.agenda.practitioner.display_name
        document.new_page(above=f"{name}, {day}")
        document.heading(name)
        document.paragraph(f"{practice}, {column.agenda.location.place.name} · {day} · {_patients(column)}", soft=True)
        if column.holiday:
            document.paragraph(_("Jour férié : %(name)s") % {"name": column.holiday}, bold=True)
        lines = [line for line in column.lines if line.kind != "now"]
        if lines:
            document.table(
                [_("Heure"), _("Durée"), _("Patient"), _("Motif"), _("État")],
                [_row(line) for line in lines],
                widths=WIDTHS,
                struck={n: line.struck or line.visit is None for n, line in enumerate(lines)},
            )
        else:
            document.paragraph(_("Rien ce jour-là."))
    return document.content()


def _row(line: Line) -> Sequence[str]:
    hour = f"{line.start.astimezone(ZoneInfo(line.zone)):%H:%M}"
    if line.visit is None:
        return (hour, line.length, _("Libre") if line.kind == "free" else line.label, "", "")
    concealed = line.visit.visit_reason.discretion == Discretion.CONCEALED
    reason = "" if concealed else line.visit.reason_name
    return (hour, line.length, line.label, reason, str(line.sign.word) if line.sign else "")


def _patients(column: Column) -> str:
    return ngettext("%(count)s patient", "%(count)s patients", column.count) % {"count": column.count}


def _printed_at(window: DeskWindow) -> str:
    zone = window.columns[0].zone if window.columns else ZoneInfo("Europe/Paris")
    now = window.now.astimezone(zone)
    day = phrasing.day_text(now.date(), weekday=False, year=True)
    return _("État au %(day)s à %(hour)s") % {"day": day, "hour": f"{now:%H:%M}"}
