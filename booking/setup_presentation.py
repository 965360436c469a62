"""What the set-up pages show of an agenda: the list of what is missing, its windows and absences in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.hours import Hours
from booking.models import Absence, OpeningHours
from booking.recurrence import Frequency
from booking.selectors.setup import AgendaState
from booking.setup_words import absence_words, clock_words, limits_words, repeats_words
from core.phrasing import duration_text


@dataclass(frozen=True, slots=True)
class Step:
    """A thing without which nobody can book online: done or not, and where one does it."""

    label: str
    done: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """A window: hours, dates, what limits it, and what it is for."""

    row: OpeningHours
    hours: str
    repeats: str
    limits: str
    reasons: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    row: Absence
    words: str
    limits: str


def checklist(state: AgendaState) -> list[Step]:
    """What an agenda needs to be booked online, in the order in which one does it."""
    uid = state.agenda.uid
    page = reverse("desk:setup_agenda", args=[uid])
    steps = [
        Step(_("Un motif réservable en ligne"), bool(state.online_offers), reverse("desk:setup_kinds", args=[uid])),
        Step(_("Des heures d’ouverture"), bool(state.openings), reverse("desk:setup_opening_add", args=[uid])),
        Step(_("Réservation en ligne ouverte"), state.closed_by_practice is None, f"{page}#en-ligne"),
        Step(_("Identité vérifiée au répertoire national"), state.is_verified),
    ]
    return [*steps, *(Step(str(block.get_cause_display()), done=False) for block in state.other_blocks)]


def opening_lines(rows: Iterable[OpeningHours], today: date) -> list[OpeningLine]:
    """The windows that still count: series by hour, then single dates."""
    lines = [_opening_line(row, today) for row in rows if _is_alive(row, today)]
    return sorted(lines, key=_opening_order)


def absence_lines(rows: Iterable[Absence], today: date) -> list[AbsenceLine]:
    """The absences to come and those that come back, the nearest first."""
    alive = [row for row in rows if _is_alive(row, today)]
    alive.sort(key=lambda row: (row.frequency != Frequency.ONCE, row.starts_on, row.start_time))
    return [AbsenceLine(row, absence_words(Hours.of(row)), limits_words(Hours.of(row), today)) for row in alive]


def _is_alive(row: OpeningHours | Absence, today: date) -> bool:
    return row.ends_on is None or row.ends_on.toordinal() + row.span_days >= today.toordinal()


def _opening_order(line: OpeningLine) -> tuple[bool, list[int], date, str]:
    row = line.row
    once = row.frequency == Frequency.ONCE
    return once, [] if once else list(row.weekdays), row.starts_on if once else date.min, line.hours


def _opening_line(row: OpeningHours, today: date) -> OpeningLine:
    hours = Hours.of(row)
    notes = []
    if row.released_minutes is not None:
        notes.append(_("urgences, ouvertes %(delay)s avant") % {"delay": duration_text(row.released_minutes)})
    if row.open_on_holidays:
        notes.append(_("jours fériés compris"))
    names = "" if row.accepts_all_reasons else ", ".join(one.visit_reason.name for one in row.reasons.all())
    return OpeningLine(
        row,
        clock_words(row.start_time, row.end_time, row.span_days),
        repeats_words(hours),
        limits_words(hours, today),
        _("tous les motifs") if row.accepts_all_reasons else names or _("aucun motif : rien n’y est proposé"),
        notes,
    )
