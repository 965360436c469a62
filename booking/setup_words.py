"""How hours, absences and hidden starts are said to the practice that sets them up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.hours import Hours
from booking.recurrence import Frequency
from core import phrasing

EXCLUDED_SHOWN = 4


def days_words(weekdays: Iterable[int]) -> str:
    """« lundi, mardi et jeudi » from ISO days; « tous les jours » for seven of them."""
    days = sorted(set(weekdays))
    if len(days) == len(WEEKDAYS):
        return _("tous les jours")
    if days == [1, 2, 3, 4, 5]:
        return _("du lundi au vendredi")
    return get_text_list([str(WEEKDAYS[day - 1]).lower() for day in days], _("et"))


def date_words(day: date) -> str:
    return phrasing.day_text(day, year=True)


def repeats_words(hours: Hours) -> str:
    """On which dates: « lundi et jeudi, une semaine sur 2 », « le mardi 24 novembre 2026 »."""
    if hours.frequency == Frequency.ONCE:
        return _("le %(date)s") % {"date": date_words(hours.starts_on)}
    if hours.frequency == Frequency.WEEKLY:
        days = days_words(hours.weekdays or (hours.starts_on.isoweekday(),))
        if hours.interval == 1:
            return days
        return _("%(days)s, une semaine sur %(interval)d") % {"days": days, "interval": hours.interval}
    if hours.frequency == Frequency.MONTHLY_DAY:
        return _("le %(day)d de chaque mois") % {"day": hours.starts_on.day}
    if hours.frequency == Frequency.MONTHLY_NTH:
        return _("chaque mois, comme le %(date)s") % {"date": date_words(hours.starts_on)}
    day = phrasing.day_text(hours.starts_on, weekday=False)
    return _("chaque année, le %(date)s") % {"date": day}


def limits_words(hours: Hours, today: date) -> str:
    """From and until when, and the dates taken out; empty for what simply goes on."""
    parts = []
    if hours.frequency != Frequency.ONCE:
        if hours.starts_on > today:
            parts.append(_("à partir du %(date)s") % {"date": date_words(hours.starts_on)})
        if hours.ends_on is not None:
            parts.append(_("jusqu’au %(date)s") % {"date": date_words(hours.ends_on)})
        parts += _excluded(hours, today)
    return ", ".join(parts)


def _excluded(hours: Hours, today: date) -> list[str]:
    coming = [day for day in hours.excluded_on if day >= today]
    if not coming:
        return []
    shown = get_text_list([phrasing.day_text(day, weekday=False) for day in coming[:EXCLUDED_SHOWN]], _("et"))
    more = len(coming) - EXCLUDED_SHOWN
    if more > 0:
        return [
            ngettext("sauf %(dates)s et %(more)d autre date", "sauf %(dates)s et %(more)d autres dates", more)
            % {"dates": shown, "more": more}
        ]
    return [_("sauf %(dates)s") % {"dates": shown}]


def clock_words(start: time, end: time, span_days: int) -> str:
    """« 09:00 – 12:30 », « 20:00 – 24:00 », « 22:00 – 02:00 le lendemain », « toute la journée »."""
    midnight = time(0)
    if span_days == 1 and end == midnight:
        return _("toute la journée") if start == midnight else f"{start:%H:%M} – 24:00"
    if span_days == 1:
        return _("%(start)s – %(end)s le lendemain") % {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    return f"{start:%H:%M} – {end:%H:%M}"


def absence_words(hours: Hours) -> str:
    """When one is absent, whole: « du 3 au 17 août », « lundi, 12:00 – 14:00 »."""
    midnight = time(0)
    if hours.frequency != Frequency.ONCE:
        return f"{repeats_words(hours)}, {clock_words(hours.start_time, hours.end_time, hours.span_days)}"
    last = date.fromordinal(hours.starts_on.toordinal() + hours.span_days)
    if hours.start_time == midnight == hours.end_time:
        if hours.span_days == 1:
            return _("le %(date)s, toute la journée") % {"date": date_words(hours.starts_on)}
        return phrasing.range_text(hours.starts_on, date.fromordinal(last.toordinal() - 1))
    if hours.span_days > 1 or (hours.span_days == 1 and hours.end_time != midnight):
        return _("du %(first)s à %(start)s au %(last)s à %(end)s") % {
            "first": date_words(hours.starts_on),
            "start": f"{hours.start_time:%H:%M}",
            "last": date_words(last),
            "end": f"{hours.end_time:%H:%M}",
        }
    return f"{repeats_words(hours)}, {clock_words(hours.start_time, hours.end_time, hours.span_days)}"
