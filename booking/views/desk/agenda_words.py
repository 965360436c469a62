"""The words and addresses of an agenda's toolbar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from booking.views.desk.agenda_query import COMFORTABLE, DAY, DENSE, LIST, WEEK, AgendaQuery
from core.phrasing import day_text, month_text


def period_title(query: AgendaQuery) -> str:
    """« Mardi 24 novembre » or « 23 – 29 novembre 2026 »."""
    if query.view != WEEK:
        text = day_text(query.day, this_year=query.today.year)
        return text[:1].upper() + text[1:]
    return _span(query.first_day, query.last_day)


def view_links(query: AgendaQuery) -> dict[str, Any]:
    """The addresses around this page: periods before and after, today, the three views, the density."""
    return {
        "previous": query.url(jour=query.shifted(-1)),
        "next": query.url(jour=query.shifted(1)),
        "today": query.url(jour=query.today),
        "here": query.url(),
        "all": query.url(agendas=[agenda.uid for agenda in query.run]),
        "views": [
            {"key": view, "word": word, "url": query.url(vue=view), "current": query.view == view}
            for view, word in ((DAY, _("Jour")), (WEEK, _("Semaine")), (LIST, _("Liste")))
        ],
        "density": query.url(densite=COMFORTABLE if query.is_dense else DENSE),
    }


def _span(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {last.day} {month_text(last)} {last.year}"
    start = f"{first.day} {month_text(first, short=True)}"
    if first.year != last.year:
        start = f"{start} {first.year}"
    return f"{start} – {last.day} {month_text(last, short=True)} {last.year}"
