"""The route finder: best routes, closures by month, and what a single closure does."""

import dataclasses
import json
import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads import charts
from crossroads.explorers import routes
from crossroads.explorers.routes import map as drawn
from crossroads.explorers.routes import network
from crossroads.explorers.routes.choices import CROSSINGS, PORTS
from crossroads.explorers.routes.labels import month_words
from crossroads.lessons.checks import lesson_items

any_choices = st.builds(
    routes.Choices,
    start=st.sampled_from(routes.ENDS),
    goal=st.sampled_from([routes.SEA, *routes.ENDS]),
    aim=st.sampled_from(list(routes.AIMS)),
    means=st.sampled_from(list(routes.MEANS)),
    month=st.sampled_from(routes.MONTHS),
    doubtful=st.booleans(),
    also=st.sampled_from(["", *CROSSINGS]),
    border=st.integers(0, 24).map(lambda n: 4 * n),
)


def km(**choices):
    route = routes.best(routes.Choices(**choices))
    return route and round(route.km)


@pytest.mark.parametrize(
    ("goal", "before", "after"),
    [("ISB", 1000, 2072), ("KHI", 2011, 3094), ("CHB", 2358, 2358), ("DEL", None, None)],
)
def test_what_the_closures_of_october_2025_did(goal, before, after):
    assert km(goal=goal, month="2025-09") == before
    assert km(goal=goal, month="2025-10") == after


def test_without_what_is_limited_the_way_to_islamabad_gets_longer_still():
    assert km(goal="ISB", month="2025-10", doubtful=True) == 2448


def test_the_nearest_port_is_another_one_after_the_closures():
    before, after = (routes.best(routes.Choices(month=m)) for m in ("2025-09", "2025-10"))
    assert (before.places[-1], after.places[-1]) == ("KHI", "CHB")
    assert before.borders == ["AFG-TJK", "AFG-PAK"]
    assert round(after.km) - round(before.km) == 347


def test_the_network_comes_near_what_others_say_of_whole_ways():
    """Uzbekistan's ministry: Tashkent to Karachi 2,760 km; Asia-Plus: to Islamabad 1,044 km."""
    assert km(goal="ISB", month="") == pytest.approx(1044, rel=0.05)
    places = ["TAS", "TRM", "HRT", "MZR", "KBL", "TOR", "PEW", "KHI"]
    by_pair = {}
    for leg in routes.ways().values():
        if leg.built:
            pair = frozenset((leg.a, leg.b))
            by_pair[pair] = min(leg.km, by_pair.get(pair, leg.km))
    total = sum(by_pair[frozenset(pair)] for pair in pairwise(places))
    assert total == pytest.approx(2760, rel=0.05)


def test_a_factor_of_1_25_is_what_the_sourced_roads_say():
    rows = cr.load("transport_edges").query("basis == 'sourced' and mode == 'road'")
    ratio = (rows["distance_km"] / rows["great_circle_km"])[rows["id"] != "E10"]
    assert (len(ratio), round(ratio.median(), 2)) == (15, routes.DETOUR)
    assert (round(ratio.min(), 2), round(ratio.max(), 2)) == (1.02, 1.88)


@pytest.mark.parametrize(
    ("month", "edge", "status"),
    [
        ("2024-01", "E30", "closed"),
        ("2024-07", "E30", None),
        ("2024-07", "E15", "closed"),
        ("2025-03", "E15", None),
        ("2025-03", "E13", "limited"),
        ("2025-03", "E53", "limited"),
        ("2025-04", "E53", "closed"),
        ("2025-09", "E49", None),
        ("2025-10", "E49", "closed"),
        ("2026-10", "E50", "closed"),
        ("2025-09", "E69", "limited"),
        ("2025-10", "E69", None),
        ("2026-04", "E69", "limited"),
        ("2024-01", "E61", "unknown"),
        ("", "E61", None),
    ],
)
def test_a_way_s_state_is_that_of_the_last_day_of_the_month(month, edge, status):
    assert routes.states(month)["status"].get(edge) == status


def test_a_way_has_one_state_at_a_time():
    for month in routes.MONTHS:
        assert routes.states(month).index.is_unique


@given(any_choices)
def test_a_route_is_a_chain_of_open_ways_from_start_to_goal(choices):
    route = routes.best(choices)
    if route is None:
        return
    goals = PORTS if choices.goal == routes.SEA else (choices.goal,)
    assert route.places[0] == choices.start and route.places[-1] in goals
    assert not {leg.edge for leg in route.legs} & routes.closed(choices)
    assert len(set(route.places)) == len(route.places)
    for leg in route.legs:
        way = routes.ways()[leg.edge]
        assert {leg.a, leg.b} == {way.a, way.b}


@given(any_choices)
def test_closing_a_way_never_makes_the_best_route_better(choices):
    route = routes.best(choices)
    if route is None:
        assert routes.detours(choices) == {} and routes.next_best(choices) is None
        return
    own = routes.total(route, choices)
    for edge, other in routes.detours(choices).items():
        if other:
            assert routes.total(other, choices) >= own - 1e-9
            assert edge not in {leg.edge for leg in other.legs}
    second = routes.next_best(choices)
    if second:
        assert routes.total(second, choices) >= own - 1e-9
        crossing = {leg.edge for leg in route.legs if leg.borders}
        assert not crossing or not crossing <= {leg.edge for leg in second.legs}


@given(any_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    shown = words(routes.view(choices))
    said = routes.describe(choices)
    assert said.endswith(".")
    route = routes.best(choices)
    if route:
        for place in route.places:
            assert routes.NAMES[place] in shown
        assert f"{route.km:,.0f} km" in said and f"{route.km:,.0f} km" in shown
        for edge, other in routes.detours(choices).items():
            if other is None:
                assert "no route is left" in shown, edge
    for control in routes.controls(choices):
        assert control["label"] and hasattr(choices, control["field"])


def test_map_and_tables_say_the_same():
    choices = routes.Choices(goal="ISB", month="2025-10", doubtful=True)
    html = routes.view(choices)
    shown = words(html)
    assert "2,448 km" in shown and "2,532 km" in shown
    assert "without limited or unknown connections" in shown
    marks = {*routes.closed(choices)} & {leg.edge for leg in routes.allowed(choices)}
    assert html.count("<polygon") >= len(marks)
    for edge in marks:
        leg = routes.ways()[edge]
        assert f"{routes.NAMES[leg.a]} – {routes.NAMES[leg.b]}" in shown


def test_two_crossings_stand_in_for_each_other_until_both_close():
    """Karachi: without Chaman by Torkham, and the other way round; without both by Iran."""
    assert km(goal="KHI", also="E49") == 2011
    assert km(goal="KHI", also="E50") == 2252
    assert km(goal="KHI", month="2025-10") == 3094


def test_what_a_border_costs_decides_between_karamyk_and_kulma():
    choices = routes.Choices(goal="ISB", month="2025-10", aim="hours", border=12)
    assert "KRM" in routes.best(choices).places
    assert "KUL" in routes.best(dataclasses.replace(choices, border=16)).places
    assert len(routes.best(choices).borders) == 3


def test_a_way_that_the_table_lacks_is_no_proof_that_there_is_none():
    said = routes.describe(routes.Choices(goal="BND"))
    assert "even with nothing closed" in said and "A route may still exist" in said
    assert km(goal="BND", means="all") == 2728


def test_a_sum_over_crossings_counts_each_border_once():
    islamabad = routes.best(routes.Choices(goal="ISB", month=""))
    assert islamabad.borders == ["AFG-TJK", "AFG-PAK"]


def test_what_is_planned_is_used_only_if_asked_for():
    used = {leg.edge for leg in routes.allowed(routes.Choices(means="all"))}
    plans = {leg.edge for leg in routes.allowed(routes.Choices(means="plans"))}
    assert plans - used == {"E66", "E73", "E74", "E75"}


def test_the_names_are_those_of_the_table():
    rows = cr.load("transport_nodes").set_index("id")["name"]
    assert {c: n for c, n in routes.NAMES.items() if c != "SPB"} == {
        c: rows[c] for c in routes.NAMES if c != "SPB"
    }
    assert rows["SPB"] == "Spin Boldak-Chaman"
    assert set(rows.index) - set(routes.NAMES) == {"MOW", "URC", "ALA"}
    for edge in CROSSINGS:
        assert routes.ways()[edge].borders


@pytest.mark.parametrize("width", range(320, 1201, 80))
@pytest.mark.parametrize("means", routes.MEANS)
def test_every_place_and_name_lies_in_the_frame_and_none_over_another(width, means):
    shown = drawn.frame(means, width)
    (left, top), _, (right, bottom) = shown.corners()[:3]
    assert right <= width - charts.PAD + 0.1 and shown.height <= drawn.HIGHEST + 0.1
    assert ("MUM" in drawn.spots(shown)) == (means != "road")
    for x, y in drawn.spots(shown).values():
        assert left < x < right and top < y < bottom
    for start in ("DYU", "KSG", "MHD"):
        choices = routes.Choices(means=means, start=start)
        names = drawn.names(choices, shown)
        assert names[0].words == routes.NAMES[start]
        for name in names:
            assert left <= name.x and name.x + name.width <= right, name
            assert top + 8 <= name.y <= bottom, name
        assert not [pair for pair in combinations(names, 2) if pair[0].meets(pair[1])]


@pytest.mark.parametrize("means", routes.MEANS)
def test_every_way_of_the_means_lies_on_the_map(means):
    at = drawn.spots(drawn.frame(means, 680))
    assert all({leg.a, leg.b} <= set(at) for leg in routes.allowed(routes.Choices(means=means)))


def test_a_month_is_said_in_words():
    assert month_words("2025-10") == "October 2025"


def test_start_at_the_goal_asks_for_another():
    assert "isn't where you start" in routes.describe(routes.Choices(start="KHI"))
    Text(routes.view(routes.Choices(start="KHI")))


def test_the_explorer_shows_what_the_functions_return(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    widget = cr.route_finder(goal="ISB")
    widget.choices = {**widget.choices, "month": "2025-10"}
    choices = routes.Choices(goal="ISB", month="2025-10")
    assert widget.html == routes.view(choices)
    assert widget.sentence == routes.describe(choices)


def test_each_leg_is_searched_for_once(monkeypatch):
    """A change stays fast, since what has been found is kept."""
    network.best.cache_clear()
    choices = routes.Choices(goal="ISB", month="2025-10")
    routes.view(choices)
    searched = network.best.cache_info().misses
    assert searched <= len(routes.best(choices).legs) + 1
    routes.view(choices)
    assert network.best.cache_info().misses == searched


# -- the lesson ------------------------------------------------------------------------------------

TREE = Path(__file__).parents[2]
LESSON = TREE / "lessons" / "09-roads-to-the-sea.ipynb"
TEXT = "\n".join("".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"])
NOTES = (TREE / "docs" / "teacher" / "09.md").read_text("utf-8")
ITEMS = lesson_items("09")


def as_in_the_lesson(day=None):
    """The lesson's roads with their kilometres, open on a day, and a graph of them."""
    import networkx as nx

    edges = cr.load("transport_edges")
    edges["km"] = edges["distance_km"].where(
        edges["basis"] != "great_circle", edges["distance_km"] * 1.25
    )
    roads = edges[edges["built"] & (edges["mode"] == "road")]
    if day:
        rows = cr.load("transport_closures")
        holds = (rows["since"] <= day) & ~(rows["until"] <= day) & (rows["status"] == "closed")
        roads = roads[~roads["id"].isin(rows[holds]["edge"])]
    roads = roads.sort_values("km", ascending=False)
    roads = roads.assign(hours=roads["km"] / 30 + 24 * roads["borders"].notna())
    return roads, nx.from_pandas_edgelist(roads, "node_a", "node_b", edge_attr=["km", "hours"])


def length(graph, goal, weight="km"):
    import networkx as nx

    return nx.shortest_path_length(graph, "DYU", goal, weight=weight)


def test_the_results_of_the_lesson_s_code():
    day = "2025-10-31"
    roads, graph = as_in_the_lesson()
    __, on_day = as_in_the_lesson(day)
    assert length(graph, "KHI") == pytest.approx(float(ITEMS["09-karachi"].expect))
    assert length(on_day, "KHI") == pytest.approx(float(ITEMS["09-closed-karachi"].expect))
    assert length(on_day, "ISB", "hours") == pytest.approx(float(ITEMS["09-hours"].expect))
    (written,) = re.findall(r"^path = (\[.*\])$", TEXT, re.M)
    path = json.loads(written)
    routes_path = routes.best(routes.Choices(goal="KHI", month="")).places
    assert path == routes_path
    legs = pd.DataFrame({"node_a": path[:-1], "node_b": path[1:]})
    swapped = roads.rename(columns={"node_a": "node_b", "node_b": "node_a"})
    keys = ["node_a", "node_b"]
    alone = legs.merge(roads, on=keys, how="left")
    assert alone["km"].isna().tolist() == [False] * 7 + [True]
    assert f"{alone['km'].sum():,.2f} km" in NOTES
    joined = legs.merge(pd.concat([roads, swapped]), on=keys, how="left")
    assert len(joined) == len(legs) and joined["borders"].notna().sum() == 2
    assert str(joined["borders"].notna().sum()) == ITEMS["09-crossed"].expect
    assert length(on_day, "CHB", "hours") == pytest.approx(126.9, abs=0.05) and "126.9" in NOTES
    assert length(on_day, "CHB", "hours") < min(
        length(on_day, port, "hours") for port in ("KHI", "GWD")
    )


def test_the_table_of_two_ways_to_islamabad():
    shut = {"goal": "ISB", "month": "2025-10"}
    by_km = routes.best(routes.Choices(**shut))
    by_borders = routes.best(routes.Choices(**shut, aim="borders"))
    for route, said in ((by_km, "through Karamyk"), (by_borders, "through Kulma")):
        (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| {said}")]
        cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
        hours = [f"{route.hours(each):.0f}" for each in (24, 4)]
        assert cells == [f"{route.km:,.0f}", str(len(route.borders)), *hours]
    longer = by_borders.km - by_km.km
    assert f"through Kulma is {longer:.0f} km longer but has one fewer border" in TEXT
    assert f"{longer:.0f} km take {longer / routes.SPEED:.1f} hours" in TEXT


def test_the_table_of_what_closed():
    for goal, said in (("ISB", "Islamabad"), ("KHI", "Karachi"), (routes.SEA, "the nearest port")):
        (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| {said} |")]
        cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
        chosen = [
            routes.Choices(goal=goal, month="2025-09"),
            routes.Choices(goal=goal, month="2025-10"),
            routes.Choices(goal=goal, month="2025-10", doubtful=True),
        ]
        for cell, choices in zip(cells, chosen, strict=True):
            route = routes.best(choices)
            port = f" ({routes.NAMES[route.places[-1]]})" if goal == routes.SEA else ""
            assert cell == f"{route.km:,.0f} km{port}"


def test_what_the_lesson_says_of_lengths_and_hours():
    basis = cr.load("transport_edges")["basis"].value_counts()
    said = (len(cr.load("transport_edges")), basis["sourced"], basis["residual"])
    assert "Of the {} lengths, {} come from a source and {} are".format(*said) in TEXT
    assert f"The other {basis['great_circle']} are great circles" in TEXT
    assert f"knows {len(routes.NAMES)} places" in TEXT
    rows = cr.load("border_times").set_index(["place", "direction", "measure", "year"])["value"]
    assert f"{rows['Panji Poyon', 'outbound', 'border_hours', 2022]} hours" in TEXT
    peshawar = "Peshawar (for Torkham)"
    assert f"{rows[peshawar, 'outbound', 'border_hours', 2022]} hours to leave Pakistan" in TEXT
    assert f"and {rows['Chaman', 'outbound', 'border_hours', 2022]} at Chaman (2022)" in TEXT
    entered = rows["Torkham (Pakistani side)", "inbound", "border_hours", 2020]
    later = rows[peshawar, "inbound", "border_hours", 2021]
    assert f"at Torkham took {entered} hours in 2020, and {later:.0f} in 2021" in TEXT
    for country, year in (("Pakistan", 2023), ("Tajikistan", 2022)):
        speed = rows[country, "both", "speed_without_delays", year]
        assert re.search(rf"{speed} (km an hour )?in {country} \({year}\)", TEXT)
    for country, year in (("Tajikistan", 2022), ("Afghanistan", 2020), ("Pakistan", 2023)):
        price = rows[country, "both", "corridor_cost", year]
        assert re.search(rf"{price:,.0f}( dollars)? in {country} \({year}\)", TEXT)


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "words"),
    [
        ("transport_events", "R36", "date", "2025-10-12", "On 12 October 2025"),
        (
            "transport_events",
            "R17",
            "date",
            "2021-05-21",
            "crossings closed after fighting in April 2021",
        ),
        ("transport_events", "R29", "date", "2025-03-13", "Two of them opened when"),
        ("transport_events", "R24", "figure", 49.7, "said in January 2024 that 50 km"),
        ("transport_events", "R22", "figure", 92, "92 km of the road from Dushanbe to Kulma"),
        ("transport_events", "R18", "figure", 123, "On 13 July 2021, 123 trucks crossed it"),
        ("transport_events", "R42", "figure", 240, "over 240 million dollars"),
        ("transport_events", "R44", "figure", 2.5, "about 2.5 billion"),
        ("transport_events", "R39", "date", "2025-11-08", "In November 2025 an Uzbek"),
        ("transport_events", "R20", "figure", 2760, "2,760 km from Tashkent to Karachi (2022)"),
        (
            "transport_events",
            "R35",
            "date",
            "2025-09-29",
            "exemption from its sanctions in September 2025",
        ),
        ("transit_agreements", "T3", "signed", "2022-12-14", "14 December in Pakistan's sources"),
        (
            "transit_agreements",
            "T3",
            "ratified",
            "2023-05-10",
            "ratified the agreement on 10 May 2023",
        ),
        ("transit_agreements", "T5", "signed", "1995", "signed in 1995"),
        ("transit_agreements", "T5", "in_force", "2004-05", "came into force in 2004"),
        ("transit_agreements", "T8", "in_force", "2016-01-21", "Pakistan since 21 January 2016"),
        ("events", "N29", "figure", 1044, "1,044 km from Dushanbe to Islamabad"),
        ("events", "N57", "date", "2025-12-02", "On 2 December 2025"),
        ("events", "N64", "date", "2026-02-12", "In February 2026 Tajikistan's ambassador"),
        ("events", "N41", "date", "2025-03-13", "a border treaty was signed on 13 March 2025"),
    ],
)
def test_what_the_lesson_says_of_events(table, row, column, value, words):
    assert cr.load(table).set_index("id").at[row, column] == value
    assert words in TEXT


def test_what_the_lesson_says_of_the_gap_at_bandar_abbas():
    rows = cr.load("transport_nodes").set_index("id")
    (a, b), (c, d) = (
        (math.radians(rows.at[code, "latitude"]), math.radians(rows.at[code, "longitude"]))
        for code in ("ISQ", "BND")
    )
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    line = 2 * 6371 * math.asin(math.sqrt(half))
    __, graph = as_in_the_lesson("2025-10-31")
    there = length(graph, "ISQ") + routes.DETOUR * line
    assert there < length(graph, "CHB")
    assert f"the great circle to Bandar Abbas is {line:.0f} km" in TEXT
    assert f"{there:,.0f} km from Dushanbe. That is nearer" in TEXT


def test_how_sure_the_lesson_is_of_the_way_to_chabahar():
    shut = routes.Choices(month="2025-10")
    route, second = routes.best(shut), routes.next_best(shut)
    assert f"Of the {route.km:,.0f} km, {route.estimated_km:,.0f} are estimated" in TEXT
    assert f"only {second.km - route.km:.0f} km longer" in TEXT
    assert len(second.borders) == len(route.borders) - 1
    note = cr.load("transport_edges").set_index("id").at["E61", "note"]
    assert "about 90 km further" in note and "about 90 km before Zahedan" in TEXT
    assert (km(goal="KHI", month="2025-10", also="E61"), "3,634" in NOTES) == (3634, True)


def test_what_the_lesson_says_of_ships_and_prices_is_in_the_tables():
    assert (cr.load("transport_edges")["mode"] == "sea").sum() == 3
    assert "only three sea routes" in TEXT
    assert "US$ per 500 km per 20 t" in set(cr.load("border_times")["unit"])
    assert "prices only for trucks" in TEXT


def test_the_break_even_with_another_length_to_kulma():
    by_kulma = routes.best(routes.Choices(goal="ISB", month="2025-10", aim="borders")).km - 1008
    by_karamyk = routes.best(routes.Choices(goal="ISB", month="2025-10")).km
    hours = (by_kulma + 850 - by_karamyk) / routes.SPEED
    assert f"become about {hours:.0f}." in TEXT and f"{hours:.1f} hours" in NOTES


def test_the_border_of_lesson_9_is_as_long_as_the_table_says():
    rows = cr.load("borders").query("iso3 == 'TJK'").set_index("neighbour_iso3")["border_km"]
    assert (
        rows.idxmax() == "AFG"
        and f"the longest border, with Afghanistan ({rows['AFG']:,.0f} km)" in TEXT
    )


def test_the_answers_in_the_teacher_s_notes():
    assert (
        "347 km" in NOTES
        and "2,252 km through Torkham" in NOTES
        and "1,000, 2,072 and 2,448" in NOTES
    )
    choices = routes.Choices(goal="ISB", month="2025-10", doubtful=True)
    assert {leg.edge for leg in routes.worst(choices)} & set(CROSSINGS) == {"E30"}
    planned = routes.best(routes.Choices(goal="ISB", month="2025-10", means="plans"))
    assert "E73" in {leg.edge for leg in planned.legs}
