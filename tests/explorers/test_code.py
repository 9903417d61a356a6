"""The pandas code that each explorer offers runs as it stands, and gives the numbers shown."""

from __future__ import annotations

import contextlib
import csv
import io

import numpy as np
import pandas as pd
import pytest

import crossroads as cr
from crossroads.explorers import (
    _code,
    basket,
    claims,
    dependence,
    evidence,
    exchange,
    memberships,
    power,
    routes,
    scorecard,
    security,
    studies,
    tables,
    target,
    votes,
)

#: Lines that a cell has at most; a few have to put six tables together.
LONGEST = 20


def ran(code: str) -> tuple[pd.DataFrame, str]:
    """The table that the lines make in an empty notebook, and what they print."""
    compile(code, "cell", "exec")
    assert code.splitlines()[-1] == "table" and len(code.splitlines()) <= LONGEST
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        table = _code.run(code)
    return table, printed.getvalue()


def same(made: pd.DataFrame, shown: pd.DataFrame) -> None:
    """The same numbers in the same rows and columns, however they are called."""
    left, right = (frame.to_numpy(dtype=float, na_value=np.nan) for frame in (made, shown))
    assert left.shape == right.shape
    np.testing.assert_allclose(left, right, rtol=1e-9)


def by_year(made: pd.DataFrame, shown: pd.DataFrame) -> None:
    """The same numbers in the years that have any."""
    made, shown = made.dropna(how="all"), shown.dropna(how="all")
    assert [int(year) for year in made.index] == [int(year) for year in shown.index]
    same(made, shown)


@pytest.mark.parametrize("name", tables.TITLES)
@pytest.mark.parametrize("find", ["", "border", 'it\'s "joint" \\ {x}'])
def test_table_explorer(name, find):
    choices = tables.Choices(name, {name: [tables._offered(name)[0]]}, find)
    assert ran(tables.code(choices))[0].equals(tables.rows(choices))


@pytest.mark.parametrize("part", claims.WHERE)
def test_claim_sorter(part):
    given = {"A01": "causal", "A24": "evaluative", "A54": "predictive"}
    choices = claims.Choices(part, sorted=given, compare=True)
    table, printed = ran(claims.code(choices))
    here = claims.claims(choices)
    assert list(table["id"]) == list(here.index)
    mine = table.set_index("id")["mine"].dropna().to_dict()
    assert mine == {i: kind for i, kind in given.items() if i in here.index}
    theirs = claims.course(given)
    assert table.set_index("id")["course"].to_dict() == {i: theirs[i] for i in here.index}
    assert all(kind in printed for kind in mine.values())
    assert "course" not in ran(claims.code(claims.Choices(part)))[0]


def test_evidence_board():
    noted = {"A01": 'He\'s "sure"\nof it', "A02": "  "}
    judged = evidence.Choices(verdict={"A01": "supported"}, evidence=noted)
    for choices in (evidence.Choices(), judged):
        table, _ = ran(evidence.code(choices))
        expected = evidence.board(choices).dropna(subset="verdict")
        made, shown = (one.astype("str").to_numpy().tolist() for one in (table, expected))
        assert str(made) == str(shown)


@pytest.mark.parametrize("indicator", dependence.INDICATORS)
@pytest.mark.parametrize("base", ["", "2016"])
def test_dependence_dial(indicator, base):
    choices = dependence.Choices(indicator, dependence.OTHERS, 2020, 2005, base, reveal=True)
    by_year(ran(dependence.code(choices))[0], dependence.shown(choices))


def test_dependence_dial_before_the_data_are_shown():
    assert dependence.code(dependence.Choices()) == ""
    indicator = dependence.Choices().indicator
    choices = dependence.Choices(drawn={indicator: [1, 2, 3, 4, 5, 6]})
    code = dependence.code(choices)
    assert "load" not in code
    assert list(ran(code)[0]["predicted"]) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("measure", exchange.MEASURES)
@pytest.mark.parametrize("pair", [("TJK", "RUS"), ("IND", "TJK"), ("AFG", "AFG")])
def test_exchange_balance(measure, pair):
    choices = exchange.Choices(*pair, measure)
    by_year(ran(exchange.code(choices))[0], exchange.both_ways(choices))


@pytest.mark.parametrize("year", [1992, 2001, 2014, 2020, 2026])
def test_membership_map(year):
    choices = memberships.Choices(year=year)
    table, printed = ran(memberships.code(choices))
    expected = memberships.standings(year).loc[sorted(choices.states, key=memberships.STATES.index)]
    assert table.fillna("").to_numpy().tolist() == expected.T.fillna("").to_numpy().tolist()
    assert all(org in printed for org in memberships.together(choices))


@pytest.mark.parametrize(
    "choices",
    [
        power.Choices(),
        power.Choices("corridor", "own", 350, "November", "March", 90, 20, 6.0, 2.5),
    ],
)
def test_power_corridor(choices):
    table, _ = ran(power.code(choices))
    assert tuple(table["GWh"]) == pytest.approx(power.energy(choices))
    assert tuple(table["million US$"]) == pytest.approx(power.revenue(choices))
    assert "computed" in _code.as_csv(power.code(choices))


@pytest.mark.parametrize("country", ["TJK", "UZB", "AFG"])
@pytest.mark.parametrize("repeats", power.REPEATS)
@pytest.mark.parametrize("series", power.SERIES)
def test_power_record(series, country, repeats):
    choices = power.Choices("record", series=series, country=country, repeats=repeats)
    table = ran(power.code(choices))[0].dropna(axis=1, how="all")
    shown = {tuple(values.dropna().items()) for _, values in power.lines(choices).items()}
    made = {tuple(values.astype(float).dropna().items()) for _, values in table.items()}
    assert made == shown


@pytest.mark.parametrize(
    "choices",
    [
        routes.Choices(),
        routes.Choices(aim="hours", means="all", month="2025-10", doubtful=True, border=48),
        routes.Choices("TAS", "DEL", "borders", "plans", "", also="E10"),
        routes.Choices("KHG", "CHB", "borders", "all", "2026-10"),
        routes.Choices("OSH", "ISB", month="2024-01", also="E30"),
    ],
)
def test_route_finder(choices):
    found = routes.best(choices)
    if found is None:
        assert routes.code(choices) == ""
        return
    table, printed = ran(routes.code(choices))
    assert list(table["id"]) == [leg.edge for leg in found.legs]
    assert [*table["start"], table["end"].iloc[-1]] == found.places
    assert float(printed) == pytest.approx(found.km)


def test_a_route_that_there_is_not_has_no_code():
    assert routes.code(routes.Choices(goal="DYU")) == ""


@pytest.mark.parametrize("method", scorecard.METHODS)
def test_scorecard(method):
    choices = scorecard.Choices({"market": 5, "border": 0}, method)
    table, _ = ran(scorecard.code(choices))
    assert [scorecard.PARTNERS[code] for code in table.index] == list(
        scorecard.scores(choices).index
    )
    np.testing.assert_allclose(table["score"], scorecard.scores(choices))


@pytest.mark.parametrize("missing", security.TREATMENTS)
@pytest.mark.parametrize("series", security.SERIES)
def test_security_timeline(series, missing):
    choices = security.Choices(series, "UZB", 2022, 1985, missing)
    by_year(ran(security.code(choices))[0], security.treated(choices))


@pytest.mark.parametrize("pool", studies.POOLS)
@pytest.mark.parametrize("weigh", studies.WEIGHTS)
def test_study_weigher_with_trials(pool, weigh):
    choices = studies.Choices("trials", pool=pool, weigh=weigh, without_largest=pool == "all")
    table, printed = ran(studies.code(choices))
    same(table[["d", "low", "high"]], studies.trials(choices)[["d", "low", "high"]])
    found = studies.average(studies.trials(choices), weigh)
    expected = [found.mean, found.low, found.high] if found else []
    assert [float(n) for n in printed.split()] == pytest.approx(expected)


def test_study_weigher_with_studies():
    choices = studies.Choices(design={"S01": "random"}, near={"S02": "far"}, compare=True)
    table = ran(studies.code(choices))[0].set_index("id")
    assert table["design"].dropna().to_dict() == choices.design
    assert table["near"].dropna().to_dict() == choices.near
    assert table["design_group"].to_dict() == studies.course()[0]


@pytest.mark.parametrize(
    "choices",
    [
        target.Choices(),
        target.Choices("exports", 2015, 3, "10", "past", 50, "real", 2.5),
        target.Choices("imports", 2010, 10, "all", noise=0),
    ],
)
def test_target_lab(choices):
    table, printed = ran(target.code(choices))
    needed = target.needed(choices)
    np.testing.assert_allclose(table["needed"].dropna(), needed)
    by_year(table[["recorded"]], target.trade(choices.measure).to_frame())
    found = target.chance(choices)
    assert found and float(printed) == pytest.approx(found.reached)


def test_a_target_without_a_baseline_has_no_code():
    years = target.trade("both")
    (gap, *_) = years.index[years.isna()]
    assert target.code(target.Choices(baseline=gap)) == ""


@pytest.mark.parametrize("partner", basket.PARTNERS)
def test_basket_builder(partner):
    choices = basket.Choices(partner, basket={"energy": ["HS2701", "HS2716"]}, sent=35)
    table, printed = ran(basket.code(choices))
    for code, row in table.iterrows():
        assert row["sold"] == pytest.approx(basket.sold(code), nan_ok=True)
        assert row["RCA"] == pytest.approx(basket.advantage()["TJK"].get(code), nan_ok=True)
    whole = basket.together(choices)
    assert [float(n) for n in printed.split()] == pytest.approx([whole, whole * 0.35])
    assert basket.code(basket.Choices(basket={s: [] for s in basket.GOODS})) == ""


OTHERS = ["RUS", "IND", "PAK", "USA"]


@pytest.mark.parametrize("base", ["TJK", "AFG"])
@pytest.mark.parametrize(("window", "half", "weak"), [(1, False, True), (5, True, False)])
def test_vote_explorer_over_the_years(base, window, half, weak):
    choices = votes.Choices(base=base, others=OTHERS, window=window, half=half, weak=weak)
    by_year(ran(votes.code(choices))[0], votes.lines(choices))
    choices = votes.Choices("recent", base=base, others=OTHERS, half=half)
    by_year(ran(votes.code(choices))[0], votes.recent(choices))


@pytest.mark.parametrize(("window", "half", "threshold"), [(1, False, 80), (4, True, 90)])
def test_vote_explorer_s_network(window, half, threshold):
    choices = votes.Choices("network", window=window, half=half, threshold=threshold, year=2012)
    table, _ = ran(votes.code(choices))
    made = {frozenset(pair): share for *pair, share in table.to_numpy().tolist()}
    shown = {frozenset((a, b)): share for a, b, share, _few in votes.links(choices)}
    assert made == pytest.approx(shown)
    early = votes.Choices("network", window=4, year=1993)
    assert votes.code(early) == ""


@pytest.mark.parametrize("period", votes.PERIODS)
def test_vote_explorer_by_issue(period):
    choices = votes.Choices("issues", issue="Human rights", period=period, others=OTHERS)
    table, printed = ran(votes.code(choices))
    for code in votes.partners(choices):
        share = table.at[code, period]
        assert f"{votes.names()[code]} in {share:.1f} %" in votes.describe(choices)
        assert code in printed


def test_vote_explorer_s_other_views():
    choices = votes.Choices("points", points_year=2019, others=OTHERS)
    same(ran(votes.code(choices))[0], votes.points(choices))
    choices = votes.Choices("key", topic="afghanistan", others=OTHERS)
    table, _ = ran(votes.code(choices))
    assert table.equals(votes.key_votes(choices))
    assert votes.code(votes.Choices(others=[])) == ""


def test_the_csv_holds_the_numbers_with_their_source():
    code = dependence.code(dependence.Choices(reveal=True))
    rows = list(csv.DictReader(io.StringIO(_code.as_csv(code))))
    assert [row["year"] for row in rows] == [str(year) for year in range(2002, 2025)]
    assert all("World Bank" in row["source"] and "retrieved 20" in row["source"] for row in rows)
    made = ran(code)[0]["TJK"].dropna()
    assert [float(row["TJK"]) for row in rows if row["TJK"]] == pytest.approx(list(made))


def test_no_spreadsheet_takes_a_learner_s_words_for_a_formula():
    bad = '=HYPERLINK("x")'
    choices = evidence.Choices(verdict={"A01": "supported"}, evidence={"A01": bad})
    (row,) = csv.DictReader(io.StringIO(_code.as_csv(evidence.code(choices))))
    assert row["evidence"] == f"'{bad}"


def test_what_learners_type_stays_a_text_in_the_code():
    typed = "\"\"\" + __import__('os').abort() #'\n"
    ran(tables.code(tables.Choices(find=typed)))
    ran(evidence.code(evidence.Choices(verdict={"A01": "supported"}, evidence={"A01": typed})))


def test_reset_forgets_what_was_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    widget = cr.claim_sorter(part="summary")
    first = dict(widget.choices)
    assert not widget.kept
    widget.choices = {**first, "sorted": {"A54": "causal"}, "part": "all"}
    assert widget.kept and cr.claim_sorter().choices["sorted"]
    widget._answer(widget, {"do": "reset"}, [])
    assert widget.choices == first and not widget.kept
    assert cr.claim_sorter().choices["sorted"] == {}


def test_the_numbers_are_sent_when_they_are_asked_for(monkeypatch):
    sent = []
    widget = cr.exchange_balance()
    monkeypatch.setattr(widget, "send", sent.append)
    widget._answer(widget, {"do": "csv"}, [])
    assert sent == [{"csv": _code.as_csv(widget.code)}]
    hidden = cr.dependence_dial(reveal=False)
    monkeypatch.setattr(hidden, "send", sent.append)
    hidden._answer(hidden, {"do": "csv"}, [])
    assert len(sent) == 1
