"""Squares of 0.1 degree: bounded work for "around here", whatever the number of practitioners in the circle."""

from __future__ import annotations

from math import asin, cos, floor, radians, sin, sqrt

EARTH_KM = 6371.0
KM_PER_DEGREE = 111.195
COLUMNS = 3600


def cell_of(latitude: float, longitude: float) -> int:
    """The number of the square that holds a point (WGS 84 degrees)."""
    return (floor(latitude * 10) + 900) * COLUMNS + floor(longitude * 10) + 1800


def cells_around(latitude: float, longitude: float, radius_km: float) -> list[int]:
    """Every square that a circle touches, nearest rows first; wraps at the antimeridian."""
    reach = radius_km / KM_PER_DEGREE
    south, north = max(-90.0, latitude - reach), min(89.99, latitude + reach)
    widest = max(0.01, cos(radians(min(89.0, max(abs(south), abs(north))))))
    west, east = longitude - reach / widest, longitude + reach / widest
    rows = range(floor(south * 10), floor(north * 10) + 1)
    columns = range(floor(west * 10), min(floor(east * 10), floor(west * 10) + COLUMNS - 1) + 1)
    return [(row + 900) * COLUMNS + (column + 1800) % COLUMNS for row in rows for column in columns]


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Great-circle distance between two points, in kilometres (haversine)."""
    half_lat = radians(to_latitude - latitude) / 2
    half_lon = radians(to_longitude - longitude) / 2
    chord = sin(half_lat) ** 2 + cos(radians(latitude)) * cos(radians(to_latitude)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))
