"""What is written for other programs' pages is harmless, and reading costs what a file costs."""

from __future__ import annotations

import json
import re
from typing import Any

import payloads
import pytest
from nbconvert.filters import markdown2html_mistune

from crossroads.feedback import markdown
from crossroads.grading import sanitise
from crossroads.grading.submitted import notebook_file, submission


@pytest.mark.parametrize(
    "words",
    [
        "Plain *words*, a < b and c > d, `if a<b:` and H<sub>2</sub>O.",
        "| a | b |\n|:--|--|\n| 1 | [source](https://example.org) |\n\n$a<b$ and $$x_1$$",
        "- [ ] to do\n- ![my plot](plot.png)\n\n```python\nif a < b:\n    print('<b>')\n```",
    ],
)
def test_honest_markdown_stays_letter_by_letter(words: str) -> None:
    assert sanitise.markdown(words) == words


@pytest.mark.parametrize("words", payloads.TEXTS)
def test_of_hostile_markdown_nbconvert_makes_nothing_that_runs(words: str) -> None:
    made = markdown2html_mistune(sanitise.markdown(words))
    assert not re.search(
        r"<\s*/?(script|img|svg|iframe|object|embed|form|details|video)", made, re.I
    )
    assert not re.search(r"<[^>]*\s(on\w+|srcdoc)\s*=", made)
    assert not re.search(r"(href|src)=\"\s*(?!https?:|#)", made)


def test_what_cannot_be_laid_out_is_shown_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(markdown.mistune, "create_markdown", lambda **_: fails)
    assert markdown.rendered("a *b* <i>") == markdown.typed("a *b* <i>")
    monkeypatch.setattr(sanitise, "SECONDS", 0.05)
    assert sanitise.bounded(lambda: re.match("(a+)+b", "a" * 60) and "", lambda: "plain") == "plain"


@pytest.mark.parametrize("part", ['"a",', "1.5,", "{},", '"\\\\",', '{"a":1},'])
def test_a_notebook_of_millions_of_parts_is_refused_before_it_is_built(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_file.json, "loads", pytest.fail)
    with pytest.raises(submission.Held, match="millions of parts"):
        notebook_file._json(b'{"cells":[' + part.encode() * 2_100_000 + b"0]}", [])


def test_commas_and_brackets_of_an_output_are_no_parts() -> None:
    content = json.dumps({"cells": [{"outputs": [{"text": '[{"a": 1}, 2],\n' * 700_000}]}]})
    assert notebook_file._json(content.encode(), [])["cells"]


def test_outputs_keep_what_a_marker_needs() -> None:
    given = [{"output_type": "display_data", "data": data} for data in payloads.OUTPUTS]
    made = [sanitise.output(out)["data"] for out in given]
    kinds = {kind for data in made for kind in data}
    assert kinds <= {"text/plain", "text/html", "text/markdown", "text/latex"}
    assert payloads.RUN not in str([data.get("text/html") for data in made])
    assert any("<td>7</td>" in data.get("text/html", "") for data in made)
