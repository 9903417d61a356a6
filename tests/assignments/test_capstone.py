"""What a computer checks of a memo, the capstone's notebook, and its two sample memos."""

import json
import re

import pandas as pd
import pytest
import yaml
from quizzes import ASSIGNMENTS, by_grade_id, items, read

import crossroads as cr
from crossroads.questions import kinds, work
from crossroads.questions.outcome import NotYet, Outcome, outcome_of

FOLDER = ASSIGNMENTS / "capstone"
RUBRIC = yaml.safe_load((FOLDER / "rubric.yml").read_text("utf-8"))
SAMPLES = (ASSIGNMENTS.parent / "docs" / "teacher" / "capstone-memos.md").read_text("utf-8")

ROW = {
    "id": "A46",
    "verdict": "contested",
    "confidence": "high",
    "evidence": "Neither Tajikistan nor Russia is in it",
    "source": "memberships table, 2026",
}


def table(*changes):
    return pd.DataFrame([ROW, *({**ROW, **change} for change in changes)])


COMPLETE = table({"id": "A01"}, {"id": "A02"})


def test_a_complete_table_earns_all():
    assert cr.memo.evidence(COMPLETE, 6) == 6
    assert cr.memo.evidence(COMPLETE.to_dict("list"), 6) == 6
    assert cr.memo.evidence(COMPLETE.assign(more=1).iloc[::-1], 6) == 6


@pytest.mark.parametrize(
    ("wrong", "points", "says"),
    [
        (table({"id": "A01"}), 5, "2 rows"),
        (table({}, {"id": "A01"}), 5, "appear twice: 1"),
        (table({"id": "A99"}, {"id": "A01"}), 5, "Not a claim of the article: 'A99'"),
        (table({"id": "A01", "verdict": "true"}, {"id": "A02"}), 5, "A verdict is one of"),
        (table({"id": "A01", "evidence": "It is so"}, {"id": "A02"}), 5, "five words or more"),
        (table({"id": "A01", "source": "a report"}, {"id": "A02"}), 5, "and a year"),
        (table({"id": "A01", "source": "2024"}, {"id": "A02"}), 5, "who says so"),
        (table({"id": "A01", "evidence": None}, {"id": "A02"}), 5, "five words or more"),
        (COMPLETE.drop(columns="source"), 4, "Columns are missing: source."),
    ],
)
def test_each_thing_that_is_missing_costs_its_share_and_is_named(wrong, points, says, capsys):
    assert cr.memo.evidence(wrong, 6) == points
    assert says in " ".join(capsys.readouterr().out.split())


def outcomes():
    """What becomes of each part, by what a marker would call it."""
    import matplotlib.pyplot as plt

    axes = plt.figure().subplots()
    axes.plot([2001, 2002], [1, 2])
    every = {"id": "A99", "verdict": "true", "confidence": "sure", "evidence": "", "source": ""}
    made = {
        "no table": lambda: cr.memo.evidence(None, 6),
        "a table without a fault": lambda: cr.memo.evidence(COMPLETE, 6),
        "a table without columns": lambda: cr.memo.evidence(pd.DataFrame({"id": ["A01"] * 9}), 6),
        "a table of faults": lambda: cr.memo.evidence(pd.DataFrame([every]), 6),
        "no chart": lambda: cr.memo.chart(None, 4),
        "a bare chart": lambda: cr.memo.chart(axes, 4),
        "no words": lambda: cr.memo.in_words("", 2),
        "few words": lambda: cr.memo.in_words("Up.", 2),
    }
    yield from made.items()
    plt.close("all")


def test_what_is_missing_is_data_and_is_said_in_the_language_of_who_reads(speak, capsys):
    """A page that is written later says it in its own language, from what was kept."""
    problems = set()
    for case, mark in outcomes():
        try:
            result, said = mark(), capsys.readouterr().out
        except NotYet as nothing:
            result, said = nothing, str(nothing)
        kept = Outcome.read(json.loads(json.dumps(outcome_of(result).data())))
        assert kept == outcome_of(result) and kinds.tells(kept), case
        english = " ".join(kinds.say(kept, {}))
        assert english.split() == said.split(), case
        speak("ru")
        russian = " ".join(kinds.say(kept, {}))
        assert len(kinds.say(kept, {})) == max(len(kept.facts.get("problems", ())), 1)
        assert re.search("[а-я]", russian) and "{" not in russian, case
        speak("en")
        problems |= {problem["problem"] for problem in kept.facts.get("problems", ())}
    assert problems == work._SAID.keys()


def test_what_an_earlier_version_kept_is_said_as_its_test_said_it():
    assert not kinds.tells(Outcome("form", "partly", share=0.5))
    unanswered = Outcome("form", "unanswered", facts={"problem": "unanswered"})
    assert kinds.say(unanswered, {}) == ["There is no answer yet."]


@pytest.mark.parametrize("nothing", [None, pd.DataFrame(), [], "a table", 3])
def test_no_table_is_no_answer(nothing):
    with pytest.raises(NotYet, match="There is no answer yet"):
        cr.memo.evidence(nothing, 6)


@pytest.fixture
def line():
    import matplotlib.pyplot as plt

    plt.close("all")  # of other tests: pandas draws into the current figure
    yield pd.Series([1.0, 2.0], index=[2001, 2002])
    plt.close("all")


def test_a_chart_needs_title_unit_and_source(line, capsys):
    chart = line.plot(title="Trade with one neighbour", ylabel="million US dollars")
    assert cr.memo.chart(chart, 4) == 3
    assert "source" in capsys.readouterr().out
    chart.set_xlabel("Source: World Bank, 2026")
    assert cr.memo.chart(chart, 4) == cr.memo.chart(chart.figure, 4) == 4
    chart.set_title("")
    assert cr.memo.chart(chart, 4) == 3


def test_an_empty_chart_is_no_chart():
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    for nothing in (axes, figure, None, "chart", []):
        with pytest.raises(NotYet):
            cr.memo.chart(nothing, 4)
    plt.close(figure)


def test_words_for_a_chart():
    long = "The line of trade rises from year to year, and it falls at the end"
    assert cr.memo.in_words(f"{long}, to 7.", 2) == 2
    assert cr.memo.in_words(long, 2) == 1
    with pytest.raises(NotYet):
        cr.memo.in_words(" ", 2)


def test_five_criteria_of_four_levels():
    judged = [item for item in items(FOLDER) if not item.test]
    assert [item.id for item in judged] == list(RUBRIC)
    assert len(RUBRIC) == 5
    for item in judged:
        (criterion,) = RUBRIC[item.id]
        assert list(criterion["levels"]) == [6, 4, 2, 0]
        assert item.points == 6
        for points, words in criterion["levels"].items():
            assert re.search(rf"\| {points} \| {re.escape(words)} \|", item.stem)


def test_the_sample_memos_are_marked_by_the_rubric():
    good, weak = (part.partition("## How to use")[0] for part in SAMPLES.split("\n## ")[1:3])
    for memo in (good, weak):
        marks = re.findall(r"^\| ([A-Z][^|]+) \| (\d) \|", memo, re.M)
        names = [RUBRIC[cell][0]["criterion"] for cell in RUBRIC]
        assert [name for name, _ in marks] == names
        assert all(int(points) in (0, 2, 4, 6) for _, points in marks)
        (total,) = re.findall(r"Total: (\d+) of 30", memo)
        assert int(total) == sum(int(points) for _, points in marks)
        cited = set(cr.memo.claims_in(memo))
        assert cited and cited <= set(cr.load("claims")["id"])


def test_the_good_memo_is_the_reference_solution():
    memo = by_grade_id(read(FOLDER))["q4"].source
    parts = re.findall(r"^### BEGIN SOLUTION\n(.*?)\n### END SOLUTION$", memo, re.M | re.S)
    assert len(parts) == len(RUBRIC) == 5
    for part in parts:
        assert part.removeprefix("The table under question 1 has four claims.") in SAMPLES


def test_the_figures_of_the_good_memo_are_those_of_the_data():
    rows = cr.load("indicators").query("iso3 == 'TJK'")
    value = rows.set_index(["indicator", "year"])["value"]
    share = value["exports_to_south_asia_pct"]
    assert [round(share[year], 1) for year in (2001, 2020, 2023)] == [0.5, 12.1, 7.7]
    assert share.loc[2000:2023].idxmax() == 2020 and 2000 not in share.index
    trade = sum(
        value[f"merchandise_{way}_current_usd"][2023] * value[name][2023] / 100
        for way, name in (
            ("exports", "exports_to_south_asia_pct"),
            ("imports", "imports_from_south_asia_pct"),
        )
    )
    assert 335e6 < trade < 345e6
    assert round(trade * 0.3 / 1e6) == 102
    seats = cr.load("memberships")
    members = seats[seats["status"] == "member"].groupby("organisation")["iso3"].agg(set)
    assert {"TJK", "RUS", "IND", "PAK"} <= members["SCO"]
    saarc = seats.query("organisation == 'SAARC' and status in ['member', 'observer']")
    assert len(saarc) and not {"TJK", "RUS"} & set(saarc["iso3"])
