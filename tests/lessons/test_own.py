"""Interactives that learners build: solutions pass, whatever they draw, and others are told why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from matplotlib import pyplot

from crossroads.charts.pandas_style import plotted
from crossroads.lessons.checks import lesson_items
from crossroads.questions.code import evaluate
from crossroads.questions.self_check import mark
from crossroads.web import interactives

LESSONS = Path(__file__).parents[2] / "lessons"
OWN = [
    item
    for path in sorted((LESSONS / "checks").glob("*.yml"))
    for item in lesson_items(path.stem).values()
    if item.own.get("cases")
]
#: Solutions as the teacher's pages have them: self-check, and the function.
SOLVED = {
    "03-own": """
def change(country):
    one = received[received["iso3"] == country].set_index("year")["value"]
    return one[2024] - one[2016]
""",
    "04-own": """
def sold(cents):
    return revenue(energy(1300, 65, hours=3672), cents)
""",
    "05-own": """
def spending(country):
    one = spent[spent["iso3"] == country].set_index("year")["value"].reindex(range(1991, 2025))
    one.plot(title=country + ": military expenditure", ylabel="% of GDP", marker="o")
    return one
""",
    "06-own": """
def line(other, first):
    one = tajik[tajik["iso3_b"] == other].set_index("year")["agreement_pct"].loc[first:]
    return one.plot(title=other)
""",
    "07-own": """
def dated(partner, theme):
    named = events["countries"].str.contains(partner)
    return events[named & (events["theme"] == theme)][columns]
""",
    "08-growth": """
def growth(years, prices):
    whole = 1.30 * (1 + prices / 100) ** years
    return (whole ** (1 / years) - 1) * 100
""",
    "08-own": """
def lab(baseline, years, prices):
    target = trade[baseline] * 1.30 * (1 + prices / 100) ** years
    axes = trade.loc[2008:].plot(title="Trade with South Asia", ylabel="million US$", marker="o")
    axes.axhline(target, linestyle="--")
    return [target, growth(years, prices)]
""",
    "09-own": """
def km_to(place):
    return nx.shortest_path_length(graph, "DYU", place, weight="km")
""",
    "10-own": """
def guests(host):
    chosen = students[students["host_iso3"] == host]
    return chosen.nlargest(5, "students")[["origin_iso3", "students"]]
""",
    "11-own": """
def advantage(code):
    one = goods[(goods["code"] == code) & (goods["iso3"] != "WLD")].set_index("iso3")["rca"]
    one.plot(kind="barh", title=code, xlabel="RCA")
    return one
""",
    "12-own": """
def pick(kind, hedged):
    return claims[(claims["kind"] == kind) & (claims["hedged"] == hedged)][["id", "claim"]]
""",
}
#: A function of lesson 4 that learners write before.
REVENUE = "def revenue(gwh, cents=5.15):\n    return gwh * cents / 100"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The names that a lesson's code cells leave behind, by lesson."""
    kept: dict[str, dict[str, Any]] = {}

    def names(lesson: str) -> dict[str, Any]:
        if lesson not in kept:
            (path,) = LESSONS.glob(f"{lesson}-*.ipynb")
            found = kept[lesson] = {}
            for cell in json.loads(path.read_text("utf-8"))["cells"]:
                if cell["cell_type"] == "code":
                    exec("".join(cell["source"]), found)
                if cell["id"] == "own-free":
                    break
            exec(REVENUE, found)
        return kept[lesson]

    # Not by a variable: kernels that are started later would have it, too.
    pyplot.switch_backend("agg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSROADS_PROGRESS", str(tmp_path_factory.mktemp("progress")))
        patch.setattr(ipywidgets, "interact", lambda function, **controls: function)
        patch.chdir(tmp_path_factory.mktemp("work"))
        yield names


def test_each_lesson_from_the_third_on_has_one() -> None:
    assert {item.id for item in OWN} == set(SOLVED)
    assert {item.id[:2] for item in OWN} == {f"{n:02d}" for n in range(3, 13)}


@pytest.mark.parametrize("item", OWN, ids=lambda item: item.id)
def test_a_solution_is_right_and_draws_nothing_where_it_is_checked(item: Any, known: Any) -> None:
    names = known(item.id[:2])
    name = next(iter(item.own["cases"])).split("(")[0]
    # As the lesson leaves it: dots, which are no wrong answer.
    assert mark(item, names[name]).state == "unanswered"
    exec(SOLVED[item.id], names)
    figures = pyplot.get_fignums()
    assert mark(item, names[name]).state == "right"
    assert pyplot.get_fignums() == figures


ITEM = next(item for item in OWN if item.id == "05-own")
RIGHT = evaluate(ITEM.expect)


def test_a_chart_of_the_right_series_is_right_too() -> None:
    assert mark(ITEM, lambda country: RIGHT(country).plot()).state == "right"
    assert mark(ITEM, lambda country: RIGHT(country).fillna(0).plot()).words == (ITEM.slips[1].why,)


def test_what_a_function_does_wrong_is_told_with_the_call() -> None:
    verdict = mark(ITEM, lambda country: RIGHT(country) if country == "TJK" else RIGHT("TJK"))
    assert verdict.state == "wrong"
    assert 'With spending("UZB"): ' in verdict.words[0] and "TJK" not in verdict.words[0]
    verdict = mark(ITEM, lambda country: RIGHT(countri))  # noqa: F821
    assert verdict.state == "unanswered"
    assert verdict.words == (
        "With spending(\"TJK\"), it stopped: NameError: name 'countri' is not defined",
    )
    for nothing in (lambda country: None, "spending", RIGHT("TJK")):
        assert mark(ITEM, nothing).state == "unanswered"


def test_one_mistake_is_told_once_and_earns_no_part() -> None:
    verdict = mark(ITEM, lambda country: RIGHT(country) + 1)
    assert verdict.state == "wrong"
    assert len([words for words in verdict.words if words.startswith("With ")]) == 1


def test_dots_that_are_given_back_are_a_blank_whatever_stands_above() -> None:
    def spending(country: str) -> Any:
        RIGHT(country).sum()
        return ...

    assert mark(ITEM, spending).state == "unanswered"
    assert "dots" in mark(ITEM, spending).words[0]


def test_a_chart_of_several_lines_stays_a_chart() -> None:
    axes = RIGHT("TJK").plot()
    RIGHT("KGZ").plot(ax=axes)
    assert plotted(axes) is axes


def test_without_a_front_end_a_box_says_what_is_chosen_and_shows_the_result() -> None:
    box = ipywidgets.VBox(
        [
            ipywidgets.Dropdown(options=[("India", "IND"), ("Iran", "IRN")], description="Partner"),
            ipywidgets.IntSlider(7, description="Years"),
            ipywidgets.Checkbox(True, description="Hedged <b>"),
            ipywidgets.Button(description="Go"),
        ]
    )
    page = interactives.bundle(box)[0]["text/html"]
    for words in ("Partner:</strong> India", "Years:</strong> 7", "Hedged &lt;b&gt;:</strong> yes"):
        assert words in page
    assert "Go" not in page.split("</style>")[1]


def test_a_lesson_s_own_interactive_shows_its_first_state_without_a_front_end(
    executed: dict[Path, Any],
) -> None:
    (lesson,) = [run for path, run in executed.items() if path.name.startswith("08-")]
    (cell,) = [cell for cell in lesson.cells if cell.id == "own-example"]
    page = "".join(out.get("data", {}).get("text/html", "") for out in cell.outputs)
    assert "rise:</strong> 30" in page and "441.8" in page
    assert '<img src="data:image/png;base64,' in page and ' alt="Bar chart. Trade' in page
