"""The ground of every map: the twelve states' outlines, the land around them, the sea."""

from __future__ import annotations

from functools import cache

from .. import charts
from ..tables import data_dir

SEA, AROUND, BORDER = "#E3EEF4", "#E9E6DE", "#FFFFFF"


@cache
def _text(layer: str) -> str:
    return (data_dir() / "world" / f"{layer}.geojson").read_text("utf-8")


@cache
def shapes(frame: charts.Frame) -> dict[str, charts.Polygons]:
    """Return the twelve states' outlines on the sheet, cut at the frame's edges."""
    return charts.outlines(_text("boundaries"), frame)


@cache
def paths(frame: charts.Frame) -> dict[str, str]:
    """Return each state's outline as an SVG path, written once."""
    return {state: charts.path_of(area) for state, area in shapes(frame).items() if area}


@cache
def _around(frame: charts.Frame) -> str:
    areas = charts.outlines(_text("surroundings"), frame).values()
    return "".join(map(charts.path_of, areas))


def draw_ground(sheet: charts.Figure, frame: charts.Frame) -> None:
    """Draw the sea, and as land what lies around the twelve states."""
    sheet.polygon([frame.corners()], fill=SEA, stroke=SEA)
    sheet.parts.append(path(_around(frame), fill=AROUND, stroke=BORDER, width=0.8))


def path(data: str, *, fill: str, stroke: str, width: float) -> str:
    """Return an outline as an SVG element."""
    return (
        f'<path d="{data}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" '
        f'stroke-width="{width}" stroke-linejoin="round"/>'
    )
