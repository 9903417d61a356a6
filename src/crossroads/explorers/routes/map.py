"""The map: every way, what is closed, the best route and the next best."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

from ... import charts
from ...i18n import N_, _
from ...tables import load
from .._land import draw_ground, path, paths
from .choices import DETOUR, NAMES, PORTS, SOURCE, Choices
from .labels import MODES, STATUS, ends, goal, kilometres, month_words
from .network import Leg, allowed, best, closed, next_best, states, ways

WEST, SOUTH, EAST, NORTH = 54.6, 23.4, 80.2, 42.2
#: With ships, down to Mumbai.
WITH_SHIPS = 18.4
#: How high a map may be, so that it's on the screen with what changes it.
HIGHEST = 530.0
LAND, LINE = "#F8F6F1", "#A9A390"
WAY, GROUND_NAME = "#8C8C8C", "#6A6557"
BEST, NEXT = charts.PALETTE[0], charts.PALETTE[1]
#: A country's name, where no way runs.
COUNTRIES = {
    "IRN": (57.3, 33.0, N_("Iran")),
    "AFG": (65.2, 33.6, N_("Afghanistan")),
    "PAK": (65.3, 27.6, N_("Pakistan")),
    "IND": (76.0, 24.5, N_("India")),
    "CHN": (78.5, 41.0, N_("China")),
    "UZB": (63.3, 40.9, N_("Uzbekistan")),
    "TKM": (59.5, 39.2, N_("Turkmenistan")),
}
#: Names that stand elsewhere than at the right of their place: pixels right and down, and anchor.
_AT: dict[str, tuple[float, float, Literal["start", "middle", "end"]]] = {
    "DYU": (-9, -4, "end"),
    "PPO": (9, -2, "start"),
    "TRM": (-8, -3, "end"),
    "HRT": (-8, 10, "end"),
    "MZR": (-8, 19, "end"),
    "KDZ": (7, 18, "start"),
    "KBL": (-9, 4, "end"),
    "TOR": (-2, -9, "end"),
    "PEW": (-6, 17, "end"),
    "KHG": (9, 10, "start"),
    "ISH": (8, 15, "start"),
    "SPB": (-9, 10, "end"),
    "QTA": (9, 12, "start"),
    "KAN": (-2, 18, "middle"),
    "ISQ": (-8, 14, "end"),
    "HRA": (9, -4, "start"),
    "DRM": (-9, -3, "end"),
    "ZAR": (9, 13, "start"),
    "MHD": (9, -3, "start"),
    "GWD": (4, 18, "start"),
    "CHB": (-4, 18, "middle"),
    "KHI": (9, 13, "start"),
    "BND": (-22, 18, "start"),
    "KHU": (-8, -6, "end"),
    "KRM": (-6, 16, "start"),
    "STA": (2, -9, "middle"),
    "IRK": (2, 18, "middle"),
    "KUL": (9, 12, "start"),
    "MUR": (-3, 17, "middle"),
    "KJB": (44, 17, "middle"),
    "GIL": (-9, 4, "end"),
    "LHE": (-9, 10, "end"),
    "ATT": (9, -3, "start"),
    "OSH": (6, -8, "start"),
    "TAS": (0, -9, "middle"),
}
#: Named whatever the route, so that the map can be read.
_ALWAYS = ("DYU", "KBL", "ISB", "DEL", "KSG", "TAS", "MUM", *PORTS)
#: Too close to another place for a name of its own.
_UNNAMED = ("SHB",)


@cache
def frame(means: str, width: float) -> charts.Frame:
    """Return the part of the Earth that the chosen means need, as large as the sheet allows."""
    south = SOUTH if means == "road" else WITH_SHIPS
    one = charts.Frame(WEST, south, EAST, NORTH, charts.PAD, 12, 1)
    return one._replace(width=min(width - 2 * charts.PAD, HIGHEST / one.height))


@cache
def spots(shown: charts.Frame) -> dict[str, charts.Point]:
    """Return where each place lies on the sheet; none outside the frame."""
    rows = load("transport_nodes").set_index("id")
    return {
        code: shown.place(rows.at[code, "longitude"], rows.at[code, "latitude"])
        for code in NAMES
        if rows.at[code, "latitude"] > shown.south
    }


def map_chart(choices: Choices, sentence: str) -> str:
    """Return the map with its key."""
    width = charts.width()
    shown = frame(choices.means, width)
    at = spots(shown)
    sheet = charts.Figure(width, 0)
    draw_ground(sheet, shown)
    for outline in paths(shown).values():
        sheet.parts.append(path(outline, fill=LAND, stroke=LINE, width=1))
    second, first = next_best(choices), best(choices)
    layers = [
        [(leg, WAY, 1.6, "" if leg.built else "1 4") for leg in allowed(choices)],
        [(leg, NEXT, 4.0, "9 6") for leg in (second.legs if second else ())],
        [(leg, BEST, 5.0, "") for leg in (first.legs if first else ())],
    ]
    top = {leg.edge: color for layer in layers for leg, color, *_more in layer}
    for leg, color, thick, dash in chain.from_iterable(layers):
        # A way that is drawn twice says what it is once.
        with _said(sheet, leg, choices) if top[leg.edge] == color else nullcontext():
            sheet.line([at[leg.a], at[leg.b]], color=color, width=thick, dash=dash)
    _marks(sheet, at, choices)
    ends = (choices.start, first.places[-1] if first else choices.goal)
    for code, (x, y) in at.items():
        size = 6 if code in ends else 3
        with sheet.mark(_(NAMES[code])):
            sheet.marker(x, y, size=size, shape="square" if code in PORTS else "circle")
    for name in names(choices, shown):
        color = GROUND_NAME if name.ground else charts.INK
        bold = bool(first) and name.words in {_(NAMES[code]) for code in ends if code in NAMES}
        sheet.text(name.x, name.y, name.words, size=charts.SMALL, color=color, bold=bold, halo=True)
    sheet.line(shown.corners(), color=charts.MUTED)
    beside = shown.left + shown.width + 24
    if width - charts.PAD - beside >= 200:
        sheet.height = max(
            shown.top + shown.height + 12, _key(sheet, beside, 24, width - charts.PAD - beside)
        )
    else:
        below = shown.top + shown.height + 22
        sheet.height = _key(sheet, charts.PAD, below, width - 2 * charts.PAD)
    return charts.to_html(
        sheet, title=_title(choices), alt=_alt(choices, sentence), source=_(SOURCE, detour=DETOUR)
    )


class Name(NamedTuple):
    """A name on the map: where it begins, its line, and whether it is a country's."""

    words: str
    x: float
    y: float
    width: float
    ground: bool = False

    def meets(self, other: Name) -> bool:
        """Return whether two names would be written over each other."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and abs(self.y - other.y) < charts.SMALL


def names(choices: Choices, shown: charts.Frame) -> list[Name]:
    """Return the names that have room, most needed first.

    None is written over another or cut off.
    """
    at = spots(shown)
    first, second = best(choices), next_best(choices)
    wanted = [choices.start, first.places[-1] if first else choices.goal]
    for route in (first, second):
        wanted += route.places if route else []
    left, top = shown.left, shown.top
    right, bottom = left + shown.width, top + shown.height
    kept: list[Name] = []
    for code in dict.fromkeys([*wanted, *_ALWAYS]):
        if code not in at or code in _UNNAMED:
            continue
        words = _(NAMES[code])
        width = charts.text_width(words, charts.SMALL, bold=True)
        x, y = at[code]
        own = _AT.get(code, (9, 5, "start"))
        for dx, dy, anchor in (own, (9, 5, "start"), (-9, 5, "end")):
            begin = x + dx - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
            name = Name(words, begin, y + dy, width)
            inside = left <= begin and begin + width <= right and top + 11 <= name.y <= bottom - 3
            if inside and not any(name.meets(other) for other in kept):
                kept.append(name)
                break
    for longitude, latitude, country in COUNTRIES.values():
        width = charts.text_width(_(country), charts.SMALL)
        x, y = shown.place(longitude, latitude)
        begin = min(max(x - width / 2, left + 2), right - width - 2)
        name = Name(_(country), begin, y, width, ground=True)
        if not any(name.meets(other) for other in kept):
            kept.append(name)
    return kept


def _said(sheet: charts.Figure, leg: Leg, choices: Choices) -> AbstractContextManager[None]:
    """Return a way as a mark: its length, by what, and whether it's open."""
    words = f"{_(MODES[leg.mode])}, {kilometres(leg.km)}"
    if leg.estimated:
        words += f" ({_('estimated')})"
    rows = states(choices.month)
    if leg.edge in rows.index:
        words += f"\n{_(STATUS[rows.at[leg.edge, 'status']])}"
    elif leg.edge == choices.also:
        words += f"\n{_('closed by you')}"
    return sheet.mark(f"{ends(leg)}\n{words}")


def _marks(sheet: charts.Figure, at: dict[str, charts.Point], choices: Choices) -> None:
    """A cross on what is closed, a question mark on what is limited or unknown."""
    used = {leg.edge for leg in allowed(choices)}
    shut = closed(choices)
    for edge in sorted({*states(choices.month).index, *shut} & used):
        (x1, y1), (x2, y2) = at[ways()[edge].a], at[ways()[edge].b]
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        if edge in shut:
            sheet.marker(x, y, shape="cross", color=charts.INK, size=8)
        else:
            sheet.marker(x, y, color=charts.PAPER, size=8)
            sheet.text(x, y + 5, "?", size=14, anchor="middle", bold=True)


def _key(sheet: charts.Figure, left: float, top: float, room: float) -> float:
    """Write what lines and signs mean; return where that ends."""
    x, y = left, top
    for color, width, dash, words in (
        (BEST, 5.0, "", _("best route")),
        (NEXT, 4.0, "9 6", _("next best")),
        (WAY, 1.6, "", _("other connections")),
    ):
        wide = 44 + charts.text_width(words, charts.SMALL)
        if x > left and x + wide > left + room:
            x, y = left, y + 22
        sheet.line([(x, y - 4), (x + 36, y - 4)], color=color, width=width, dash=dash)
        sheet.text(x + 44, y, words, size=charts.SMALL)
        x += wide + 22
    for words in (
        _(
            "Cross: closed or excluded. Question mark: limited or unknown. Squares: ports. "
            "Dotted: planned."
        ),
        _("Lines are drawn straight. Real roads bend; the table gives their lengths."),
    ):
        y += 4
        for row in charts.wrap(words, room, charts.SMALL):
            y += 18
            sheet.text(left, y, row, size=charts.SMALL)
    return y + 12


def _title(choices: Choices) -> str:
    start = _(NAMES[choices.start])
    words = (
        _(
            "From {start} to {goal}: closed at the end of {month}",
            start=start,
            goal=goal(choices),
            month=month_words(choices.month),
        )
        if choices.month
        else _("From {start} to {goal}: nothing closed", start=start, goal=goal(choices))
    )
    without = _("without limited or unknown connections")
    return f"{words}; {without}" if choices.doubtful else words


def _alt(choices: Choices, sentence: str) -> str:
    return _(
        "Map of the connections between Central Asia, Afghanistan, Iran, Pakistan and India. "
        "{sentence} The tables below have every leg and every closure.",
        sentence=sentence,
    )
