"""Maps: a frame of the Earth on the sheet, and outlines cut at its edges."""

from __future__ import annotations

import json
import math
from typing import NamedTuple

from .palette import Point

#: An area as polygons, each of one or more rings of points; a ring inside another is a hole.
Polygons = list[list[list[Point]]]


class Frame(NamedTuple):
    """A part of the Earth in degrees, and the rectangle of the sheet that shows it, in pixels."""

    west: float
    south: float
    east: float
    north: float
    left: float
    top: float
    width: float

    @property
    def height(self) -> float:
        """So that degrees are true in the frame's middle."""
        middle = math.radians((self.north + self.south) / 2)
        return (self.north - self.south) / (self.east - self.west) / math.cos(middle) * self.width

    def place(self, longitude: float, latitude: float) -> Point:
        """Return where a point of the Earth lies on the sheet: equirectangular."""
        x = self.left + (longitude - self.west) / (self.east - self.west) * self.width
        return x, self.top + (self.north - latitude) / (self.north - self.south) * self.height

    def corners(self) -> list[Point]:
        """Return the rectangle's outline, closed."""
        right, bottom = self.left + self.width, self.top + self.height
        corners = [(self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)]
        return [*corners, corners[0]]


def outlines(geojson: str, frame: Frame) -> dict[str, Polygons]:
    """Return each feature's outline on the sheet by its ``iso3``, cut at the frame's edges.

    ``geojson`` is a feature collection of polygons in degrees. A feature that lies outside the
    frame has an empty outline; features of one code have one together.
    """
    found: dict[str, Polygons] = {}
    for feature in json.loads(geojson)["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        cut = [[_cut(ring, frame) for ring in polygon] for polygon in polygons]
        found.setdefault(feature["properties"]["iso3"], []).extend(
            [[frame.place(*point) for point in ring] for ring in polygon if ring]
            for polygon in cut
            if polygon[0]
        )
    return found


def path_of(polygons: Polygons) -> str:
    """Return an outline as the data of an SVG path."""
    return "".join(
        "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z"
        for polygon in polygons
        for ring in polygon
    )


def _cut(ring: list[list[float]], frame: Frame) -> list[Point]:
    """Return a ring cut at the edges of the frame (Sutherland and Hodgman 1974)."""
    points = [(float(x), float(y)) for x, y in ring]
    west, south, east, north = frame[:4]
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        kept: list[Point] = []
        for a, b in zip([points[-1], *points[:-1]] if points else [], points, strict=True):
            inside_a, inside_b = (sign * (p[axis] - limit) >= 0 for p in (a, b))
            if inside_a != inside_b:
                share = (limit - a[axis]) / (b[axis] - a[axis])
                kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
            if inside_b:
                kept.append(b)
        points = kept
    return points if len(points) > 2 else []
