"""The network as a graph, the best way through it, and what closing a part of it does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import pandas as pd

from ...tables import load
from .choices import DETOUR, NAMES, PORTS, SEA, SPEED, Choices

_BY_MEANS = {"road": ["road"], "all": ["road", "rail", "sea"], "plans": ["road", "rail", "sea"]}


@dataclass(frozen=True)
class Leg:
    """One way of a route, in the direction of travel."""

    edge: str
    a: str
    b: str
    mode: str
    built: bool
    km: float
    estimated: bool
    borders: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """Legs from start to goal."""

    legs: tuple[Leg, ...]

    @property
    def km(self) -> float:
        """Its length."""
        return sum(leg.km for leg in self.legs)

    @property
    def estimated_km(self) -> float:
        """Kilometres of it that are a great circle times the detour."""
        return sum(leg.km for leg in self.legs if leg.estimated)

    @property
    def borders(self) -> list[str]:
        """Borders crossed, in order, as two codes."""
        return [border for leg in self.legs for border in leg.borders]

    @property
    def places(self) -> list[str]:
        """Places passed, start and goal too."""
        return [self.legs[0].a, *(leg.b for leg in self.legs)]

    def hours(self, border: float) -> float:
        """Hours at the course's speed, with so many for each border."""
        return self.km / SPEED + border * len(self.borders)


@cache
def ways() -> dict[str, Leg]:
    """Return every way whose two ends are on the map, by its id."""
    rows = load("transport_edges")
    rows = rows[rows["node_a"].isin(list(NAMES)) & rows["node_b"].isin(list(NAMES))]
    return {
        row.id: Leg(
            edge=row.id,
            a=row.node_a,
            b=row.node_b,
            mode=row.mode,
            built=bool(row.built),
            km=float(row.distance_km) * (DETOUR if row.basis == "great_circle" else 1),
            estimated=row.basis == "great_circle",
            borders=() if pd.isna(row.borders) else tuple(row.borders.split(";")),
        )
        for row in rows.itertuples()
    }


@cache
def states(month: str) -> pd.DataFrame:
    """Return what is closed, limited or of unknown state on the last day of a month, by way.

    ``month`` is YYYY-MM; with "" there are no rows. A row without a first day always holds.
    """
    rows = load("transport_closures").set_index("edge")
    if not month:
        return rows.iloc[:0]
    # As text, a day of the month comes before its 32nd, and a month alone before each of its days.
    day = f"{month}-32"
    rows = rows[(rows["since"].fillna("") <= day) & (rows["until"].fillna("9999") > day)]
    return rows[rows.index.isin(list(ways()))]


def closed(choices: Choices) -> set[str]:
    """Return the ways that may not be used, by their ids."""
    rows = states(choices.month)
    shut = rows if choices.doubtful else rows[rows["status"] == "closed"]
    return {*shut.index, *([choices.also] if choices.also else [])}


def allowed(choices: Choices) -> list[Leg]:
    """Return the ways that the chosen means can use, closed ones too."""
    plans = choices.means == "plans"
    return [
        leg
        for leg in ways().values()
        if leg.mode in _BY_MEANS[choices.means] and (leg.built or plans)
    ]


def cost(leg: Leg, choices: Choices) -> float:
    """Return what a way counts: kilometres, hours, or borders with kilometres to break ties."""
    if choices.aim == "km":
        return leg.km
    if choices.aim == "hours":
        return leg.km / SPEED + choices.border * len(leg.borders)
    return len(leg.borders) + leg.km / 1e6


def total(route: Route, choices: Choices) -> float:
    """Return the cost of a route."""
    return sum(cost(leg, choices) for leg in route.legs)


@lru_cache(maxsize=512)
def best(choices: Choices, without: str = "") -> Route | None:
    """Return the best route under the choices, also without one more way.

    Return ``None`` where there is none.
    """
    # Slow to import, and of all lessons only the one on roads needs it.
    import networkx as nx

    shut = closed(choices) | {without}
    graph: Any = nx.Graph()
    # Where two ways join the same places, the dearer is laid first, and the cheaper over it.
    for leg in sorted(allowed(choices), key=lambda leg: -cost(leg, choices)):
        if leg.edge not in shut:
            graph.add_edge(leg.a, leg.b, weight=cost(leg, choices), leg=leg)
    goals = PORTS if choices.goal == SEA else (choices.goal,)
    if choices.start in goals:
        return None
    for port in goals:
        if port in graph:
            graph.add_edge(port, "", weight=0)
    if choices.start not in graph or "" not in graph:
        return None
    try:
        places = nx.shortest_path(graph, choices.start, "", weight="weight")[:-1]
    except nx.NetworkXNoPath:
        return None
    return Route(tuple(_turned(graph.edges[a, b]["leg"], a) for a, b in pairwise(places)))


def _turned(leg: Leg, start: str) -> Leg:
    """Return a way in the direction in which it is travelled."""
    if leg.a == start:
        return leg
    return Leg(**{**vars(leg), "a": leg.b, "b": leg.a})


def detours(choices: Choices) -> dict[str, Route | None]:
    """Return, for each way of the best route, the best route when this way closes, too."""
    route = best(choices)
    return {leg.edge: best(choices, leg.edge) for leg in route.legs} if route else {}


def next_best(choices: Choices) -> Route | None:
    """Return the best route that leaves out a border of the best one, or one of its ways."""
    route = best(choices)
    if not route:
        return None
    others = detours(choices)
    crossing = [leg.edge for leg in route.legs if leg.borders] or list(others)
    found = [other for edge in crossing if (other := others[edge])]
    return min(found, key=lambda other: total(other, choices), default=None)


def worst(choices: Choices) -> list[Leg]:
    """Return the ways of the best route whose closing costs most.

    Return all of those whose closing leaves no way.
    """
    route = best(choices)
    if not route:
        return []
    others = detours(choices)
    dead = [leg for leg in route.legs if others[leg.edge] is None]
    if dead:
        return dead
    extra = {leg.edge: total(other, choices) for leg in route.legs if (other := others[leg.edge])}
    most = max(extra.values())
    return [leg for leg in route.legs if extra[leg.edge] > most - 1e-9]
