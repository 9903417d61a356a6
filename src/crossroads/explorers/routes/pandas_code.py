"""The pandas lines of the route finder."""

from __future__ import annotations

from calendar import monthrange

from .._code import literal, program
from .choices import DETOUR, PORTS, SEA, SPEED, Choices
from .network import best


def code(choices: Choices) -> str:
    """Pandas lines that find the best route: the open ways, what each costs, the shortest path."""
    if best(choices) is None:
        return ""
    borders = 'ways["borders"].str.count("-").fillna(0)'
    cost = {
        "km": "",
        "hours": f'ways["hours"] = ways["km"] / {SPEED} + {choices.border} * {borders}',
        # The shorter one of two ways with as many borders.
        "borders": f'ways["borders"] = {borders} + ways["km"] / 1e6',
    }[choices.aim]
    to_sea = choices.goal == SEA
    goal = "sea" if to_sea else choices.goal
    # One step from each port, for nothing; it's no leg of the way.
    sea = f"nx.add_star(roads, {literal(['sea', *PORTS])}, {choices.aim}=0)"
    return program(
        f'ways = cr.load("transport_edges"){_kept(choices)}',
        *_open(choices),
        f'longer = ways["basis"].map({{"great_circle": {DETOUR}}}).fillna(1)',
        'ways["km"] = ways["distance_km"] * longer',
        cost,
        # Where two join the same places, the last one stays.
        f'ways = ways.sort_values("{choices.aim}", ascending=False)',
        'roads = nx.from_pandas_edgelist(ways, "node_a", "node_b", '
        + literal(list(dict.fromkeys(["id", "km", choices.aim])))
        + ")",
        sea if to_sea else "",
        f'places = nx.shortest_path(roads, "{choices.start}", "{goal}", "{choices.aim}")'
        + ("[:-1]" if to_sea else ""),
        "legs = [roads[a][b] for a, b in zip(places, places[1:])]",
        "table = pd.DataFrame(legs).assign(start=places[:-1], end=places[1:])",
        'print(table["km"].sum())',
    )


def _kept(choices: Choices) -> str:
    """Return which ways there are to choose from."""
    kept = [
        "mode == 'road'" if choices.means == "road" else "mode in ['road', 'rail', 'sea']",
        "" if choices.means == "plans" else "built",
        f"id != '{choices.also}'" if choices.also else "",
    ]
    return f'.query("{" and ".join(filter(None, kept))}")'


def _open(choices: Choices) -> list[str]:
    """Return the lines that leave out what is closed in a month."""
    if not choices.month:
        return []
    year, month = map(int, choices.month.split("-"))
    closed = "" if choices.doubtful else ".query(\"status == 'closed'\")"
    return [
        f'day = "{choices.month}-{monthrange(year, month)[1]}"',
        f'shut = cr.load("transport_closures"){closed}',
        'shut = shut.query("not since > @day and not until <= @day")',
        'ways = ways[~ways["id"].isin(shut["edge"])]',
    ]
