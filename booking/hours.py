"""What a practice may write as hours or as an absence: checked and put in one form before any row is touched. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from booking.recurrence import Frequency, InvalidRule, Recurrence
from booking.schedule import validate_hours
from core.exceptions import DomainError

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 12, 31)
INTERVAL_AT_MOST = 104
EXCLUDED_AT_MOST = 500
# Local days after the first on which hours may end: a night for openings, three years for a leave.
NIGHT, LEAVE = 1, 1_100
RELEASE_AT_MOST = 30 * 24 * 60
# Rules still in force that one agenda may hold: reading stays bounded whoever writes.
RULES_AT_MOST = 300

MESSAGES = {
    "hours_empty": _("La fin est égale au début."),
    "hours_reversed": _("La fin est avant le début."),
    "hours_with_zone": _("Une heure du cabinet se donne sans décalage."),
    "span_out_of_range": _("La fin est trop de jours après le début."),
    "dates_reversed": _("La dernière date est avant la première."),
    "date_out_of_range": _("Cette date est hors du calendrier."),
    "interval_below_one": _("L’intervalle est d’au moins un."),
    "interval_too_long": _("Cet intervalle est trop long."),
    "weekday_unknown": _("Un jour de la semaine va de 1 (lundi) à 7 (dimanche)."),
    "rank_unknown": _("Un rang dans le mois va de 1 à 5, ou -1 pour le dernier."),
    "once_is_one_day": _("Une date unique ne se répète pas : laissez la date de fin vide, ou égale au début."),
    "never_occurs": _("Cette règle ne tombe à aucune date."),
    "too_many_exclusions": _("Trop de dates retirées : coupez la série en deux."),
    "too_many_rules": _("Cet agenda a déjà trop de plages en cours."),
    "released_out_of_range": _("Ce délai d’ouverture est hors des limites admises."),
    "reasons_empty": _("Choisissez au moins un motif, ou tous."),
    "reason_not_offered": _("Cet agenda ne propose pas ce motif."),
    "no_occurrence": _("Cette règle n’a rien à cette date."),
    "not_a_series": _("Cette plage n’a qu’une date : modifiez-la directement."),
    "split_outside_series": _("Coupez à une date qui laisse au moins une occurrence de chaque côté."),
    "changed_meanwhile": _("Quelqu’un vient de modifier ces heures. Les voici telles qu’elles sont maintenant."),
}
STATUSES = {"changed_meanwhile": 409}

Result = TypeVar("Result")


class HoursRefused(DomainError):
    """Hours that cannot be written; `details` say what stood in the way, for programs."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)


class HoursRow(Protocol):
    """The columns of an opening or an absence that this module looks at."""

    frequency: str
    starts_on: date
    ends_on: date | None
    interval: int
    weekdays: list[int]
    nth: int | None
    excluded_on: list[date]
    start_time: time
    end_time: time
    span_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours on the wall of a location and the dates they come back on, as in `booking.recurrence.Recurrence`."""

    starts_on: date
    start_time: time
    end_time: time
    frequency: str = Frequency.WEEKLY
    ends_on: date | None = None
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    excluded_on: tuple[date, ...] = ()
    span_days: int = 0

    @classmethod
    def of(cls, row: HoursRow) -> Hours:
        """Those of a row. The last date of a single day follows it, so it is left out."""
        return cls(
            frequency=row.frequency,
            starts_on=row.starts_on,
            ends_on=None if row.frequency == Frequency.ONCE else row.ends_on,
            interval=row.interval,
            weekdays=tuple(row.weekdays),
            nth=row.nth,
            excluded_on=tuple(row.excluded_on),
            start_time=row.start_time,
            end_time=row.end_time,
            span_days=row.span_days,
        )

    @property
    def recurrence(self) -> Recurrence:
        return self._recurrence(self.excluded_on)

    def changed(self, **changes: Any) -> Hours:
        """The same hours with some members replaced; lists are taken as they come."""
        for name in ("weekdays", "excluded_on"):
            if name in changes:
                changes[name] = tuple(changes[name])
        return replace(self, **changes)

    def checked(self, *, longest_span: int) -> Hours:
        """In the one form that is kept, or refused.

        Times lose their seconds, lists are sorted, what the frequency does not use is left out, and a single day ends
        on itself. Raises `HoursRefused` with the codes of this module.
        """
        self._check_hours(longest_span)
        self._check_dates()
        if self.interval > INTERVAL_AT_MOST:
            raise HoursRefused("interval_too_long", maximum=INTERVAL_AT_MOST)
        if len(self.excluded_on) > EXCLUDED_AT_MOST:
            raise HoursRefused("too_many_exclusions", maximum=EXCLUDED_AT_MOST)
        every = _refused(lambda: self._recurrence(()))
        if next(every.days(self.starts_on, LAST_DAY), None) is None:
            raise HoursRefused("never_occurs")
        return self._in_one_form()

    def columns(self) -> dict[str, Any]:
        """What the row keeps."""
        return {
            "frequency": str(self.frequency),
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "interval": self.interval,
            "weekdays": list(self.weekdays),
            "nth": self.nth,
            "excluded_on": list(self.excluded_on),
            "start_time": self.start_time,
            "end_time": self.end_time,
            "span_days": self.span_days,
        }

    def _recurrence(self, excluded: tuple[date, ...]) -> Recurrence:
        return Recurrence(
            frequency=Frequency(self.frequency),
            starts_on=self.starts_on,
            interval=self.interval,
            weekdays=frozenset(self.weekdays),
            nth=self.nth,
            ends_on=self.ends_on,
            excluded=frozenset(excluded),
        )

    def _check_hours(self, longest_span: int) -> None:
        _refused(lambda: validate_hours(self.start_time, self.end_time, self.span_days))
        if self.span_days > longest_span:
            raise HoursRefused("span_out_of_range", maximum=longest_span)

    def _check_dates(self) -> None:
        for day in (self.starts_on, self.ends_on, *self.excluded_on):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise HoursRefused("date_out_of_range", first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat())
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise HoursRefused("dates_reversed")
        if self.frequency == Frequency.ONCE and self.ends_on not in (None, self.starts_on):
            raise HoursRefused("once_is_one_day")

    def _in_one_form(self) -> Hours:
        once = self.frequency == Frequency.ONCE
        by_weekday = self.frequency in (Frequency.WEEKLY, Frequency.MONTHLY_NTH)
        return replace(
            self,
            ends_on=self.starts_on if once else self.ends_on,
            interval=1 if once else self.interval,
            weekdays=tuple(sorted(set(self.weekdays))) if by_weekday else (),
            nth=self.nth if self.frequency == Frequency.MONTHLY_NTH else None,
            excluded_on=() if once else tuple(sorted(set(self.excluded_on))),
            start_time=_to_minute(self.start_time),
            end_time=_to_minute(self.end_time),
        )


def split(hours: Hours, day: date) -> tuple[Hours, Hours]:
    """The series before a date and from it on; together they give the dates of the whole.

    The second one begins at its first date, so that weeks and months go on being counted alike. Raises
    `split_outside_series` when one of them would have no date.
    """
    series = hours.recurrence
    first = next(series.days(day, LAST_DAY), None) if FIRST_DAY <= day <= LAST_DAY else None
    if first is None or next(series.days(hours.starts_on, _before(day)), None) is None:
        raise HoursRefused("split_outside_series")
    earlier = replace(hours, ends_on=_before(day), excluded_on=tuple(d for d in hours.excluded_on if d < day))
    later = replace(hours, starts_on=first, excluded_on=tuple(d for d in hours.excluded_on if d > first))
    return earlier, later


def without_day(hours: Hours, day: date, *, longest_span: int = NIGHT) -> Hours:
    """The same series without one of its dates. Raises `not_a_series`, `no_occurrence`, `too_many_exclusions`."""
    if hours.frequency == Frequency.ONCE:
        raise HoursRefused("not_a_series")
    if not hours.recurrence.occurs_on(day):
        raise HoursRefused("no_occurrence")
    return hours.changed(excluded_on=(*hours.excluded_on, day)).checked(longest_span=longest_span)


def alone(hours: Hours, day: date) -> Hours:
    """One date of a series by itself. Raises `not_a_series`, `no_occurrence`."""
    without_day(hours, day)
    return hours.changed(frequency=Frequency.ONCE, starts_on=day, ends_on=None, excluded_on=())


def check_release(minutes: int | None) -> None:
    """The delay of an urgent-care window. Raises `released_out_of_range`."""
    if minutes is not None and not 1 <= minutes <= RELEASE_AT_MOST:
        raise HoursRefused("released_out_of_range", minimum=1, maximum=RELEASE_AT_MOST)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _to_minute(wall_time: time) -> time:
    return wall_time.replace(second=0, microsecond=0)


def _refused(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except InvalidRule as error:
        raise HoursRefused(error.code) from error
