"""A plan of reminders said in sentences, for whoever sets it up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.reminders import Booked, Step
from core import clock, phrasing

_ANY_DAY, _STEADY = date(2026, 1, 1), ZoneInfo("UTC")


def sentences_of(plan: Iterable[Step]) -> list[str]:
    """« Un SMS la veille à 15 h. » for each step, from the most distant on; one sentence for a plan that says nothing."""
    steps = sorted(plan, key=_minutes_before, reverse=True)
    return [_sentence(step) for step in steps] or [_("Aucun rappel n’est envoyé.")]


def moment_label(days: int | None, minutes: int | None) -> str:
    """« la veille », « 7 jours avant », « 2 h avant »: how far ahead, in a list of choices."""
    if minutes is not None:
        return _("%(length)s avant l’heure") % {"length": phrasing.duration_text(minutes)}
    if days == 1:
        return _("la veille")
    return _("%(days)s jours avant") % {"days": days}


def _minutes_before(step: Step) -> tuple[int, str]:
    if step.minutes is not None:
        return step.minutes, step.channel
    at = step.at or time()
    return (step.days or 0) * 1440 + 1440 - at.hour * 60 - at.minute, step.channel


def _sentence(step: Step) -> str:
    what = {"channel": _("Un SMS") if step.channel == "sms" else _("Un e-mail"), "moment": _moment(step)}
    if step.booked is Booked.FAR:
        return _("%(channel)s %(moment)s, si le rendez-vous a été pris plus de 7 jours avant.") % what
    if step.booked is Booked.NEAR:
        return _("%(channel)s %(moment)s, si le rendez-vous a été pris moins de 7 jours avant.") % what
    return _("%(channel)s %(moment)s.") % what


def _moment(step: Step) -> str:
    if step.minutes is not None:
        return _("%(length)s avant l’heure du rendez-vous") % {"length": phrasing.duration_text(step.minutes)}
    told = {"days": step.days, "hour": _hour(step.at), "until": _hour(step.until)}
    if step.until is not None:
        if step.days == 1:
            return _("la veille entre %(hour)s et %(until)s") % told
        return _("%(days)s jours avant, entre %(hour)s et %(until)s") % told
    if step.days == 1:
        return _("la veille à %(hour)s") % told
    return ngettext("%(days)s jour avant à %(hour)s", "%(days)s jours avant à %(hour)s", step.days or 0) % told


def _hour(wall: time | None) -> str:
    return phrasing.hour_text(clock.combine(_ANY_DAY, wall or time(), _STEADY), "UTC")
