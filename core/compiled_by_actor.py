"""Rows that depend on who asks, by a statement made once for each kind of actor: the rule itself stays a queryset.

A rule may read the actor, the clock and nothing else. So its statement is made twice, for two actors of the same kind at
two instants, with other values each time: what differs between both must be one of those values as it was given, and is
then bound anew for each fetch. Anything else that differs (a date counted from the instant, a text chosen by the
account), or a statement sent while it is made, shows that it cannot be made once: the queryset is then built each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Generic, NoReturn, TypeVar
from uuid import UUID

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from core import clock
from core.access import Actor
from core.compiled import CompiledQuery

logger = structlog.get_logger(__name__)

M = TypeVar("M", bound=Model)

# Kinds of actor times shapes of one question; far fewer are seen.
KEPT = 256
# What varies between two actors of a kind.
_OF_ACTOR = ("user_id", "practice_id", "session", "ip")
_NOW = "now"


class CannotBeMadeOnce(Exception):
    """The statement takes something from the actor or the instant that is not a value of it."""


class ClockStandsStill(Exception):
    """The clock was replaced as a whole: what would be made now would hold its instant."""


@dataclass(frozen=True, slots=True)
class _Made(Generic[M]):
    """A statement, None when no row can be meant, and which value each of its marks stands for."""

    statement: CompiledQuery[M] | None
    marks: Mapping[Any, str]


class ActorQuery(Generic[M]):
    """`build(actor, *shape, **values)` as a queryset whose SQL is made and planned once. Safe to share between threads.

    `values` change from one fetch to the next and must reach the statement as they are; `shape` may decide its text.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._made: dict[Any, _Made[M] | None] = {}

    def fetch(self, actor: Actor, *shape: Any, **values: Any) -> list[M]:
        """The rows that `build` means now, from the primary database."""
        made = self._of_kind(actor, shape, values)
        if made is None:
            return list(self._build(actor, *shape, **values))
        if made.statement is None:
            return []
        known = {**values, **{name: getattr(actor, name) for name in _OF_ACTOR}, _NOW: clock.now()}
        return made.statement.fetch({mark: known[name] for mark, name in made.marks.items()}, connection)

    def is_made_once(self, actor: Actor, *shape: Any, **values: Any) -> bool:
        """Whether the statement for this kind of actor needs no building each time."""
        return self._of_kind(actor, shape, values) is not None

    def _of_kind(self, actor: Actor, shape: tuple[Any, ...], values: Mapping[str, Any]) -> _Made[M] | None:
        who = actor.space, actor.strong, actor.name, *(bool(getattr(actor, name)) for name in _OF_ACTOR)
        key = who, shape, tuple((name, _fixed(value), type(value)) for name, value in values.items())
        try:
            return self._made[key]
        except KeyError:
            pass
        try:
            made = self._make(actor, shape, values)
        except CannotBeMadeOnce as error:
            logger.warning("statement_cannot_be_made_once", of=self._build.__qualname__, why=str(error))
            made = None
        except ClockStandsStill:
            return None
        if len(self._made) >= KEPT:
            self._made.clear()
        self._made[key] = made
        return made

    def _make(self, actor: Actor, shape: tuple[Any, ...], values: Mapping[str, Any]) -> _Made[M]:
        """Raises `CannotBeMadeOnce`."""
        (one, its), (other, others) = (self._seen(try_, actor, shape, values) for try_ in (0, 1))
        if one is None or other is None:
            if one is not other:
                raise CannotBeMadeOnce("no row for one of two actors")
            return _Made(None, {})
        if one.sql != other.sql or len(one.parameters) != len(other.parameters):
            raise CannotBeMadeOnce("two texts")
        marks: dict[Any, str] = {}
        for here, there in zip(one.parameters, other.parameters, strict=True):
            name = _name(its, here)
            if name != _name(others, there) or (name is None and here != there):
                raise CannotBeMadeOnce(f"{here!r} and {there!r} are no values of theirs")
            if name is not None:
                marks[here] = name
        return _Made(one, marks)

    def _seen(
        self, try_: int, actor: Actor, shape: tuple[Any, ...], values: Mapping[str, Any]
    ) -> tuple[CompiledQuery[M] | None, dict[str, Any]]:
        """The statement for an actor of this kind made of marks, at an instant that is a mark; and those marks."""
        numbers = count(1 + try_ * 1_001)
        given = {name: getattr(actor, name) for name in _OF_ACTOR if getattr(actor, name)}
        given = {**values, **given, _NOW: clock.now()}
        marks = {name: _mark(value, next(numbers)) for name, value in given.items()}
        asking = replace(actor, **{name: marks[name] for name in _OF_ACTOR if name in marks})
        with clock.assumed(marks[_NOW]), _no_statements():
            if clock.now() != marks[_NOW]:
                raise ClockStandsStill
            try:
                rows = self._build(asking, *shape, **{name: marks[name] for name in values})
                return CompiledQuery(rows), marks
            except EmptyResultSet:
                return None, marks


def _fixed(value: Any) -> Any:
    """What decides the text of a statement rather than standing in it."""
    return value if value is None or isinstance(value, bool) else None


def _mark(value: Any, number: int) -> Any:
    """A value of the same type that no row and no rule has. Raises TypeError for a type that has none."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        # Within the smallest column of numbers: Django makes a comparison that no row can meet out of any other.
        return 31_000 + number
    if isinstance(value, datetime):
        # Far from both ends, so that a rule may count from it; not a whole number of days apart.
        return datetime(5000, 1, 1, tzinfo=UTC) + timedelta(days=400 * number, seconds=number, microseconds=number)
    if isinstance(value, UUID):
        return UUID(int=number)
    if isinstance(value, str):
        return f"mark {number} of nobody"
    raise TypeError(f"{type(value).__name__} cannot stand in a statement made once")


def _name(marks: Mapping[str, Any], parameter: Any) -> str | None:
    """Which value a parameter is, of its type: psycopg says of a number how wide its column is."""
    for name, mark in marks.items():
        if mark is None or isinstance(mark, bool) or isinstance(parameter, bool):
            continue
        alike = isinstance(parameter, int) if isinstance(mark, int) else type(parameter) is type(mark)
        if alike and parameter == mark:
            return name
    return None


@contextmanager
def _no_statements() -> Iterator[None]:
    def refuse(*statement: Any) -> NoReturn:
        raise CannotBeMadeOnce("a statement is sent to make it")

    with connection.execute_wrapper(refuse):
        yield
