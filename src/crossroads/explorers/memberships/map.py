"""The map: who has which standing, with an inset of the Wakhan corridor."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

import pandas as pd

from ... import charts
from ...i18n import N_, _, long_date
from .._land import AROUND, draw_ground, path, paths
from .choices import FIRST, HISTORY, STATES, Choices
from .labels import in_words, listed
from .standings import begun, founded, names, standings

#: The day of the course's own list.
LISTED = date(2026, 11, 26)


#: A look for each standing: fill, and the mark that a reader sees without colour.
LOOKS = {
    N_("member"): ("#BBDDF1", N_("M")),
    N_("observer"): ("#FBE3C4", N_("O")),
    N_("associate"): ("#E9D6F0", N_("A")),
    N_("dialogue partner"): ("#F1F1C2", N_("D")),
    N_("partner"): ("#F1F1C2", N_("P")),
    "none": ("#FFFFFF", ""),
    N_("not founded"): ("#FFFFFF", ""),
    N_("unknown"): ("#CFCFCF", "?"),
}


#: What the map shows: from the Aegean Sea to Assam, from Sri Lanka to the Volga.
WEST, SOUTH, EAST, NORTH = 25.4, 5.6, 97.5, 54.0
#: The inset shows where Tajikistan and Pakistan come near each other.
NEAR = (67.0, 35.2, 75.4, 41.3)


#: Where a name stands, in degrees.
NAME_AT = {
    "RUS": (50.0, 52.2),
    "CHN": (89.0, 35.5),
    "IRN": (52.8, 32.5),
    "TUR": (34.0, 38.7),
    "KAZ": (67.0, 48.2),
    "UZB": (62.3, 42.5),
    "TKM": (58.4, 39.2),
    "KGZ": (75.2, 41.3),
    "TJK": (70.9, 38.5),
    "AFG": (66.2, 33.4),
    "PAK": (68.5, 28.6),
    "IND": (78.8, 22.0),
}
#: States that are smaller on the map than their names where its width in pixels is less than
#: this: only their letter stands there. The inset names those that it shows.
NAMED_FROM = {"TJK": 690, "KGZ": 690, "TKM": 450, "UZB": 450, "AFG": 450}


INSET_NAME_AT = {
    "UZB": (68.75, 40.3),
    "KGZ": (73.5, 40.6),
    "TJK": (70.9, 38.5),
    "CHN": (74.6, 38.8),
    "AFG": (69.0, 36.2),
    "PAK": (73.4, 35.4),
}


WAKHAN, WAKHAN_NAME_AT = (73.1, 36.95), (73.2, 36.1)


SOURCES = N_(
    "until 2014, Correlates of War IGO v3.0 (Pevehouse et al. 2020); after that, a list that the "
    "course put together from the sources named below, each with its date. If both give a country "
    "the same status, the course assumes that it kept this status in the years between. "
    "Boundaries: Natural Earth 1:50m, which draws them as they are de facto; several are disputed "
    "(in Kashmir, for example), and the course takes no position. Retrieved 2026-11-26."
)


class Places(NamedTuple):
    """The places of map, inset and key on the sheet, and its height."""

    map: charts.Frame
    inset: charts.Frame
    key: tuple[float, float, float]
    height: float


@cache
def places(width: float) -> Places:
    """Inset and key stand beside the map where there is room, else below it."""
    room = width - 2 * charts.PAD
    if width >= 840:
        wide = min(700.0, room * 0.66)
        here = charts.Frame(WEST, SOUTH, EAST, NORTH, charts.PAD, 12, wide)
        left = here.left + wide + 20
        inset = charts.Frame(*NEAR, left, 12, min(320.0, width - charts.PAD - left))
        key = (left, inset.top + inset.height + 14, width - charts.PAD - left)
        return Places(here, inset, key, here.top + here.height + 12)
    here = charts.Frame(WEST, SOUTH, EAST, NORTH, charts.PAD, 12, min(room, 600.0))
    below = here.top + here.height + 14
    inset = charts.Frame(*NEAR, charts.PAD, below, 250)
    if width >= 480:
        left = inset.left + inset.width + 20
        key = (left, below, width - charts.PAD - left)
        return Places(here, inset, key, below + inset.height + 12)
    key = (float(charts.PAD), below + inset.height + 14, room)
    return Places(here, inset, key, key[1] + 150)


def _draw(
    sheet: charts.Figure, frame: charts.Frame, column: pd.Series[str], choices: Choices
) -> None:
    """Draw one frame: ground, states with the chosen ones on top, edge."""
    draw_ground(sheet, frame)
    for state in sorted(STATES, key=lambda state: state in choices.states):
        if outline := paths(frame).get(state):
            width = 2.4 if state in choices.states else 0.8
            kind = column[state]
            said = _("not founded yet") if kind == "not founded" else in_words(kind)
            with sheet.mark(f"{names()[state]}\n{choices.organisation}: {said}"):
                fill = LOOKS[kind][0]
                sheet.parts.append(path(outline, fill=fill, stroke=charts.INK, width=width))
    # Where a state is cut off it has no border: the edge covers the line there.
    sheet.line(frame.corners(), color=charts.PAPER, width=5)
    sheet.line(frame.corners(), color=charts.MUTED)


def label(state: str, standing: str, frame: charts.Frame) -> str:
    """Return what stands on a state of the map.

    It is the name with the letter, or the letter alone if the state is small.
    """
    mark = _(LOOKS[standing][1])
    if frame.width < NAMED_FROM.get(state, 0):
        return mark
    return f"{names()[state]} ({mark})" if mark else names()[state]


def spot(frame: charts.Frame, place: charts.Point, words: str) -> charts.Point:
    """Return where the middle of a name stands.

    It is at its place, or far enough inside for the edge to cut nothing.
    """
    x, y = frame.place(*place)
    half = charts.text_width(words, charts.SMALL, bold=True) / 2 + 2
    return min(max(x, frame.left + half), frame.left + frame.width - half), y


def map_chart(choices: Choices) -> str:
    column = standings(choices.year)[choices.organisation].fillna("unknown")
    here = places(charts.width())
    sheet = charts.Figure(charts.width(), here.height)
    _draw(sheet, here.map, column, choices)
    corners = (here.map.place(*NEAR[:2]), here.map.place(*NEAR[2:]))
    (left, bottom), (right, top) = corners
    sheet.line(
        [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], dash="3 3"
    )
    for state, place in NAME_AT.items():
        words = label(state, column[state], here.map)
        x, y = spot(here.map, place, words)
        bold = state in choices.states
        sheet.text(x, y + 5, words, size=charts.SMALL, anchor="middle", bold=bold, halo=True)
    _draw_inset(sheet, here.inset, column, choices)
    end = _write_key(sheet, here.key, set(column), choices)
    sheet.height = max(sheet.height if charts.width() >= 480 else 0, end + 8)
    return charts.to_html(
        sheet, title=_title(choices), alt=_alt(choices, column), source=_(SOURCES)
    )


def _draw_inset(
    sheet: charts.Figure, frame: charts.Frame, column: pd.Series[str], choices: Choices
) -> None:
    _draw(sheet, frame, column, choices)
    for state, place in INSET_NAME_AT.items():
        x, y = spot(frame, place, names()[state])
        bold = state in choices.states
        sheet.text(x, y, names()[state], size=charts.SMALL, anchor="middle", bold=bold, halo=True)
    start, end = frame.place(*WAKHAN), frame.place(*WAKHAN_NAME_AT)
    sheet.line([start, (end[0], end[1] - 11)], width=1.5)
    sheet.marker(*start, size=3)
    sheet.text(*end, _("Wakhan corridor"), size=charts.SMALL, anchor="middle", halo=True)


def _write_key(
    sheet: charts.Figure,
    place: tuple[float, float, float],
    there: set[str],
    choices: Choices,
) -> float:
    """Write what colours, letters and lines mean, each after a sample; return where that ends."""
    left, y, room = place
    nobody = _("not founded yet") if "not founded" in there else _("not in it")
    rows = [
        (LOOKS[kind][0], _(LOOKS[kind][1]), 0.8, nobody if not LOOKS[kind][1] else _(kind))
        for kind in LOOKS
        if kind in there
    ]
    rows.append((AROUND, "", 0.0, _("other states: not in the table")))
    if choices.states:
        rows.append((charts.PAPER, "", 2.4, _("thick line, bold name: chosen")))
    for fill, mark, width, words in rows:
        box = [(left, y), (left + 26, y), (left + 26, y + 17), (left, y + 17)]
        sheet.polygon([box], fill=fill, stroke=charts.INK if width else fill, width=width or 1)
        sheet.text(left + 13, y + 13, mark, size=charts.SMALL, anchor="middle")
        for row in charts.wrap(words, room - 34, charts.SMALL):
            sheet.text(left + 34, y + 13, row, size=charts.SMALL)
            y += 17
        y += 6
    return y


def _title(choices: Choices) -> str:
    words = _("{organisation} in {year}", organisation=choices.organisation, year=choices.year)
    since = founded().get(choices.organisation, FIRST)
    if not begun(choices.organisation, choices.year):
        return f"{words}: {_('founded in {year}', year=since)}"
    if choices.year < since:
        late = _("not founded until {year}; the data count its forerunner", year=since)
        return f"{words}: {late}"
    if choices.year > HISTORY:
        by_list = _("from the course's list of {date}", date=long_date(LISTED))
        return f"{words}, {by_list}"
    return words


def _alt(choices: Choices, column: pd.Series[str]) -> str:
    parts = []
    for kind in LOOKS:
        there = [names()[state] for state in STATES if column[state] == kind]
        if there:
            words = _("not founded yet") if kind == "not founded" else in_words(kind)
            parts.append(f"{words}: {listed(there)}")
    return _(
        "Map of Central and South Asia with their neighbours; status in the {organisation}: "
        "{standings}. An inset shows the Wakhan corridor, a strip of Afghanistan that lies "
        "between Tajikistan and Pakistan.",
        organisation=choices.organisation,
        standings="; ".join(parts),
    )
