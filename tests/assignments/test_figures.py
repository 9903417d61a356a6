"""Figures that stand as text in quiz items and teacher's notes follow from the course's tables.

Most items compute their key from the tables as they are marked; those with a printed table or a
quoted figure, and the notes that give answers, are compared here. A row names the file, the words,
and the figures as they follow from the data.
"""

from pathlib import Path

import networkx as nx
import pytest

import crossroads as cr
from crossroads.explorers import power, votes

TREE = Path(__file__).parents[2]
STATUS = ("member", "observer", "partner", "none")
SEATS = cr.load("memberships").groupby(["organisation", "status"]).size()
STANDINGS = cr.load("memberships").groupby(["iso3", "status"]).size()
LISTS = cr.load("trade_partners").query("flow == 'exports'")
FACTBOOK = cr.load("electricity_factbook").set_index(["iso3", "indicator", "year"])["value"]
NET_SALES = -cr.load("electricity").set_index(["iso3", "year"])["net_imports_twh"]
SOLD = NET_SALES["TKM"]
INDICATORS = cr.load("indicators").set_index(["iso3", "indicator", "year"])["value"].sort_index()
DISTANCE = {
    frozenset(pair[:2]): pair[2]
    for pair in cr.load("distances")[["iso3_a", "iso3_b", "capital_distance_km"]].itertuples(
        index=False, name=None
    )
}
ARMS = cr.load("military").query("indicator == 'arms_imports_sipri_tiv'")
ARMS = ARMS.pivot(index="year", columns="iso3", values="value").reindex(range(1991, 2025))
SHARE = INDICATORS["TJK", "remittances_received_pct_gdp"]
TO_SOUTH_ASIA = INDICATORS["TJK", "exports_to_south_asia_pct"]
ABROAD = FACTBOOK["TJK", "fb_electricity_exports", 2023]


def agreed(a, b, year):
    return votes.lines(votes.Choices(base=a, others=[b])).at[year, b]


def recent(b, year):
    return votes.recent(votes.Choices(others=[b])).at[year, b]


def seats(organisation):
    return tuple(SEATS.get((organisation, status), 0) for status in STATUS)


def standings(state):
    return tuple(STANDINGS.get((state, status), 0) for status in (*STATUS[:3], "associate", "none"))


def partners(year, state="TKM"):
    """The list as the Factbook prints it."""
    rows = LISTS.query("year == @year and iso3 == @state").sort_values("rank")
    return ", ".join(f"{r.partner} {r.share_pct:g}" for r in rows.itertuples())


def row(values, form):
    """The cells of 2015 to 2021."""
    return " | ".join(format(values[year], form) for year in range(2015, 2022))


def trade():
    """Tajikistan's trade with the group South Asia in million US dollars."""
    tajik = INDICATORS["TJK"].unstack("indicator")
    exports = tajik["merchandise_exports_current_usd"] * tajik["exports_to_south_asia_pct"]
    imports = tajik["merchandise_imports_current_usd"] * tajik["imports_from_south_asia_pct"]
    return (exports + imports) / 1e8


def ways(place):
    """From Dushanbe by road: all of them, the open ones, those without any limit or doubt."""
    day, closures = "2025-10-31", cr.load("transport_closures")
    held = closures[~(closures["since"] > day) & ~(closures["until"] <= day)]
    roads = cr.load("transport_edges").query("built and mode == 'road'")
    longer = roads["basis"].map({"great_circle": 1.25}).fillna(1)
    roads = roads.assign(km=roads["distance_km"] * longer).sort_values("km", ascending=False)
    for shut in ((), held.loc[held["status"] == "closed", "edge"], held["edge"]):
        left = roads[~roads["id"].isin(shut)]
        graph = nx.from_pandas_edgelist(left, "node_a", "node_b", edge_attr="km")
        yield nx.shortest_path_length(graph, "DYU", place, weight="km")


def kazakh_students():
    """Those in Russia in 2018: their number divided by four others."""
    abroad = cr.load("students_abroad").set_index(["origin_iso3", "host_iso3", "year"])["students"]
    totals = cr.load("student_totals").set_index(["iso3", "year"])
    there, home, host = abroad["KAZ", "RUS", 2018], totals.loc["KAZ", 2018], totals.loc["RUS", 2018]
    return (
        there / host["inbound"] * 100,
        there / host["enrolled_at_home"] * 1000,
        there / home["outbound"] * 100,
        there / home["enrolled_at_home"] * 1000,
    )


TRADE = trade()
LOW, HIGH = power.energy(power.Choices())
LEAST, MOST = power.revenue(power.Choices())
ROW = "| {} | {} | {} | {} | {} |"
TO = "{:.1f} to {:.1f} %"
FIGURES = [
    *(("quiz-02", ROW, (name, *seats(name))) for name in ("SCO", "SAARC", "EAEU", "WTO")),
    *(
        ("quiz-02-b", "| {} | {} | {} | {} | {} | {} |", (name, *standings(code)))
        for code, name in (
            ("AFG", "Afghanistan"),
            ("IRN", "Iran"),
            ("TKM", "Turkmenistan"),
            ("UZB", "Uzbekistan"),
        )
    ),
    ("quiz-03", "| 2019 | {} |", (partners(2019),)),
    ("quiz-03", "| 2022 | {} |", (partners(2022),)),
    ("quiz-03-b", "| 2017 | {} |", (partners(2017, "AFG"),)),
    ("quiz-03-b", "| 2023 | {} |", (partners(2023, "AFG"),)),
    (
        "quiz-03-b",
        "had {:.1f} % of Tajikistan's exports of goods in 2015, {:.1f} % in 2019, {:.1f} % in",
        (TO_SOUTH_ASIA[2015], TO_SOUTH_ASIA[2019], TO_SOUTH_ASIA[2020]),
    ),
    (
        "quiz-03-b",
        "2020, {:.1f} % in 2021 and {:.1f} % in 2023",
        tuple(TO_SOUTH_ASIA[[2021, 2023]]),
    ),
    (
        "quiz-03",
        "were {:.1f} % of GDP in 2008, {:.1f} % in 2016, {:.1f} % in 2022, {:.1f} % in 2023",
        [SHARE[year] for year in (2008, 2016, 2022, 2023)],
    ),
    ("quiz-04", "| net sales abroad, TWh | {} |", (row(SOLD, ".2f"),)),
    ("quiz-04-b", "Tajikistan sold {:.3f} TWh of electricity abroad", (ABROAD,)),
    ("quiz-04-b", "that is {:.0f} MW.", (ABROAD * 1e6 / 8760,)),
    (
        "quiz-04",
        "| net sales per person, kWh | {} |",
        (row(SOLD * 1e9 / INDICATORS["TKM", "population_total"], ",.0f"),),
    ),
    (
        "quiz-07",
        "| {} |",
        (
            " | ".join(
                f"{DISTANCE[frozenset(('TJK', code))]:.0f}"
                for code in ("CHN", "IND", "IRN", "KAZ", "KGZ", "PAK", "TUR")
            ),
        ),
    ),
    *(
        ("quiz-09-b", "| {} | {:,.0f} | {:,.0f} | {:,.0f} |", (name, *ways(code)))
        for code, name in (
            ("PEW", "Peshawar"),
            ("KSG", "Kashgar"),
            ("KAN", "Kandahar"),
            ("GWD", "Gwadar"),
        )
    ),
    *(
        ("quiz-10-b", words, (figure,))
        for words, figure in zip(
            ("{:.1f} in 100", "{:.1f} in 1,000", "{:.1f} in 100", "{:.1f} in 1,000"),
            kazakh_students(),
            strict=True,
        )
    ),
    (
        "quiz-06",
        "fell from {:.1f} % to {:.1f} %",
        (agreed("TJK", "RUS", 2010), agreed("TJK", "RUS", 2015)),
    ),
    (
        "quiz-06",
        "Russia with Kazakhstan: {:.1f} %, later {:.1f} %",
        (agreed("RUS", "KAZ", 2010), agreed("RUS", "KAZ", 2015)),
    ),
    (
        "03",
        "{:.1f} percentage points, {:.1f} per cent;",
        (SHARE[2024] - SHARE[2016], 100 * (SHARE[2024] / SHARE[2016] - 1)),
    ),
    ("03", "{:.1f} % in 2020", (INDICATORS["TJK", "exports_to_south_asia_pct", 2020],)),
    ("04", "Energy {:,.0f} to {:,.0f} GWh", (LOW, HIGH)),
    ("04", "revenue {:.1f} to {:.1f} million US$, {:.1f} times", (LEAST, MOST, MOST / LEAST)),
    ("04", "low scenario needs {:.1f} cents", (MOST / LOW * 100,)),
    ("04", "at {:.1f} cents, or", (300 / (1.3 * 3672 * 0.8) * 100,)),
    ("04", "{:.1f} % all year at 5.15 cents", (300 / (1.3 * 8760 * 5.15 / 100) * 100,)),
    ("05", "Left out: {:.2f} against {:.2f}", (ARMS["TJK"].mean(), ARMS["KGZ"].mean())),
    (
        "05",
        "Zero: {:.2f} against {:.2f}",
        (ARMS["TJK"].fillna(0).mean(), ARMS["KGZ"].fillna(0).mean()),
    ),
    *(
        ("06", f"{name} {TO}", (agreed("TJK", code, 2010), agreed("TJK", code, 2015)))
        for code, name in (("RUS", "Russia"), ("IND", "India"), ("PAK", "Pakistan"))
    ),
    *(
        ("06", f"{name} {TO}", (agreed("RUS", code, 2010), agreed("RUS", code, 2015)))
        for code, name in (("KAZ", "Kazakhstan"), ("KGZ", "Kyrgyzstan"))
    ),
    ("06", f"Years 2010 and 2019: {TO}", (agreed("TJK", "RUS", 2010), agreed("TJK", "RUS", 2019))),
    ("06", "(China, {:.1f} %)", (agreed("RUS", "CHN", 2015),)),
    *(
        ("06", f"{name} from {TO}", (recent(code, 2024), recent(code, 2025)))
        for code, name in (("RUS", "Russia"), ("IND", "India"), ("KAZ", "Kazakhstan"))
    ),
    ("08", "missed, {:.1f} to {:.1f} million US$", (TRADE[2013], TRADE[2018])),
    ("08", "reached, {:.1f} to {:.1f} ", (TRADE[2019], TRADE[2023])),
    ("08", "`trade[2023] * 1.30 * 1.03**5`, {:.1f}", (TRADE[2023] * 1.30 * 1.03**5,)),
    ("capstone-memos", "Remittances are {:.1f} % of GDP", (SHARE[2024],)),
]


@pytest.mark.parametrize(
    ("name", "words", "figures"), FIGURES, ids=[f"{f[0]}-{i}" for i, f in enumerate(FIGURES)]
)
def test_a_printed_figure_follows_from_the_data(name, words, figures):
    quiz = name.startswith("quiz")
    path = f"assignments/{name}/{name}.ipynb" if quiz else f"docs/teacher/{name}.md"
    assert words.format(*figures) in (TREE / path).read_text("utf-8")
