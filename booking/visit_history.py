"""The history of a visit in words: who, what, when. Pure: the changes are read before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.enums import AnsweredBy, ChangeKind, Status
from booking.models import AppointmentChange
from core.phrasing import duration_text, when_text


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    what: str
    who: str
    at: datetime
    is_undone: bool


def told_history(changes: Iterable[AppointmentChange], zone: str) -> list[Told]:
    """The changes, in the order given, on the clock of the visit's place."""
    return [Told(_what(change, zone), _who(change), change.at, change.undone_at is not None) for change in changes]


def _who(change: AppointmentChange) -> str:
    if not change.by_practice:
        if change.via:
            return _("le patient, par %s") % AnsweredBy(change.via).label
        return _("le patient")
    return change.by.display_name if change.by is not None and change.by.display_name else _("le cabinet")


def _what(change: AppointmentChange, zone: str) -> str:
    before, after = change.before, change.after
    if change.kind == ChangeKind.MOVED:
        return _("Déplacé du %(before)s au %(after)s") % {
            "before": when_text(_at(before, "start"), zone),
            "after": when_text(_at(after, "start"), zone),
        }
    if change.kind == ChangeKind.STRETCHED:
        return _("Durée changée : %(before)s, puis %(after)s") % {"before": _length(before), "after": _length(after)}
    if change.kind == ChangeKind.BOOKED:
        return _("Posé pour le %s") % when_text(_at(after, "start"), zone)
    if change.kind == ChangeKind.STATUS:
        return _("Noté : %s") % _status(after)
    if change.kind == ChangeKind.LATE:
        return _("Prévenu d’un retard de %s") % duration_text(timedelta(minutes=before.get("minutes", 0)))
    return str(ChangeKind(change.kind).label)


def _at(state: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(state[name])


def _length(state: dict[str, Any]) -> str:
    return duration_text(_at(state, "end") - _at(state, "start"))


def _status(state: dict[str, Any]) -> str:
    return str(Status(state["status"]).label).lower()
