"""The map of memberships: who sits in which organisation, and which has all of a set of states."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from .. import charts
from ..html import table
from ..tables import data_dir, load
from ._shell import Control, Explorer

FIRST, LAST = 1991, 2026
#: Until this year the history table speaks; after it, the current list with its dates.
HISTORY = 2014
ORGANISATIONS = ("SCO", "SAARC", "CSTO", "CIS", "ECO", "WTO", "CAREC", "EAEU")
STATES = ("TJK", "KAZ", "KGZ", "UZB", "TKM", "RUS", "IND", "PAK", "AFG", "CHN", "IRN", "TUR")
#: What the history table calls the standings.
SAME = {"full": "member", "associate": "associate", "observer": "observer", "none": "none"}
#: A look for each standing: fill, and the mark that a reader sees without colour.
LOOKS = {
    "member": ("#BBDDF1", "M"),
    "observer": ("#FBE3C4", "O"),
    "associate": ("#E9D6F0", "A"),
    "dialogue partner": ("#F1F1C2", "D"),
    "none": ("#FFFFFF", ""),
    "unknown": ("#E9E9E9", "?"),
}
#: The part of the world that is drawn: degrees west, south, east, north.
WINDOW = (44.0, 8.0, 98.0, 53.0)
#: Pixels, so that degrees are true at 35 degrees north.
HEIGHT = round(45 / 54 / math.cos(math.radians(35)) * (charts.WIDTH - 2 * charts.PAD))
#: Where a name stands, in degrees, where the middle of the land wouldn't do.
NAME_AT = {
    "RUS": (58.0, 52.0),
    "CHN": (89.0, 35.5),
    "IRN": (53.5, 32.5),
    "TUR": (45.6, 39.6),
    "KAZ": (67.0, 48.2),
    "UZB": (62.3, 42.3),
    "TKM": (58.8, 39.3),
    "KGZ": (74.8, 41.6),
    "TJK": (70.5, 38.7),
    "AFG": (65.5, 33.4),
    "PAK": (68.5, 28.6),
    "IND": (78.8, 22.0),
}
WAKHAN = (73.2, 36.95)
SOURCES = (
    "memberships compiled by the course from the sources named in each row of its table, to "
    "2014 Correlates of War IGO v3.0 (Pevehouse et al. 2020); boundaries Natural Earth 1:50m, de "
    "facto as drawn there, several of them disputed (Kashmir among others), no statement of the "
    "course. Retrieved 2026-11-23."
)


@dataclass(frozen=True)
class Choices:
    """One organisation on the map, a year, and the states that should sit together."""

    organisation: str = "SCO"
    year: int = LAST
    states: Sequence[str] = ("TJK", "RUS", "IND", "PAK")


@cache
def names() -> dict[str, str]:
    """Country names by code, in the order in which they are listed."""
    known = load("countries").set_index("iso3")["name"]
    return {code: str(known[code]) for code in STATES}


@cache
def standings(year: int) -> pd.DataFrame:
    """Standing of each state in each organisation in a year: rows states, columns organisations.

    Missing where neither table says it. Until 2014 the history table counts (it has no observers
    of the SCO, and counts its forerunner from 1996), after that the current list with its dates.
    """
    now = load("memberships").set_index(["organisation", "iso3"])
    past = load("memberships_history").set_index(["organisation", "iso3", "year"])["status"]
    covered = set(load("memberships_history")["organisation"])
    rows = {
        state: [_standing(org, state, year, now, past, covered) for org in ORGANISATIONS]
        for state in STATES
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(ORGANISATIONS)).astype("str")


def _standing(
    org: str, state: str, year: int, now: pd.DataFrame, past: pd.Series[str], covered: set[str]
) -> str | None:
    current = now.loc[(org, state)]
    if year == LAST:
        return str(current["status"])
    if year <= HISTORY and org in covered:
        found = past.get((org, state, year))
        return SAME[found] if found is not None else None
    if pd.notna(current["since_year"]):
        before = past.get((org, state, HISTORY), "none" if year < current["since_year"] else None)
        return str(current["status"]) if year >= current["since_year"] else SAME.get(str(before))
    # Without a date, what both ends agree on is taken to have held in between.
    last = past.get((org, state, HISTORY))
    same = last is not None and SAME[last] == current["status"]
    return str(current["status"]) if same and year > HISTORY else None


def members(organisation: str, year: int) -> list[str]:
    """The codes of an organisation's full members among the twelve states."""
    column = standings(year)[organisation]
    return [state for state in STATES if column[state] == "member"]


def together(choices: Choices) -> list[str]:
    """The organisations that have all of the chosen states as full members in that year."""
    wanted = set(choices.states)
    chosen = [o for o in ORGANISATIONS if wanted <= set(members(o, choices.year))]
    return chosen if wanted else []


def controls(choices: Choices) -> list[Control]:
    """Organisation, year, states."""
    listed = load("organisations").set_index("code")["name"]
    return [
        {
            "kind": "select",
            "field": "organisation",
            "label": "Organisation on the map",
            "options": [[org, f"{org}: {listed[org]}"] for org in ORGANISATIONS],
        },
        {
            "kind": "slider",
            "field": "year",
            "label": "Year",
            "min": FIRST,
            "max": LAST,
            "step": 1,
        },
        {
            "kind": "checks",
            "field": "states",
            "label": "States that should sit together",
            "options": [list(pair) for pair in names().items()],
            "inline": True,
            "wide": True,
        },
    ]


def view(choices: Choices) -> str:
    """The map, and a table of the chosen states' standing in every organisation."""
    return _map(choices) + _table(choices)


def describe(choices: Choices) -> str:
    """Which organisations have all of the chosen states as members."""
    if not choices.states:
        return f"Choose the states that should sit together in {choices.year}."
    wanted = _listed([names()[s] for s in STATES if s in choices.states])
    found = together(choices)
    if not found:
        return (
            f"None of the {len(ORGANISATIONS)} organisations had {wanted} all as full members "
            f"in {choices.year}, as far as the tables say."
        )
    forums = "organisation has" if len(found) == 1 else "organisations have"
    count = f"In {choices.year}, {len(found)} {forums}"
    return f"{count} {wanted} all as full members: {_listed(found)}."


def membership_map(**choices: Any) -> Explorer:
    """Choose an organisation, a year and states; see who sits where, and who sits together."""
    return Explorer("Map of memberships", Choices(**choices), controls, view, describe)


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _table(choices: Choices) -> str:
    chosen = [state for state in STATES if state in choices.states]
    rows = standings(choices.year).loc[chosen].T
    shown = pd.DataFrame({"Organisation": rows.index})
    for state in chosen:
        words = rows[state].replace("none", "not in it").fillna("unknown")
        shown[names()[state]] = words.to_numpy()
    whole = set(together(choices))
    shown["All members?"] = ["yes" if org in whole else "no" for org in rows.index]
    return table(shown, f"Standing of the chosen states in {choices.year}")


# -- the map ---------------------------------------------------------------------------------------


def _place(longitude: float, latitude: float) -> charts.Point:
    """Where a point of the Earth lies on the sheet: equirectangular."""
    west, south, east, north = WINDOW
    x = charts.PAD + (longitude - west) / (east - west) * (charts.WIDTH - 2 * charts.PAD)
    return x, charts.PAD + (north - latitude) / (north - south) * HEIGHT


@cache
def shapes() -> dict[str, list[list[list[charts.Point]]]]:
    """The twelve states' outlines on the sheet, cut at its edges: polygons of rings of points."""
    text = (data_dir() / "world" / "boundaries.geojson").read_text("utf-8")
    found: dict[str, list[list[list[charts.Point]]]] = {}
    for feature in json.loads(text)["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        cut = [[_cut(ring) for ring in polygon] for polygon in polygons]
        found[feature["properties"]["iso3"]] = [
            [[_place(*point) for point in ring] for ring in polygon if ring]
            for polygon in cut
            if polygon[0]
        ]
    return found


def _cut(ring: list[list[float]]) -> list[charts.Point]:
    """A ring cut at the edges of the window (Sutherland and Hodgman 1974)."""
    points = [(float(x), float(y)) for x, y in ring]
    west, south, east, north = WINDOW
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        kept: list[charts.Point] = []
        for a, b in zip([points[-1], *points[:-1]] if points else [], points, strict=True):
            inside_a, inside_b = (sign * (p[axis] - limit) >= 0 for p in (a, b))
            if inside_a != inside_b:
                share = (limit - a[axis]) / (b[axis] - a[axis])
                kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
            if inside_b:
                kept.append(b)
        points = kept
    return points if len(points) > 2 else []


def _map(choices: Choices) -> str:
    column = standings(choices.year)[choices.organisation].fillna("unknown")
    sheet = charts.Figure(charts.WIDTH, HEIGHT + 2 * charts.PAD + 34)
    for state in STATES:
        fill, _ = LOOKS[column[state]]
        chosen = state in choices.states
        for polygon in shapes().get(state, []):
            sheet.polygon(polygon, fill=fill, stroke=charts.INK, width=2.4 if chosen else 0.8)
    x, y = _place(*WAKHAN)
    sheet.line([(x, y), (x + 60, y + 40)])
    sheet.text(x + 62, y + 48, "Wakhan corridor (Afghanistan)", size=13, halo=True)
    for state in STATES:
        x, y = _place(*NAME_AT[state])
        mark = LOOKS[column[state]][1]
        label = f"{names()[state]} ({mark})" if mark else names()[state]
        sheet.text(x, y, label, size=13, anchor="middle", bold=state in choices.states, halo=True)
    key = [f"{look[1]} {kind}" for kind, look in LOOKS.items() if look[1] and kind in set(column)]
    words = "; ".join([*key, "no letter: not in it", "bold name, thick line: chosen"])
    sheet.text(charts.PAD, HEIGHT + 2 * charts.PAD + 20, words, size=13)
    return charts.to_html(
        sheet,
        title=f"{choices.organisation} in {choices.year}",
        alt=_alt(choices, column),
        source=SOURCES,
    )


def _alt(choices: Choices, column: pd.Series[str]) -> str:
    parts = []
    for kind in LOOKS:
        there = [names()[state] for state in STATES if column[state] == kind]
        if there:
            words = "not in it" if kind == "none" else kind
            parts.append(f"{words}: {_listed(there)}")
    return (
        f"Map of Central and South Asia with their neighbours; standing in the "
        f"{choices.organisation}: {'; '.join(parts)}. The Wakhan corridor, a strip of Afghanistan, "
        "lies between Tajikistan and Pakistan."
    )
