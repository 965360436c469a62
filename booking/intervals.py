"""Half-open ranges of whole numbers, `(start, end)` with `start < end`, and the points of a grid that avoid them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

_END = itemgetter(1)

Interval = tuple[int, int]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same ground as disjoint ranges in ascending order; ranges that touch are fused, empty ones dropped."""
    fused: list[Interval] = []
    low = high = 0
    started = False
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if started and start <= high:
            if end > high:
                high = end
            continue
        if started:
            fused.append((low, high))
        low, high, started = start, end, True
    if started:
        fused.append((low, high))
    return fused


def contains(intervals: Sequence[Interval], point: int) -> bool:
    """Whether one of the merged `intervals` holds the point."""
    index = bisect_right(intervals, point, key=_END)
    return index < len(intervals) and intervals[index][0] <= point


def points_outside(first: int, last: int, step: int, holes: Sequence[Interval]) -> list[int]:
    """The points `first`, `first + step`, … up to `last` included that lie in none of the merged `holes`.

    The cost follows the number of holes between `first` and `last`, not the number of points they swallow.
    """
    points: list[int] = []
    index = bisect_right(holes, first, key=_END)
    count = len(holes)
    while first <= last:
        if index == count or holes[index][0] > last:
            points.extend(range(first, last + 1, step))
            break
        start, end = holes[index]
        if start > first:
            points.extend(range(first, start, step))
        # The grid goes on at its first point past the hole; a hole already jumped over moves it by nothing.
        first += (end - first + step - 1) // step * step
        index += 1
    return points
