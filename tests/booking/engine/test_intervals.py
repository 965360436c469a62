"""Ranges of whole numbers against the plainest model of them: sets of integers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from booking.intervals import contains, merged, points_outside

intervals = st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), max_size=8)


def ground(ranges) -> set[int]:
    return {point for start, end in ranges for point in range(start, end)}


def test_merged_fuses_ranges_that_touch_and_drops_empty_ones():
    assert merged([(5, 9), (1, 3), (3, 4), (7, 7), (8, 12), (20, 19)]) == [(1, 4), (5, 12)]


def test_merged_of_nothing_is_nothing():
    assert merged([]) == []


def test_points_outside_keeps_the_grid_across_a_hole():
    assert points_outside(0, 60, 20, [(15, 35)]) == [0, 40, 60]


def test_points_outside_treats_holes_as_half_open():
    assert points_outside(0, 40, 10, [(10, 20)]) == [0, 20, 30, 40]


@given(intervals)
def test_merged_covers_the_same_ground_with_apart_ranges(ranges):
    found = merged(ranges)
    assert ground(found) == ground(ranges)
    assert all(end < start for (_, end), (start, _) in pairwise(found))


@given(intervals, st.integers(-45, 45))
def test_contains_is_membership(ranges, point):
    assert contains(merged(ranges), point) is (point in ground(ranges))


@given(intervals, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 17))
def test_points_outside_is_the_grid_less_the_holes(ranges, first, last, step):
    wanted = [point for point in range(first, last + 1, step) if point not in ground(ranges)]
    assert points_outside(first, last, step, merged(ranges)) == wanted
