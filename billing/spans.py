"""Arithmetic of runs of days, half-open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from billing.money import next_month

FOREVER = date.max


class Span(NamedTuple):
    """The days [since, until). `practitioner_id` None is everybody; `reason` says why these days are apart."""

    since: date
    until: date = FOREVER
    practitioner_id: int | None = None
    reason: str = ""

    def has(self, day: date) -> bool:
        return self.since <= day < self.until


def clip(span: Span, within: Span) -> list[Span]:
    """The days of a span that lie within another, as one span or none."""
    since, until = max(span.since, within.since), min(span.until, within.until)
    return [span._replace(since=since, until=until)] if since < until else []


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """The days of the spans that no hole covers."""
    left = list(spans)
    for hole in holes:
        ends = [(span, (Span(span.since, hole.since), Span(hole.until, span.until))) for span in left]
        left = [piece for span, kept in ends for part in kept for piece in clip(span, part)]
    return left


def by_month(span: Span) -> Iterator[Span]:
    """The span cut at the first day of each month."""
    since = span.since
    while since < span.until:
        until = min(span.until, next_month(since))
        yield span._replace(since=since, until=until)
        since = until


def by_reason(span: Span, apart: Sequence[Span]) -> list[Span]:
    """The span cut where its days begin or stop to lie in one of `apart`; each piece has the reason of the first."""
    cuts = {span.since, span.until}
    cuts |= {day for other in apart for day in (other.since, other.until) if span.since < day < span.until}
    pieces: list[Span] = []
    for since, until in pairwise(sorted(cuts)):
        reason = next((other.reason for other in apart if other.has(since)), "")
        if pieces and pieces[-1].reason == reason:
            pieces[-1] = pieces[-1]._replace(until=until)
        else:
            pieces.append(span._replace(since=since, until=until, reason=reason))
    return pieces


def heights(steps: Sequence[tuple[date, int]]) -> Iterator[tuple[date, date, int]]:
    """(day, change) in order of days → runs of days on which the sum of the changes so far is not zero."""
    height = 0
    for (day, change), (after, _) in pairwise([*steps, (FOREVER, 0)]):
        height += change
        if height:
            yield day, after, height
