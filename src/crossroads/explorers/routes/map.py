"""The map: every way, what is closed, the best route and the next best."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import Literal

from ... import charts
from ...i18n import N_, _
from ...tables import data_dir, load
from .choices import DETOUR, NAMES, PORTS, SOURCE, Choices
from .labels import MODES, STATUS, ends, goal, kilometres, month_words
from .network import Leg, allowed, best, closed, next_best, states, ways

MAP = charts.Frame(54.6, 23.4, 80.2, 42.2, charts.PAD, 12, charts.WIDTH - 2 * charts.PAD)
#: With ships, down to Mumbai.
WITH_SHIPS = MAP._replace(south=18.4)
LAND, SEA_GROUND, LINE = "#F6F4EE", "#E4EEF4", "#B9B4A6"
WAY = "#8C8C8C"
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
_ALWAYS = ("DYU", "KBL", "ISB", "DEL", "KSG", "TAS", *PORTS)
#: Too close to another place for a name of its own.
_UNNAMED = ("SHB",)


def frame(choices: Choices) -> charts.Frame:
    """The part of the Earth that the chosen means need."""
    return MAP if choices.means == "road" else WITH_SHIPS


@cache
def shapes(shown: charts.Frame) -> dict[str, str]:
    """Each state's outline as an SVG path, cut at the frame's edges."""
    text = (data_dir() / "world" / "boundaries.geojson").read_text("utf-8")
    outlines = charts.outlines(text, shown)
    return {state: charts.path_of(area) for state, area in outlines.items() if area}


@cache
def spots(shown: charts.Frame) -> dict[str, charts.Point]:
    """Where each place lies on the sheet; none outside the frame."""
    rows = load("transport_nodes").set_index("id")
    return {
        code: shown.place(rows.at[code, "longitude"], rows.at[code, "latitude"])
        for code in NAMES
        if rows.at[code, "latitude"] > shown.south
    }


def map_chart(choices: Choices, sentence: str) -> str:
    """The map with its key."""
    shown = frame(choices)
    at = spots(shown)
    sheet = charts.Figure(charts.WIDTH, shown.top + shown.height + 90)
    sheet.polygon([shown.corners()], fill=SEA_GROUND, stroke=SEA_GROUND)
    for path in shapes(shown).values():
        sheet.parts.append(
            f'<path d="{path}" fill="{LAND}" fill-rule="evenodd" stroke="{LINE}" '
            'stroke-width="1" stroke-linejoin="round"/>'
        )
    for longitude, latitude, name in COUNTRIES.values():
        x, y = shown.place(longitude, latitude)
        sheet.text(x, y, _(name), size=12, color="#6A6557", anchor="middle")
    second, first = next_best(choices), best(choices)
    layers = [
        [(leg, WAY, 1.6, "" if leg.built else "1 4") for leg in allowed(choices)],
        [(leg, NEXT, 4.0, "9 6") for leg in (second.legs if second else ())],
        [(leg, BEST, 5.0, "") for leg in (first.legs if first else ())],
    ]
    top = {leg.edge: color for layer in layers for leg, color, *_more in layer}
    for leg, color, width, dash in chain.from_iterable(layers):
        # A way that is drawn twice says what it is once.
        with _said(sheet, leg, choices) if top[leg.edge] == color else nullcontext():
            sheet.line([at[leg.a], at[leg.b]], color=color, width=width, dash=dash)
    _marks(sheet, at, choices)
    named = {choices.start, *_ALWAYS}
    for route in (first, second):
        named |= set(route.places) if route else set()
    for code, (x, y) in at.items():
        size = 6 if code in (choices.start, first.places[-1] if first else choices.goal) else 3
        with sheet.mark(_(NAMES[code])):
            sheet.marker(x, y, size=size, shape="square" if code in PORTS else "circle")
        if code in named and code not in _UNNAMED:
            dx, dy, anchor = _AT.get(code, (9, 5, "start"))
            bold = bool(first and code in (choices.start, first.places[-1]))
            words = _(NAMES[code])
            sheet.text(x + dx, y + dy, words, size=13, anchor=anchor, bold=bold, halo=True)
    sheet.line(shown.corners(), color=charts.MUTED)
    _key(sheet, shown.top + shown.height + 22)
    return charts.to_html(
        sheet, title=_title(choices), alt=_alt(choices, sentence), source=_(SOURCE, detour=DETOUR)
    )


def _said(sheet: charts.Figure, leg: Leg, choices: Choices) -> AbstractContextManager[None]:
    """A way as a mark: its length, by what, and whether it's open."""
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


def _key(sheet: charts.Figure, top: float) -> None:
    x = float(charts.PAD)
    for color, width, dash, words in (
        (BEST, 5.0, "", _("best route")),
        (NEXT, 4.0, "9 6", _("next best")),
        (WAY, 1.6, "", _("other ways")),
    ):
        sheet.line([(x, top - 4), (x + 36, top - 4)], color=color, width=width, dash=dash)
        sheet.text(x + 44, top, words, size=13)
        x += 68 + charts.text_width(words, 13)
    rows = (
        _(
            "Cross: closed or left out. Question mark: limited or unknown. Squares: ports. "
            "Dotted: planned."
        ),
        _("Lines join places straight; roads wind, and are as long as the table says."),
    )
    for i, words in enumerate(rows, 1):
        sheet.text(charts.PAD, top + 22 * i, words, size=13)


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
    return f"{words}; {_('limited or unknown left out')}" if choices.doubtful else words


def _alt(choices: Choices, sentence: str) -> str:
    return _(
        "Map of the ways between Central Asia, Afghanistan, Iran, Pakistan and India. {sentence} "
        "The tables below have every leg and every closure.",
        sentence=sentence,
    )
