"""The map of memberships: who sits in which organisation, and which has all of a set of states."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, long_date, ngettext
from ..tables import data_dir, load
from ..web.html import table
from ._shell import Control, Explorer

FIRST, LAST = 1991, 2026
#: The day of the course's own list.
LISTED = date(2026, 11, 26)
#: Until this year the history table speaks; after it, the current list with its dates.
HISTORY = 2014
ORGANISATIONS = ("SCO", "SAARC", "CICA", "CSTO", "CIS", "ECO", "WTO", "CAREC", "EAEU", "OIC")
STATES = ("TJK", "KAZ", "KGZ", "UZB", "TKM", "RUS", "IND", "PAK", "AFG", "CHN", "IRN", "TUR")
#: What the history table calls the standings.
SAME = {"full": "member", "associate": "associate", "observer": "observer", "none": "none"}
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

    def place(self, longitude: float, latitude: float) -> charts.Point:
        """Where a point of the Earth lies on the sheet: equirectangular."""
        x = self.left + (longitude - self.west) / (self.east - self.west) * self.width
        return x, self.top + (self.north - latitude) / (self.north - self.south) * self.height

    def corners(self) -> list[charts.Point]:
        """The rectangle's outline, closed."""
        right, bottom = self.left + self.width, self.top + self.height
        corners = [(self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)]
        return [*corners, corners[0]]


MAP = Frame(44.0, 7.5, 98.0, 53.0, charts.PAD, 12, charts.WIDTH - 2 * charts.PAD)
#: Where Tajikistan and Pakistan come near each other, drawn large in the map's empty corner.
INSET = Frame(67.0, 35.2, 75.4, 41.3, charts.PAD + 8, 410, 240)
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


@dataclass(frozen=True)
class Choices:
    """One organisation on the map, a year, and the states that should sit together."""

    organisation: str = "SCO"
    year: int = LAST
    states: Sequence[str] = ("TJK", "RUS", "IND", "PAK")


@by_language
def names() -> dict[str, str]:
    """Country names by code, in the order in which they are listed."""
    known = load("countries").set_index("iso3")["name"]
    return {code: _(str(known[code])) for code in STATES}


@cache
def standings(year: int) -> pd.DataFrame:
    """Standing of each state in each organisation in a year: rows states, columns organisations.

    Missing where neither table says it, "not founded" before an organisation's first year. Until
    2014 the history table counts (it has no observers of the SCO, and counts its forerunner from
    1996), after that the current list with its dates.
    """
    now = load("memberships").set_index(["organisation", "iso3"])
    past = load("memberships_history").set_index(["organisation", "iso3", "year"])["status"]
    covered = set(load("memberships_history")["organisation"])
    rows = {
        state: [
            "not founded"
            if not begun(org, year)
            else _standing(org, state, year, now, past, covered)
            for org in ORGANISATIONS
        ]
        for state in STATES
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(ORGANISATIONS)).astype("str")


@cache
def founded() -> dict[str, int]:
    """The year in which each organisation was founded, where that is agreed on."""
    years = load("organisations").set_index("code")["founded"].dropna()
    return {str(code): int(year) for code, year in years.items()}


@cache
def _first_years() -> dict[str, int]:
    """As `founded`, or the year of the forerunner that the history table counts."""
    past = load("memberships_history").groupby("organisation")["year"].min().to_dict()
    return {code: min(year, past.get(code, year)) for code, year in founded().items()}


def begun(organisation: str, year: int) -> bool:
    """Whether an organisation, or its forerunner in the history table, was founded by a year."""
    return year >= _first_years().get(organisation, FIRST)


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
        if year < current["since_year"] and pd.notna(current["before"]):
            begun_by = current["before_year"]
            known = pd.isna(begun_by) or year >= begun_by
            return str(current["before"]) if known else None
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
            "label": _("Organisation on the map"),
            "options": [[org, f"{org}: {_(str(listed[org]))}"] for org in ORGANISATIONS],
        },
        {
            "kind": "slider",
            "field": "year",
            "label": _("Year"),
            "min": FIRST,
            "max": LAST,
            "step": 1,
        },
        {
            "kind": "checks",
            "field": "states",
            "label": _("States that should sit together"),
            "options": [list(pair) for pair in names().items()],
            "inline": True,
            "wide": True,
        },
    ]


def view(choices: Choices) -> str:
    """The map, the chosen states' standing in every organisation, pair by pair, and sources."""
    parts = _map(choices), _table(choices), _pairs(choices), _sources_of(choices.organisation)
    return "".join(parts)


def describe(choices: Choices) -> str:
    """Which organisations have all of the chosen states as members."""
    if not choices.states:
        return _("Choose the states that should sit together in {year}.", year=choices.year)
    wanted = _listed([names()[s] for s in STATES if s in choices.states])
    found = together(choices)
    if not found:
        return _(
            "None of the {all} organisations had {states} all as full members in {year}, as far "
            "as the tables say.",
            all=len(ORGANISATIONS),
            states=wanted,
            year=choices.year,
        )
    return ngettext(
        "In {year}, {n} organisation has {states} all as full members: {organisations}.",
        "In {year}, {n} organisations have {states} all as full members: {organisations}.",
        len(found),
        year=choices.year,
        states=wanted,
        organisations=_listed(found),
    )


def membership_map(**choices: Any) -> Explorer:
    """Choose an organisation, a year and states; see who sits where, and who sits together."""
    return Explorer(_("Map of memberships"), Choices(**choices), controls, view, describe)


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("{some} and {last}", some=", ".join(words[:-1]), last=words[-1])


def _table(choices: Choices) -> str:
    chosen = [state for state in STATES if state in choices.states]
    rows = standings(choices.year).loc[chosen].T
    shown = pd.DataFrame({_("Organisation"): rows.index})
    for state in chosen:
        shown[names()[state]] = [_in_words(kind) for kind in rows[state].fillna("unknown")]
    whole = set(together(choices))
    shown[_("All members?")] = [_("yes") if org in whole else _("no") for org in rows.index]
    return table(shown, _("Standing of the chosen states in {year}", year=choices.year))


def _in_words(standing: str) -> str:
    return _("not in it") if standing == "none" else _(standing)


def _pairs(choices: Choices) -> str:
    chosen = [state for state in STATES if state in choices.states]
    seats = {s: {o for o in ORGANISATIONS if s in members(o, choices.year)} for s in chosen}
    pair, forums = _("Pair"), _("Both are members of")
    rows: dict[str, list[str]] = {pair: [], forums: []}
    for a, b in combinations(chosen, 2):
        both = [o for o in ORGANISATIONS if o in seats[a] & seats[b]]
        rows[pair].append(_listed([names()[a], names()[b]]))
        rows[forums].append(", ".join(both) or _("none of them"))
    if not rows[pair]:
        return ""
    whole = table(pd.DataFrame(rows), _("Who sits with whom in {year}", year=choices.year))
    head = _("Who sits with whom, pair by pair")
    return f"<details><summary>{head}</summary>{whole}</details>"


@by_language
def _sources_of(organisation: str) -> str:
    found = load("memberships").query("organisation == @organisation").set_index("iso3")
    rows = pd.DataFrame(
        {
            _("State"): [names()[state] for state in STATES],
            _("Standing"): [_in_words(s) for s in found["status"][list(STATES)]],
            _("Since"): found["since"][list(STATES)].fillna(_("no date")).to_list(),
            _("Source speaks to"): found["as_of"][list(STATES)].fillna(_("no date")).to_list(),
            _("Source"): found["source"][list(STATES)].to_list(),
            _("Grade"): found["confidence"][list(STATES)].to_list(),
            _("Note"): found["note"][list(STATES)].to_list(),
        }
    )
    whole = table(rows, _("The list's rows for {organisation}", organisation=organisation))
    words = _("Where the list has it from: {organisation}, row by row", organisation=organisation)
    return f"<details><summary>{words}</summary>{whole}</details>"


# -- the map ---------------------------------------------------------------------------------------


@cache
def shapes(frame: Frame) -> dict[str, list[list[list[charts.Point]]]]:
    """The states' outlines on the sheet, cut at the frame's edges: polygons of rings of points."""
    text = (data_dir() / "world" / "boundaries.geojson").read_text("utf-8")
    found: dict[str, list[list[list[charts.Point]]]] = {}
    for feature in json.loads(text)["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        cut = [[_cut(ring, frame) for ring in polygon] for polygon in polygons]
        found[feature["properties"]["iso3"]] = [
            [[frame.place(*point) for point in ring] for ring in polygon if ring]
            for polygon in cut
            if polygon[0]
        ]
    return found


@cache
def _paths(frame: Frame) -> dict[str, str]:
    """Each state's outline as an SVG path, written once."""
    return {
        state: "".join(
            "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z"
            for polygon in polygons
            for ring in polygon
        )
        for state, polygons in shapes(frame).items()
        if polygons
    }


def _cut(ring: list[list[float]], frame: Frame) -> list[charts.Point]:
    """A ring cut at the edges of the frame (Sutherland and Hodgman 1974)."""
    points = [(float(x), float(y)) for x, y in ring]
    west, south, east, north = frame[:4]
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


def _draw(
    sheet: charts.Figure,
    frame: Frame,
    column: pd.Series[str],
    choices: Choices,
    at: dict[str, charts.Point],
) -> None:
    """Draw one frame: ground, states with the chosen ones on top, edge, names."""
    sheet.polygon([frame.corners()], fill=ELSEWHERE, stroke=ELSEWHERE)
    for state in sorted(STATES, key=lambda state: state in choices.states):
        if path := _paths(frame).get(state):
            width = 2.4 if state in choices.states else 0.8
            sheet.parts.append(
                f'<path d="{path}" fill="{LOOKS[column[state]][0]}" fill-rule="evenodd" '
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


def _map(choices: Choices) -> str:
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
    where = Frame(*INSET[:4], *MAP.place(INSET.west, INSET.north), 0)
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
        listed = _("by the course's list of {date}", date=long_date(LISTED))
        return f"{words}, {listed}"
    return words


def _alt(choices: Choices, column: pd.Series[str]) -> str:
    parts = []
    for kind in LOOKS:
        there = [names()[state] for state in STATES if column[state] == kind]
        if there:
            words = _("not founded yet") if kind == "not founded" else _in_words(kind)
            parts.append(f"{words}: {_listed(there)}")
    return _(
        "Map of Central and South Asia with their neighbours; standing in the {organisation}: "
        "{standings}. An inset shows the Wakhan corridor, a strip of Afghanistan that lies "
        "between Tajikistan and Pakistan.",
        organisation=choices.organisation,
        standings="; ".join(parts),
    )
