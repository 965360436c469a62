"""Squares and plane: what they hold, and what they measure."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.search.cells import cell_of, cells_around, distance_km, northing, reach_on_plane

LATITUDES = st.floats(-70, 70)
LONGITUDES = st.floats(-179, 179)
STEPS = st.floats(-1, 1)


@given(LATITUDES, LONGITUDES, st.floats(0.1, 100), STEPS, STEPS)
def test_squares_and_plane_hold_every_point_of_the_circle(latitude, longitude, radius, north, east):
    reach = radius / 111.195
    there = (latitude + north * reach, longitude + east * reach * 3)
    if abs(there[1]) <= 179.9 and distance_km(latitude, longitude, *there) <= radius:
        assert cell_of(*there) in cells_around(latitude, longitude, radius)
        away = ((there[1] - longitude) ** 2 + (northing(there[0]) - northing(latitude)) ** 2) ** 0.5
        assert away <= reach_on_plane(latitude, radius)


@given(st.floats(-54, 54), LONGITUDES, st.floats(0.2, 20), st.floats(0, 1))
def test_plane_orders_as_the_globe_within_a_hundredth(latitude, longitude, kilometres, turn):
    degrees = kilometres / 111.195
    north = (latitude + degrees * turn, longitude)
    there = distance_km(latitude, longitude, *north)
    plane = abs(northing(north[0]) - northing(latitude)) * 111.195
    if there > 0.1:
        assert plane * cos(radians(latitude)) == pytest.approx(there, rel=0.01)


def test_known_distances():
    assert distance_km(48.8566, 2.3522, 45.764, 4.8357) == pytest.approx(391.5, abs=1)
    assert distance_km(-20.8789, 55.4481, -20.8789, 55.4481) == 0


def test_circle_across_the_antimeridian_wraps():
    assert cell_of(-14.3, -179.95) in cells_around(-14.3, 179.95, 20)
