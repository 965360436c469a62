"""When a rule calls: the shapes of a calendar, each of which tells where a day falls in it.

Every schedule answers `at(life, acts, on)` with a `Step`. `acts` are the days, sorted, of what counts for the rule, none
after `on`. A schedule knows nothing of sex, consent or refusal: the engine does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from carnet.prevention.ages import AT_ONCE, ONE_MONTH, ONE_YEAR, Age, after, before
from carnet.prevention.facts import State, Window

Acts = Mapping[str, Sequence[date]]


class Life(NamedTuple):
    """What schedules count from: the birth, and the expected end of a pregnancy."""

    birth: date
    term: date | None = None


class Step(NamedTuple):
    """Where a day falls: TOO_EARLY, DUE, OVERDUE, DONE or NOT_CONCERNED (before, after or outside everything).

    `last` is the act that counted last, `next_on` the day from which the next one is expected once this one is done,
    `number` the rank (from 1) of the dose, booster or exam that is expected or was done last.
    """

    state: State
    window: Window | None = None
    last: date | None = None
    next_on: date | None = None
    number: int = 1


class Schedule(Protocol):
    def at(self, life: Life, acts: Acts, on: date) -> Step: ...


OUTSIDE = Step(State.NOT_CONCERNED)


def days_of(acts: Acts) -> list[date]:
    """Every day of every code, once each, in order: two doses on a day are one visit."""
    return sorted({day for days in acts.values() for day in days})


def _open(window: Window, on: date, last: date | None = None, number: int = 1) -> Step:
    if on < window.opens:
        state = State.TOO_EARLY
    elif window.closes is not None and on >= window.closes:
        state = State.NOT_CONCERNED
    elif window.late is not None and on >= window.late:
        state = State.OVERDUE
    else:
        state = State.DUE
    return Step(state, window, last, number=number)


@dataclass(frozen=True, slots=True)
class Once:
    """One act from an age on; `counts_from` is the age from which one counts, the opening unless said otherwise."""

    opens: Age
    closes: Age | None = None
    late: Age | None = None
    counts_from: Age | None = None

    def at(self, life: Life, acts: Acts, on: date) -> Step:
        window = Window(
            after(life.birth, self.opens),
            after(life.birth, self.late) if self.late else None,
            after(life.birth, self.closes) if self.closes else None,
        )
        if window.closes is not None and on >= window.closes:
            return OUTSIDE._replace(window=window)
        first = after(life.birth, self.counts_from) if self.counts_from is not None else window.opens
        done = [day for day in days_of(acts) if day >= first]
        if done:
            return Step(State.DONE, window, done[-1])
        return _open(window, on)


@dataclass(frozen=True, slots=True)
class AtAges:
    """One act at each of several ages. An act less than `early` before an age counts for that age too."""

    ages: tuple[Age, ...]
    closes: Age | None = None
    grace: Age | None = None
    early: Age = AT_ONCE

    def at(self, life: Life, acts: Acts, on: date) -> Step:
        opens = [after(life.birth, age) for age in self.ages]
        end = after(life.birth, self.closes) if self.closes else None
        if end is not None and on >= end:
            return OUTSIDE
        days = days_of(acts)
        last = days[-1] if days else None
        now = max((number for number, day in enumerate(opens) if day <= on), default=0)
        # An act shortly before the next age is already that age's: it is the one to look at.
        served = [number for number, day in enumerate(opens) if last is not None and last >= before(day, self.early)]
        reached = max(now, served[-1] if served else 0)
        closes = opens[reached + 1] if reached + 1 < len(opens) else end
        late = after(opens[reached], self.grace) if self.grace else None
        window = Window(opens[reached], late, closes)
        if served and served[-1] >= now:
            return Step(State.DONE, window, last, opens[reached + 1] if reached + 1 < len(opens) else None, reached + 1)
        return _open(window, on, last, reached + 1)


@dataclass(frozen=True, slots=True)
class Doses:
    """Several doses: the n-th at `ages[n]` and at least `gaps[n]` after the one before.

    Acts before the age `minimum` do not count. A first dose at `single_from` or later is enough by itself. `enough` is a
    number of doses that is complete when all were received before an age.
    """

    ages: tuple[Age, ...]
    gaps: tuple[Age, ...]
    closes: Age | None = None
    grace: Age = ONE_MONTH
    minimum: Age | None = None
    single_from: Age | None = None
    enough: tuple[int, Age] | None = None

    def at(self, life: Life, acts: Acts, on: date) -> Step:
        closes = after(life.birth, self.closes) if self.closes else None
        if closes is not None and on >= closes:
            return OUTSIDE
        first = after(life.birth, self.minimum) if self.minimum else date.min
        days = [day for day in days_of(acts) if day >= first]
        last, count = (days[-1] if days else None), len(days)
        if self._is_complete(life, days):
            return Step(State.DONE, None, last, number=count)
        opens = after(life.birth, self.ages[count])
        if last is not None:
            opens = max(opens, after(last, self.gaps[count]))
        window = Window(opens, after(opens, self.grace), closes)
        if closes is not None and opens >= closes:
            return OUTSIDE if last is None else Step(State.DONE, None, last, number=count)
        if on < opens and last is not None:
            return Step(State.DONE, window, last, opens, count)
        return _open(window, on, last, count + 1)

    def _is_complete(self, life: Life, days: Sequence[date]) -> bool:
        if len(days) >= len(self.ages):
            return True
        if self.single_from and days and days[0] >= after(life.birth, self.single_from):
            return True
        if self.enough is None:
            return False
        number, age = self.enough
        return len(days) >= number and days[number - 1] < after(life.birth, age)


@dataclass(frozen=True, slots=True)
class Repeat:
    """An act again and again between two ages.

    `periods` gives, by code, the delays after the first, the second… act of that code, the last one for all that follow.
    """

    opens: Age
    closes: Age
    periods: tuple[tuple[str, tuple[Age, ...]], ...]
    grace: Age | None = ONE_YEAR

    def at(self, life: Life, acts: Acts, on: date) -> Step:
        opens, closes = after(life.birth, self.opens), after(life.birth, self.closes)
        if on >= closes:
            return OUTSIDE
        days = days_of(acts)
        last = days[-1] if days else None
        due = max([opens, *self._next(acts)])
        window = Window(due, after(due, self.grace) if self.grace else None, closes)
        if due >= closes:
            return Step(State.DONE, window, last)
        if on < due and last is not None and on >= opens:
            return Step(State.DONE, window, last, due)
        return _open(window, on, last)

    def _next(self, acts: Acts) -> list[date]:
        counted = [(sorted(set(acts.get(code, ()))), delays) for code, delays in self.periods]
        return [after(days[-1], delays[min(len(days), len(delays)) - 1]) for days, delays in counted if days]


@dataclass(frozen=True, slots=True)
class Season:
    """Each year, between two days. `campaigns` are the seasons whose dates were published; other years follow `usual`.

    An act less than `gap` before the season, or before the day asked, puts it off until `gap` has passed.
    """

    opens: Age
    closes: Age | None
    usual: tuple[tuple[int, int], tuple[int, int]]
    campaigns: tuple[tuple[date, date], ...] = ()
    gap: Age = AT_ONCE
    once: bool = False

    def at(self, life: Life, acts: Acts, on: date) -> Step:
        born, end = after(life.birth, self.opens), after(life.birth, self.closes) if self.closes else None
        if end is not None and on >= end:
            return OUTSIDE
        days = days_of(acts)
        last = days[-1] if days else None
        if self.once and last is not None:
            return Step(State.DONE, None, last)
        start, stop = self.season_of(max(on, born))
        following, following_stop = self._year(start.year + 1)
        if last is not None and last >= start:
            return Step(State.DONE, Window(start, None, stop), last, following)
        if max(on, born) >= stop:
            start, stop = following, following_stop
        opens = max(start, born, after(last, self.gap) if last else start)
        closes = min(stop, end) if end else stop
        if opens >= closes:
            return OUTSIDE if last is None else Step(State.DONE, None, last, following)
        window = Window(opens, None, closes)
        if last is not None and start <= on < opens:
            return Step(State.DONE, window, last, opens)
        return _open(window, on, last)

    def season_of(self, on: date) -> tuple[date, date]:
        """The last season that began by that day: its first day and the day after its last."""
        this = self._year(on.year)
        return this if this[0] <= on else self._year(on.year - 1)

    def _year(self, year: int) -> tuple[date, date]:
        for first, end in self.campaigns:
            if first.year == year:
                return first, end
        (month, day), (last_month, last_day) = self.usual
        end_year = year if (last_month, last_day) > (month, day) else year + 1
        return date(year, month, day), date(end_year, last_month, last_day)


@dataclass(frozen=True, slots=True)
class AroundBirth:
    """Between two numbers of days counted from the expected day of birth (negative before); `months` narrows the year."""

    opens: int
    closes: int
    months: tuple[int, ...] = ()

    def at(self, life: Life, acts: Acts, on: date) -> Step:
        if life.term is None:
            return OUTSIDE
        window = Window(life.term + timedelta(days=self.opens), None, life.term + timedelta(days=self.closes))
        done = [day for day in days_of(acts) if day >= window.opens]
        if window.closes is not None and on >= window.closes:
            return OUTSIDE
        if done:
            return Step(State.DONE, window, done[-1])
        step = _open(window, on)
        if self.months and step.state is State.DUE and on.month not in self.months:
            return OUTSIDE
        return step
