"""A piece of work whose form a computer checks by parts: an evidence table, a chart, its words.

What it lacks is data, and is said here; whether the work is any good is for a person to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..i18n import N_, _
from . import outcome as outcomes
from .forms import failing
from .outcome import Code, Fill, NotYet, Outcome, plain

KIND = "form"
#: By part: what to do where there is none yet, and what is said of one that lacks nothing.
PARTS = {
    "evidence": (
        N_("This answer needs a table with {fewest} to {most} rows."),
        N_("The evidence table is complete."),
    ),
    "chart": (N_("{code} makes one."), N_("The chart has a title, a unit and a source.")),
    "words": (
        N_("Type a sentence in quotes: what does the chart show?"),
        N_("The chart is described in words."),
    ),
}
#: What is said of a problem.
_SAID = {
    "columns": N_("Columns are missing: {names}."),
    "rows": N_(
        "The table has {rows} rows; claims that appear twice: {twice}. It needs {fewest} to "
        "{most} rows, with each claim once."
    ),
    "no claims": N_("Not a claim of the article: {ids}. Ids go from {first} to {last}."),
    "strange words": N_(
        "Not allowed: {words}. A verdict is one of {verdicts}. A confidence level is one of "
        "{confidences}."
    ),
    "little evidence": N_(
        "The evidence in each row needs five words or more: what speaks for or against the claim?"
    ),
    "no sources": N_("The source in each row needs a name (who says so) and a year."),
    "no title": N_("The title needs three words or more that say what the chart shows."),
    "no unit": N_("The vertical axis needs its unit: ylabel=..."),
    "no source": N_(
        'The chart needs its source, with a year, for example set_xlabel("Source: ...").'
    ),
    "few words": N_("Write twelve words or more, for a reader who can't see the chart."),
    "no numbers": N_("Name at least one number that the chart shows."),
}


def how(facts: Mapping[str, Any]) -> str:
    """Return what to do where a part isn't there yet."""
    if facts.get("part") not in PARTS:  # kept by an earlier version
        return ""
    values = {name: value for name, value in facts.items() if name not in ("part", "problem")}
    return _(PARTS[facts["part"]][0], **values)


def unanswered(part: str, **facts: Any) -> NotYet:
    """Return what is raised where a part isn't there yet."""
    return failing(KIND, how, part=part, **facts)("unanswered")


def award(
    part: str, problems: Sequence[Mapping[str, Any]], checks: int, points: float
) -> outcomes.Earned:
    """Return points for a part: a share for each of so many ``checks`` without a problem."""
    share = 1 - len(problems) / checks
    code: Code = "right" if not problems else "partly" if share > 0 else "wrong"
    facts = {"part": part, "problems": [dict(problem) for problem in problems]}
    outcome = Outcome(KIND, code, share=share, facts=facts)
    return outcomes.award(points, outcome, say(outcome, {}))


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says: each problem, or that there is none."""
    if problems := outcome.facts["problems"]:
        return [*map(_sentence, problems)]
    return [f"{_(PARTS[outcome.facts['part']][1])} {_('A person will read what it says.')}"]


def _sentence(problem: Mapping[str, Any]) -> str:
    values = {
        name: ", ".join(value) if isinstance(value, list) else value
        for name, value in problem.items()
        if name != "problem"
    }
    return _(_SAID[problem["problem"]], **values)
