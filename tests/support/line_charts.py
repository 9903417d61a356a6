"""What a line chart has drawn, read from its SVG."""

from xml.etree import ElementTree as ET

from crossroads import charts


def marks(chart: ET.Element) -> int:
    """How many values are marked, without the samples of the key, beside the plot or above it."""
    levels = [
        [[float(n) for n in point.split(",")] for point in line.attrib["points"].split()]
        for line in chart.iter("polyline")
        if line.get("stroke") in (charts.GRID, charts.MUTED)
    ]
    plot = [(a, b) for a, b in levels if a[1] == b[1]]
    right, top = max(b[0] for _a, b in plot), min(a[1] for a, _b in plot)
    found = 0
    for mark in chart.iter():
        if mark.tag == "circle":
            x, y = float(mark.attrib["cx"]), float(mark.attrib["cy"])
        elif mark.tag == "polygon":
            corners = [p.split(",") for p in mark.attrib["points"].split()]
            x, y = float(corners[0][0]), max(float(p[1]) for p in corners)
        else:
            continue
        found += x < right and y >= top
    return found
