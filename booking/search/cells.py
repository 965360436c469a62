"""Geometry of the directory: squares of 0.1 degree for "first free around here", a plane for "nearest"."""

from __future__ import annotations

from math import asin, cos, degrees, floor, log, pi, radians, sin, sqrt, tan

EARTH_KM = 6371.0
KM_PER_DEGREE = 111.195
COLUMNS = 3600
# Northings beyond these latitudes grow without end; nobody lives there.
POLAR = 85.0
# The plane's scale changes along a circle of a hundred kilometres by a few hundredths.
SLACK = 1.06


def cell_of(latitude: float, longitude: float) -> int:
    """The number of the square that holds a point (WGS 84 degrees)."""
    return (floor(latitude * 10) + 900) * COLUMNS + floor(longitude * 10) + 1800


def cells_around(latitude: float, longitude: float, radius_km: float) -> list[int]:
    """Every square that a circle touches; wraps at the antimeridian."""
    reach = radius_km / KM_PER_DEGREE
    south, north = max(-90.0, latitude - reach), min(89.99, latitude + reach)
    widest = max(0.01, cos(radians(min(89.0, max(abs(south), abs(north))))))
    west, east = longitude - reach / widest, longitude + reach / widest
    rows = range(floor(south * 10), floor(north * 10) + 1)
    columns = range(floor(west * 10), min(floor(east * 10), floor(west * 10) + COLUMNS - 1) + 1)
    return [(row + 900) * COLUMNS + (column + 1800) % COLUMNS for row in rows for column in columns]


def northing(latitude: float) -> float:
    """The latitude on the Mercator plane, in degrees: one degree there is as long as one of longitude."""
    bounded = max(-POLAR, min(POLAR, latitude))
    return degrees(log(tan(pi / 4 + radians(bounded) / 2)))


def reach_on_plane(latitude: float, radius_km: float) -> float:
    """A radius on the plane, in degrees, that surely holds a circle around a point of that latitude."""
    return SLACK * radius_km / (KM_PER_DEGREE * cos(radians(max(-POLAR, min(POLAR, latitude)))))


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Great-circle distance between two points, in kilometres (haversine)."""
    half_lat = radians(to_latitude - latitude) / 2
    half_lon = radians(to_longitude - longitude) / 2
    chord = sin(half_lat) ** 2 + cos(radians(latitude)) * cos(radians(to_latitude)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))
