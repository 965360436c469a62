"""What the address of an agenda asks for: which day, which view, which agendas, how dense. Unknown words are ignored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from booking.hours import FIRST_DAY, LAST_DAY
from booking.selectors.desk_agenda import agendas_run, chosen_agendas
from booking.views.desk.agenda_memory import Choice, choice_of, keep_choice
from core import clock
from core.exceptions import NotForYou
from practitioners.models import Agenda

DAY, WEEK, LIST = "jour", "semaine", "liste"
VIEWS = (DAY, WEEK, LIST)
DENSE, COMFORTABLE = "dense", "confort"
# Side by side by default: more would be too narrow to read. All can be chosen.
SHOWN_AT_FIRST = 4


@dataclass(frozen=True)
class AgendaQuery:
    """An agenda page: `run` are the agendas the actor runs, `shown` those asked for."""

    day: date
    view: str
    density: str
    today: date
    run: Sequence[Agenda] = ()
    shown: Sequence[Agenda] = ()
    asked: Sequence[UUID] = field(default=())

    @property
    def first_day(self) -> date:
        return self.day - timedelta(days=self.day.weekday()) if self.view == WEEK else self.day

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=6) if self.view == WEEK else self.day

    @property
    def keys(self) -> list[UUID]:
        return [agenda.uid for agenda in self.shown]

    @property
    def is_dense(self) -> bool:
        return self.density == DENSE

    def query(self, **changes: object) -> str:
        """The words of an address: those of this page but for the changes (`jour`, `vue`, `agendas`, `densite`)."""
        words: dict[str, object] = {"jour": self.day.isoformat(), "vue": self.view}
        agendas = changes.pop("agendas", self.asked)
        words |= changes
        if isinstance(words["jour"], date):
            words["jour"] = words["jour"].isoformat()
        if agendas:
            words["agendas"] = ",".join(str(uid) for uid in agendas)  # type: ignore[attr-defined]
        return urlencode(words, safe=",")

    def url(self, **changes: object) -> str:
        return f"{reverse('desk:agenda')}?{self.query(**changes)}"

    def shifted(self, by: int) -> date:
        """The day so many periods away, held within the calendar."""
        ordinal = self.day.toordinal() + by * (7 if self.view == WEEK else 1)
        return date.fromordinal(min(max(ordinal, FIRST_DAY.toordinal()), LAST_DAY.toordinal() - 7))

    def toggled(self, agenda: Agenda) -> list[UUID]:
        """The agendas of the same page with this one added, or taken out unless it is the last."""
        keys = self.keys
        if agenda.uid not in keys:
            return [*keys, agenda.uid]
        return [uid for uid in keys if uid != agenda.uid] or keys


def agenda_query(request: HttpRequest) -> AgendaQuery:
    """What a request asks for. Raises NotForYou for an agenda that the actor does not run. One statement."""
    run, kept = agendas_run(request.actor), choice_of(request)
    asked = _keys(request.GET.get("agendas", "")) or _still_run(run, kept.agendas)
    shown = chosen_agendas(run, asked) if asked else _at_first(run, request.actor.user_id)
    zone = ZoneInfo((shown or run)[0].location.timezone) if run else ZoneInfo("Europe/Paris")
    today = clock.today(zone)
    return AgendaQuery(
        day=day_of(request.GET.get("jour", "")) or today,
        view=_one_of(VIEWS, request.GET.get("vue"), kept.view),
        density=_one_of((DENSE, COMFORTABLE), request.GET.get("densite"), kept.density),
        today=today,
        run=run,
        shown=shown,
        asked=asked,
    )


def remember(response: HttpResponse, request: HttpRequest, query: AgendaQuery) -> HttpResponse:
    """Keeps the agendas, the view and the density that the address asks for, for this person here; the rest as it was."""
    kept, asked = choice_of(request), request.GET
    choice = Choice(
        view=query.view if asked.get("vue") == query.view else kept.view,
        density=query.density if asked.get("densite") == query.density else kept.density,
        agendas=query.asked if asked.get("agendas") else kept.agendas,
    )
    keep_choice(response, request, choice)
    return response


def at_day(query: AgendaQuery) -> AgendaQuery:
    """The same page for one day."""
    return replace(query, view=DAY)


def day_of(text: str) -> date | None:
    """A date in ISO format within the calendar, or None."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found is not None and FIRST_DAY <= found <= LAST_DAY - timedelta(days=7) else None


def _keys(text: str) -> list[UUID]:
    """The agendas asked for, each once. Raises NotForYou for what is no key."""
    try:
        return list(dict.fromkeys(UUID(part) for part in text.split(",") if part))
    except ValueError as error:
        raise NotForYou from error


def _still_run(run: Sequence[Agenda], kept: Sequence[UUID]) -> list[UUID]:
    """Of the agendas chosen another day, those that the actor still runs."""
    mine = {agenda.uid for agenda in run}
    return [uid for uid in kept if uid in mine]


def _at_first(run: Sequence[Agenda], user_id: int | None) -> list[Agenda]:
    """One's own agendas for who practises, else the first few."""
    own = [agenda for agenda in run if agenda.practitioner.user_id == user_id]
    return own or list(run[:SHOWN_AT_FIRST])


def _one_of(known: Sequence[str], *wanted: str | None) -> str:
    return next((word for word in wanted if word is not None and word in known), known[0])
