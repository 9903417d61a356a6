"""The map: who has which standing, with an inset of the Wakhan corridor."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd

from ... import charts
from ...i18n import N_, _, long_date
from ...tables import data_dir
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
    N_("unknown"): ("#D9D9D9", "?"),
}


ELSEWHERE = "#F0F3F5"  # the sea, and states that the table doesn't have


MAP = charts.Frame(44.0, 7.5, 98.0, 53.0, charts.PAD, 12, charts.WIDTH - 2 * charts.PAD)


#: Where Tajikistan and Pakistan come near each other, drawn large in the map's empty corner.
INSET = charts.Frame(67.0, 35.2, 75.4, 41.3, charts.PAD + 8, 410, 240)


#: Where a name stands, in degrees.
NAME_AT = {
    "RUS": (58.0, 52.0),
    "CHN": (89.0, 35.5),
    "IRN": (53.5, 32.5),
    "TUR": (48.4, 39.4),
    "KAZ": (67.0, 48.2),
    "UZB": (62.3, 42.3),
    "TKM": (58.8, 39.3),
    "KGZ": (74.8, 41.6),
    "TJK": (70.5, 38.7),
    "AFG": (65.5, 33.4),
    "PAK": (68.5, 28.6),
    "IND": (78.8, 22.0),
}


#: States of which little or nothing is on the map: their names say in which direction they lie.
BEYOND = ("TUR",)


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
    "to 2014 Correlates of War IGO v3.0 (Pevehouse et al. 2020), then a list that the course put "
    "together from the sources named below, with the date to which each speaks; a standing "
    "that both give is taken to have held in between. Boundaries: Natural Earth 1:50m, de facto "
    "as drawn there, several of them disputed (Kashmir among others), no statement of the "
    "course. Retrieved 2026-11-26."
)


@cache
def shapes(frame: charts.Frame) -> dict[str, charts.Polygons]:
    """The states' outlines on the sheet, cut at the frame's edges."""
    text = (data_dir() / "world" / "boundaries.geojson").read_text("utf-8")
    return charts.outlines(text, frame)


@cache
def _paths(frame: charts.Frame) -> dict[str, str]:
    """Each state's outline as an SVG path, written once."""
    return {state: charts.path_of(area) for state, area in shapes(frame).items() if area}


def _draw(
    sheet: charts.Figure,
    frame: charts.Frame,
    column: pd.Series[str],
    choices: Choices,
    at: dict[str, charts.Point],
) -> None:
    """Draw one frame: ground, states with the chosen ones on top, edge, names."""
    sheet.polygon([frame.corners()], fill=ELSEWHERE, stroke=ELSEWHERE)
    for state in sorted(STATES, key=lambda state: state in choices.states):
        if path := _paths(frame).get(state):
            width = 2.4 if state in choices.states else 0.8
            kind = column[state]
            said = _("not founded yet") if kind == "not founded" else in_words(kind)
            with sheet.mark(f"{names()[state]}\n{choices.organisation}: {said}"):
                sheet.parts.append(
                    f'<path d="{path}" fill="{LOOKS[kind][0]}" fill-rule="evenodd" '
                    f'stroke="{charts.INK}" stroke-width="{width}" stroke-linejoin="round"/>'
                )
    # Where a state is cut off it has no border: the edge covers the line there.
    sheet.line(frame.corners(), color=charts.PAPER, width=5)
    sheet.line(frame.corners(), color=charts.MUTED)
    for state, place in at.items():
        x, y = frame.place(*place)
        mark = _(LOOKS[column[state]][1]) if frame is MAP else ""
        label = f"{names()[state]} ({mark})" if mark else names()[state]
        label = f"← {label}" if frame is MAP and state in BEYOND else label
        sheet.text(x, y, label, size=13, anchor="middle", bold=state in choices.states, halo=True)


def map_chart(choices: Choices) -> str:
    column = standings(choices.year)[choices.organisation].fillna("unknown")
    key = [
        f"{_(look[1])}: {_(kind)}"
        for kind, look in LOOKS.items()
        if look[1] and kind in set(column)
    ]
    nobody = _("not founded yet") if "not founded" in set(column) else _("not in it")
    rows = (
        "; ".join([*key, _("white, no letter: {standing}", standing=nobody)]),
        _("Bold name, thick line: chosen. Grey: the sea, or a state that the table doesn't have."),
    )
    sheet = charts.Figure(charts.WIDTH, MAP.top + MAP.height + 56)
    _draw(sheet, MAP, column, choices, NAME_AT)
    where = charts.Frame(*INSET[:4], *MAP.place(INSET.west, INSET.north), 0)
    corner = MAP.place(INSET.east, INSET.south)
    sheet.line(where._replace(width=corner[0] - where.left).corners(), dash="3 3")
    _draw(sheet, INSET, column, choices, INSET_NAME_AT)
    start, end = INSET.place(*WAKHAN), INSET.place(*WAKHAN_NAME_AT)
    sheet.line([start, (end[0], end[1] - 11)], width=1.5)
    sheet.marker(*start, size=3)
    sheet.text(*end, _("Wakhan corridor"), size=13, anchor="middle", halo=True)
    for i, words in enumerate(rows):
        sheet.text(charts.PAD, MAP.top + MAP.height + 22 + 20 * i, words, size=13)
    return charts.to_html(
        sheet, title=_title(choices), alt=_alt(choices, column), source=_(SOURCES)
    )


def _title(choices: Choices) -> str:
    words = _("{organisation} in {year}", organisation=choices.organisation, year=choices.year)
    since = founded().get(choices.organisation, FIRST)
    if not begun(choices.organisation, choices.year):
        return f"{words}: {_('founded in {year}', year=since)}"
    if choices.year < since:
        late = _("a forerunner, as the history table counts it; founded in {year}", year=since)
        return f"{words}: {late}"
    if choices.year > HISTORY:
        by_list = _("by the course's list of {date}", date=long_date(LISTED))
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
        "Map of Central and South Asia with their neighbours; standing in the {organisation}: "
        "{standings}. An inset shows the Wakhan corridor, a strip of Afghanistan that lies "
        "between Tajikistan and Pakistan.",
        organisation=choices.organisation,
        standings="; ".join(parts),
    )
