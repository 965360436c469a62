"""What the grid asks before it moves or stretches a visit, and what it says when it may not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from booking.models import Appointment
from core.exceptions import DomainError
from core.phrasing import day_text, duration_text
from practitioners.models import Agenda

# Nearer than this, nobody is told without a word of the desk (issue: undo before telling).
SOON = timedelta(hours=2)


def move_question(
    visit: Appointment, agenda: Agenda, start: datetime, *, untold: bool, now: datetime
) -> dict[str, Any]:
    """Title, sentence and whether telling at once is offered, before a move."""
    title = _("Déplacer %(name)s au %(when)s, avec %(who)s ?") % {
        "name": _name(visit),
        "when": _when(start, agenda.location.timezone),
        "who": agenda.practitioner.display_name,
    }
    soon = min(start, visit.start_at) - now < SOON
    return {"title": title, "text": _consequence(untold, soon), "yes": _("Déplacer"), "soon": soon and not untold}


def stretch_question(visit: Appointment, end: datetime, *, untold: bool, now: datetime) -> dict[str, Any]:
    """The same before a change of length."""
    title = _("Donner %(length)s au rendez-vous de %(name)s ?") % {
        "name": _name(visit),
        "length": duration_text(max(end - visit.start_at, timedelta())),
    }
    soon = visit.start_at - now < SOON
    return {
        "title": title,
        "text": _consequence(untold, soon),
        "yes": _("Changer la durée"),
        "soon": soon and not untold,
    }


def refusal_words(refusal: DomainError) -> str:
    """The sentence of a refusal, with who stands in the way and the next free starts when they are known."""
    words = [str(refusal.message)]
    details = refusal.details
    if details.get("by"):
        words.append(_("Dernier changement : %s.") % details["by"])
    if details.get("held_by"):
        words.append(_("Gardé par %s.") % details["held_by"])
    starts = [parse_datetime(one["start"]) for one in details.get("alternatives", [])]
    hours = [f"{day_text(start.date(), short=True)} {start:%H:%M}" for start in starts if start is not None]
    if hours:
        words.append(_("Prochaines heures libres : %s.") % ", ".join(hours))
    return " ".join(words)


def _name(visit: Appointment) -> str:
    return visit.record.display_name if visit.record else ""


def _when(start: datetime, zone: str) -> str:
    local = start.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date())} {_('à')} {local:%H:%M}"


def _consequence(untold: bool, soon: bool) -> str:
    if untold:
        return _(
            "Aucun message automatique ne peut lui parvenir : le cabinet doit l’appeler. Ce sera noté dans les tâches."
        )
    if soon:
        return _("Ce rendez-vous est dans moins de deux heures. Faut-il prévenir tout de suite ?")
    return _("Le patient est prévenu dans cinq minutes, sauf si vous revenez en arrière d’ici là.")
