"""The commonest slips: what Python says of each is told in one line, in every version of Python."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook

import crossroads as cr
from crossroads.lessons.slips import Cell, explain

#: The notebook's other cells.
OTHERS = ("import crossroads as cr", "table = cr.load('trade')", "shares = ...  # a list")
ROADS = nx.Graph([("Dushanbe", "Karachi"), ("Kabul", "Herat")])
FRAME = pd.DataFrame({"iso3": ["TJK", "IND"], "year": [2016, 2017], "Share of exports": [1.5, 2]})


def told(code: str, **values: object) -> str:
    """What is said of a cell's error."""
    known = {"pd": pd, "frame": FRAME, "rows": FRAME.set_index("year"), "price": 3}
    known |= {"nx": nx, "roads": ROADS.copy(), **values}
    try:
        exec(compile(code, "<cell>", "exec"), dict(known))
    except Exception as error:
        return explain(error, Cell(code, known, OTHERS))
    raise AssertionError("the cell ran")


SLIPS = {
    # left in
    "answer = price * ...": "Line 1 still has `...`",
    "x = 1\nlen(...)": "Line 2 still has `...`",
    "frame[...].mean().oops": "still has `...`",
    "frame[frame['year'].eq(2016) & ...]": "still has `...`",
    # quotes
    "print('Dushanbe)": "doesn't end",
    'print("Dushanbe)': "doesn't end",
    'x = """Dushanbe': "doesn't end",
    "print(f'{price} per cent)": "doesn't end",
    "x = “Tajikistan”": "straight quotes",
    "x = ‘Tajikistan’": "straight quotes",
    "x = «Tajikistan»": "straight quotes",
    "x = Tajikistan": '`"Tajikistan"`',
    "frame[Share]": '`"Share"`',
    # other signs that look right
    "x = price − 1": "only looks like `-`",
    "x = （price)": "only looks like `(`",
    "x = price – 1": "only looks like `-`",
    "x =\u00a0price + \u200b1": "can't read",
    # brackets
    "print((price)": "never closed",
    "frame[frame['year'] == 2016": "never closed",
    "print(price]": "must match",
    "print(price))": "never opened",
    "print price": "`print(...)`",
    # signs
    "if price = 3: pass": "`==`",
    "frame.query('year = 2016')": "`==`",
    "if price == 3 pass": "line 1",
    "if price == 3\n    pass": "colon",
    "if price == 3:\npass": "four spaces",
    "  price": "don't fit",
    "if price:\n    x = 1\n  y = 2": "don't fit",
    "x = 2price": "runs into letters",
    "x = [1 2]": "between two values",
    "x = 007": "begins with 0",
    "import": "line 1",
    # names
    "prise": "Did you mean `price`?",
    "Price": "Did you mean `price`?",
    "prnt(price)": "Did you mean `print`?",
    "cr.load('trade')": "`import crossroads as cr`",
    "table.head()": "`table = cr.load('trade')`",
    # columns and labels
    "frame['Year']": "Did you mean `year`?",
    "frame['yaer']": "Did you mean `year`?",
    "frame['share_of_exports']": "Did you mean `Share of exports`?",
    "frame['population']": "There are: `iso3`, `year`",
    "frame[['iso3', 'yeer']]": "Did you mean `year`?",
    "frame.yaer": "Did you mean `year`?",
    "frame.heed()": "Did you mean `head`?",
    "frame.query('yaer == 2016')": "Did you mean `year`?",
    "frame.query('iso3 == TJK')": "`'TJK'`",
    "frame.sort_values('yaer')": "Did you mean `year`?",
    "frame.groupby('Year').sum()": "Did you mean `year`?",
    "rows.loc['2016']": "Did you mean `2016`, without quotes?",
    "rows.loc[1999]": "There are: `2016`, `2017`",
    "frame.set_index('iso3').loc['tjk']": "Did you mean `TJK`?",
    "frame.set_index('Iso3')": "Did you mean `iso3`?",
    "frame.rename(columns={'year': '2016'})[2016]": "in quotes?",
    # kinds of things
    "'3' + price": "combines text and a number",
    "price + '3'": "combines text and a number",
    "frame['iso3'] > 3": "combines text and a number",
    "'3' > price": "combines text and a number",
    "frame('year')": "`[ ]`",
    "price(3)": "`*` may be missing",
    "len[frame]": "`( )`",
    "frame.head[3]": "`( )`",
    "frame[(frame['year'] > 2015) and (frame['year'] < 2018)]": "`&`",
    "if frame['year'] > 2015: pass": "`&`",
    "[1, 2][2]": "count from 0",
    "frame['year'].iloc[5]": "count from 0",
    "print(frame).head()": "`None`",
    "frame[frame['year'] > 2015 & frame['iso3'] != 'TJK']": "round brackets",
    "frame[frame['iso3'] == 'TJK' & frame['year'] > 2015]": "round brackets",
    "frame[frame['year'] == 2016 | frame['iso3'] == 'IND']": "round brackets",
    "frame[frame['year'] > 2015 & frame['Share of exports'] != 2]": "Python evaluates",
    "frame[frame['year'] > 2015 | frame['year'] < 2000]": "Python evaluates",
    # networks
    "nx.shortest_path(roads, 'Dushanbe', 'Kabul')": "`Dushanbe` to `Kabul`",
    "nx.shortest_path(roads, 'Dushanbe', 'Karaci')": "Did you mean `Karachi`?",
    "nx.shortest_path_length(roads, 'dushanbe', 'Karachi', weight='km')": "`Dushanbe`?",
    "nx.dijkstra_path(roads, 'Moscow', 'Karachi')": "There are: `Dushanbe`, `Karachi`",
    "list(roads.neighbors('Karaci'))": "Did you mean `Karachi`?",
    "roads.remove_node('karachi')": "Did you mean `Karachi`?",
    "nx.dijkstra_path_length(roads, 'Karachi', 'Kabul')": "`Karachi` to `Kabul`",
    "nx.dijkstra_path_length(roads, 'Karachi', 'Kabool')": "Did you mean `Kabul`?",
    "roads.nodes['Herrat']": "Did you mean `Herat`?",
    "next(nx.all_simple_paths(roads, 'Herrat', 'Kabul'))": "Did you mean `Herat`?",
    "roads.remove_edge('Karachi', 'Kabul')": "",
    "nx.has_path(roads, 'Karachi', 'X')": "There is no `X` here",
    # other modules
    "import panda": "Did you mean `pandas`?",
    "import pandas_nonsense_xyz as p": "",
    # what isn't a slip, or what no rule knows
    "1 / 0": "",
    "raise RuntimeError('no')": "",
    "assert price == 4": "",
}


@pytest.mark.parametrize("code", SLIPS)
def test_a_slip_is_told_in_one_line(code: str) -> None:
    words, wanted = told(code), SLIPS[code]
    assert wanted in words if wanted else not words
    assert "\n" not in words


def test_the_courses_own_words_are_left_as_they_are() -> None:
    assert told("cr.load('claim')", cr=cr) == (
        "There is no table called 'claim'. Did you mean 'claims'?"
    )
    assert told("cr.load('remittances')", cr=cr).endswith("Did you mean 'remittances_bilateral'?")
    assert told("cr.chekc('00-run')", cr=cr) == "There is no `chekc` here. Did you mean `check`?"


def test_a_hidden_function_is_named() -> None:
    assert "`del sum`" in told("sum([1, 2])", sum=3)


def test_a_value_that_is_still_open_is_named_where_it_is_used() -> None:
    assert "`shares` is still `...`" in told("shares + 1", shares=...)
    assert "`shares` is still `...`" in told("max(shares)", shares=...)


def test_dots_that_a_cell_has_just_replaced_are_not_blamed() -> None:
    said = told("share = frame['valeu']", frame=pd.DataFrame({"value": [1]}), share=...)
    assert said == "There is no `valeu` here. Did you mean `value`?"


def test_a_cell_that_no_one_can_read_breaks_nothing() -> None:
    for code in ("\x00", "(" * 5000, "x = " + "-" * 10_000 + "1", "\ud800"):
        for error in (NameError("name 'x' is not defined"), TypeError("no"), KeyError("x")):
            assert isinstance(explain(error, Cell(code, {}, (code,))), str)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernelClient]:
    """A kernel for a notebook of the course, as Jupyter's server starts it."""
    notebook = tmp_path_factory.mktemp("lessons") / "03-mine.ipynb"
    cells = ["import crossroads as cr", "shares = [21, 79]"]
    write(new_notebook(cells=[new_code_cell(code) for code in cells]), notebook)
    manager = KernelManager()
    manager.start_kernel(env={**os.environ, "JPY_SESSION_NAME": str(notebook)})
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(kernel: BlockingKernelClient, code: str, *, person: bool) -> tuple[str, list[str]]:
    """What is shown of a cell, and the error's own lines; a person's front end takes input."""
    shown, error = "", []

    def attend(message: dict[str, Any]) -> None:
        nonlocal shown, error
        content = message["content"]
        shown += content["data"]["text/html"] if message["msg_type"] == "display_data" else ""
        error = content["traceback"] if message["msg_type"] == "error" else error

    reply = kernel.execute_interactive(code, allow_stdin=person, output_hook=attend, timeout=60)
    assert reply["content"]["status"] == "error"
    return shown, error


@pytest.mark.kernel
def test_a_learner_sees_one_line_with_the_traceback_folded(kernel: BlockingKernelClient) -> None:
    for code, words in (
        ("max(shares)", "<code>shares = [21, 79]</code>"),
        ("cr.load('trade')", "<code>import crossroads as cr</code>"),
        ("print('x", "Add the second quote."),
        ("'<img src=x>' + 1", "combines text and a number"),
    ):
        shown, error = run(kernel, code, person=True)
        assert words in shown and "<details><summary>The whole message</summary>" in shown
        assert "<img" not in shown
        assert len(error) == 1 and "Error" in error[0] and "\n" not in error[0]


def outputs(kernel: BlockingKernelClient, code: str) -> list[dict[str, Any]]:
    """What a cell shows a person, whether it ends well or not."""
    shown: list[dict[str, Any]] = []
    kernel.execute_interactive(
        code, allow_stdin=True, output_hook=lambda m: shown.append(m["content"]), timeout=60
    )
    return shown


def html(shown: list[dict[str, Any]]) -> list[str]:
    found = [content.get("data", {}).get("text/html", "") for content in shown]
    return [BeautifulSoup(page, "html.parser").get_text(" ", strip=True) for page in found if page]


STOPPED = """
import crossroads as cr
from ipywidgets import interact
rows = cr.load("indicators")
def change(country):
    one = rows[rows["iso3"] == country].set_index("yaer")["value"]
    return one[2024] - one[2016]
"""


@pytest.mark.kernel
def test_what_stops_a_function_is_told_in_plain_words_and_once(
    kernel: BlockingKernelClient,
) -> None:
    (said,) = html(outputs(kernel, STOPPED + 'cr.check("03-own", change)'))
    assert said.count("There is no yaer here. Did you mean year ?") == 1
    assert said.startswith("○ Not answered. With change") and "KeyError" not in said
    above = STOPPED + 'interact(change, country=["TJK"])\ncr.check("03-own", change)'
    *before, said = html(outputs(kernel, above))
    assert "it stopped. The message above says why." in said
    assert sum("Did you mean year" in one for one in [*before, said]) == 1


@pytest.mark.kernel
def test_dots_in_a_condition_are_unanswered_and_warn_of_nothing(
    kernel: BlockingKernelClient,
) -> None:
    # A tuple and an argument in a place: pandas warns of both, for its version 4.
    code = (
        'import crossroads as cr\nclaims = cr.load("claims")\nfrom contextlib import suppress\n'
        'with suppress(ValueError): claims["kind"] == (..., ...)\n'
        'with suppress(ValueError): claims["hedged"].sum(...)\n'
        'found = claims[claims["kind"] == ...]\ncr.check("01-n-normative", len(found))'
    )
    shown = outputs(kernel, code)
    assert not [content for content in shown if content.get("name") == "stderr"]
    assert html(shown) == ["○ Not answered. Line 4 still has ... . Replace it with your own code."]


@pytest.mark.kernel
def test_a_chart_has_its_words_beside_its_picture(kernel: BlockingKernelClient) -> None:
    code = 'import crossroads as cr\ncr.load("indicators")["year"].plot(title="Years");'
    (data,) = [c["data"] for c in outputs(kernel, code) if "image/png" in c.get("data", {})]
    assert ' alt="Line chart. Years. ' in data["text/html"]


@pytest.mark.kernel
def test_dots_are_shown_as_they_are_typed(kernel: BlockingKernelClient) -> None:
    shown = []
    kernel.execute_interactive(
        "display(...)", output_hook=lambda m: shown.append(m["content"]), timeout=60
    )
    assert {"text/plain": "..."} in [content.get("data") for content in shown]


@pytest.mark.kernel
def test_nothing_changes_where_nobody_looks_on(kernel: BlockingKernelClient) -> None:
    shown, error = run(kernel, "max(shares)", person=False)
    assert not shown and len(error) > 1
