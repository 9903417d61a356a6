"""The pandas lines of the route finder."""

from __future__ import annotations

from .._code import literal, program
from .choices import DETOUR, PORTS, SEA, SPEED, Choices
from .network import best

_MODES = {"road": ["road"], "all": ["road", "rail", "sea"], "plans": ["road", "rail", "sea"]}


def code(choices: Choices) -> str:
    """Pandas lines that find the best route: the open ways, what each costs, the shortest path."""
    if best(choices) is None:
        return ""
    borders = 'ways["borders"].str.count("-").fillna(0)'
    cost = {
        "km": 'ways["km"]',
        "hours": f'ways["km"] / {SPEED} + {choices.border} * {borders}',
        "borders": f'{borders} + ways["km"] / 1e6',
    }[choices.aim]
    to_sea = choices.goal == SEA
    built = "" if choices.means == "plans" else ' & ways["built"]'
    goal = "sea" if to_sea else choices.goal
    ports = f'roads.add_edges_from([(port, "sea") for port in {literal(PORTS)}], cost=0)'
    return program(
        'ways = cr.load("transport_edges")',
        f'ways = ways[ways["mode"].isin({literal(_MODES[choices.means])}){built}]',
        *_open(choices),
        'estimated = ways["basis"] == "great_circle"',
        f'ways["km"] = ways["distance_km"].mask(estimated, ways["distance_km"] * {DETOUR})',
        f'ways["cost"] = {cost}',
        'ways = ways.sort_values("cost", ascending=False)',
        'roads = nx.from_pandas_edgelist(ways, "node_a", "node_b", ["id", "km", "cost"])',
        ports if to_sea else "",
        f'places = nx.shortest_path(roads, "{choices.start}", "{goal}", weight="cost")'
        + ("[:-1]" if to_sea else ""),
        "legs = [roads[a][b] for a, b in zip(places, places[1:])]",
        "table = pd.DataFrame(legs).assign(start=places[:-1], end=places[1:])",
        'print(table["km"].sum())',
    )


def _open(choices: Choices) -> list[str]:
    """The lines that leave out what is closed."""
    also = f'ways = ways[ways["id"] != "{choices.also}"]' if choices.also else ""
    if not choices.month:
        return [also]
    day = f"{choices.month}-32"
    since, until = 'shut["since"].fillna("")', 'shut["until"].fillna("9999")'
    return [
        'shut = cr.load("transport_closures")',
        "" if choices.doubtful else 'shut = shut[shut["status"] == "closed"]',
        f'shut = shut[({since} <= "{day}") & ({until} > "{day}")]',
        'ways = ways[~ways["id"].isin(shut["edge"])]',
        also,
    ]
