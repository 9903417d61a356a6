"""Charts as inline SVG, each with a text alternative and a source.

Every chart is a plain string of HTML, `<figure><svg role="img" aria-label=…>…<figcaption>`,
so it works wherever HTML works: JupyterLab, an exported page, paper. It holds no id, script,
style sheet or address, so any number of charts share a page. Sizes are in CSS pixels, origin top
left, y downwards. Why not a plotting library: docs/charts.md has the measurements.

Each form has a module of its own name: bars, ranges, lines, network, timeline, maps, argument.
"""

from .argument import Bears, Claim, argument, layers
from .bars import bars
from .labels import text_width, wrap
from .lines import Sides, lines, plot_sides
from .looks import OWN, beside, country
from .maps import Frame, Polygons, outlines, path_of
from .network import Link, network
from .page import to_html
from .palette import (
    DASHES,
    GRID,
    INK,
    LOOKS,
    MUTED,
    PAD,
    PALETTE,
    PAPER,
    SHAPES,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    Look,
    Point,
    Shape,
)
from .pandas_style import style
from .ranges import ranges
from .sizes import at_width, width
from .svg import Figure
from .timeline import Row, timeline

__all__ = [
    "DASHES",
    "GRID",
    "INK",
    "LOOKS",
    "MUTED",
    "OWN",
    "PAD",
    "PALETTE",
    "PAPER",
    "SHAPES",
    "SMALL",
    "TEXT",
    "TITLE",
    "WIDTH",
    "Bears",
    "Claim",
    "Figure",
    "Frame",
    "Link",
    "Look",
    "Point",
    "Polygons",
    "Row",
    "Shape",
    "Sides",
    "argument",
    "at_width",
    "bars",
    "beside",
    "country",
    "layers",
    "lines",
    "network",
    "outlines",
    "path_of",
    "plot_sides",
    "ranges",
    "style",
    "text_width",
    "timeline",
    "to_html",
    "width",
    "wrap",
]
