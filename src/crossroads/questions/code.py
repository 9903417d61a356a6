"""Code: a function that is called, or a result that is compared with the wanted one."""

from __future__ import annotations

import contextlib
import copy
import dis
import io
import logging
import traceback
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from ..charts import pandas_style
from ..i18n import _, ngettext
from ..web import html
from ..web.html import Html
from . import choices, paper
from . import compare as comparing
from . import outcome as outcomes
from .compare import compare
from .forms import described, failing, in_words, is_blank, is_open
from .item import Fault, Item
from .outcome import Code, Fill, NotYet, Outcome, plain

KIND = "code"
FORM = "function"
FIELDS = {"expect": str}
OPTIONAL = ("slips", "cases")
#: Its answer is a cell of the lesson's.
CONTROL = ""
#: Steps of a function's bytecode that do nothing.
_IDLE = ("RESUME", "NOP", "CACHE")


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type: the task says it."""
    return ""


def called(answer: Any, arguments: Sequence[Any], words: str) -> Any:
    """Return what a student's function gives back, called on copies.

    Raises ``NotYet`` if it gives back nothing.
    """
    fail = failing(KIND, how)
    if is_blank(answer):
        raise fail("unanswered")
    if not callable(answer):
        raise fail("no function", kind=described(answer))
    try:
        with quiet():
            result = answer(*copy.deepcopy(arguments))
    except (Exception, SystemExit) as error:  # a student's code may fail in any way
        reason = traceback.format_exception_only(error)[-1].strip()
        raise fail("stopped", words=words, reason=reason[:200]) from None
    # Whatever stands above them: dots are a blank that was left.
    if result is ... or (result is None and does_nothing(answer)):
        raise fail("unanswered")
    if result is None:
        raise fail("nothing back", words=words)
    return result


def does_nothing(function: Any) -> bool:
    """Return whether a function still only gives back ``None`` or ``...``, as templates do."""
    # What is typed in one line is meant so.
    if type(function) is not types.FunctionType or function.__name__ == "<lambda>":
        return False
    does = (step for step in dis.get_instructions(function) if step.opname not in _IDLE)
    for step in does:
        if step.opname in ("LOAD_CONST", "RETURN_CONST"):
            if step.argval is not None and step.argval is not ...:
                return False
        elif not step.opname.startswith(("LOAD_FAST", "STORE_FAST", "RETURN_VALUE")):
            return False
    return True


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep prints, warnings and log messages of a student's code out of the test's output.

    Stock nbgrader counts any line on stderr in a test cell as a failed test.
    """
    logged = logging.root.manager.disable
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        logging.disable()
        try:
            yield
        finally:
            logging.disable(logged)


def score_function(
    answer: Any, reference: Callable[..., Any], cases: Mapping[str, Sequence[Any]]
) -> Outcome:
    """Score what a function gives back, property by property (``compare``).

    ``cases`` maps a description to the arguments; both functions get copies. Each property counts
    the same, and only if it holds in every case. Facts: ``problems``, each with its ``case`` where
    the sentence doesn't name it.
    """
    lost: set[str] = set()
    properties: set[str] = set()
    problems: list[dict[str, Any]] = []
    calls, unanswered = 0, 0
    for description, arguments in cases.items():
        with quiet():
            wanted = reference(*copy.deepcopy(arguments))
        is_table = isinstance(wanted, pd.DataFrame)
        names = set(comparing.TABLE if is_table else comparing.VALUE)
        properties |= names
        calls += 1
        try:
            got = called(answer, arguments, description)
        except NotYet as error:
            lost |= names
            if error.outcome:
                problems.append(dict(error.outcome.facts))
                unanswered += error.outcome.code == "unanswered"
            continue
        with quiet():
            found = compare(got, wanted)
        lost |= {p.name for p in found if not p.holds}
        problems += [{**p.problem, "case": description} for p in found if p.problem]
    facts = {"problems": problems}
    if unanswered == calls:
        return Outcome(KIND, "unanswered", facts={**facts, "problem": "unanswered"})
    share = 1 - len(lost) / len(properties)
    state: Code = "right" if not lost else "partly" if share else "wrong"
    return Outcome(KIND, state, share=share, facts=facts)


def award(
    answer: Any,
    reference: Callable[..., Any],
    cases: Mapping[str, Sequence[Any]],
    points: float,
) -> float:
    """Score a student's function by what it gives back, property by property (``compare``).

    ``cases`` maps a description ("the article's claims") to the arguments; both functions get
    copies. Each property counts the same, and only if it holds in every case: a result typed in
    for the one case that a student knows earns nothing.
    """
    outcome = score_function(answer, reference, cases)
    return outcomes.award(points, outcome, say(outcome, {}))


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says."""
    said = []
    for problem in outcome.facts["problems"]:
        words, case = comparing.said(problem), problem.get("case")
        said.append(_("With {words}: {message}", words=case, message=words) if case else words)
    return list(dict.fromkeys(said)) or [_("It returns what the task describes.")]


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """Compare a result with the value of ``expect``; ``slips`` are expressions, too.

    With ``cases``, which map a description to the arguments, the answer is a function, and so are
    ``expect`` and the slips: what they give back is compared, of a chart the line that it shows.

    A rounded result is right to the digits that it has; where a slip is the same to them, more are
    asked for. Partly: more than one property holds, or more than one case is right. Facts:
    ``problems``, and the ``slip`` that it is.
    """
    if is_open(answer):
        raise failing(KIND, how)("unanswered")
    cases = call.get("cases") or {}
    got = [_given_back(answer, cases[words], words) for words in cases] or [answer]

    def agrees(expression: str, rounded: bool = False) -> bool:
        wanted = _wanted(expression, cases)
        pairs = zip(got, wanted, strict=True)
        return all(p.holds for g, w in pairs for p in compare(g, w, rounded=rounded))

    expect, slips = call["expect"], call.get("slips") or {}
    found = [compare(g, w) for g, w in zip(got, _wanted(expect, cases), strict=True)]
    # A property counts if it holds in every case.
    held = [all(p.holds for p in same) for same in zip(*found, strict=True)]
    whole = sum(all(p.holds for p in one) for one in found)
    right = Outcome(KIND, "right", share=1.0, facts={"problems": []})
    if all(held):
        return right
    slip = next((s for s in slips if agrees(s)), None)
    if slip is None:
        near = [e for e in (expect, *slips) if agrees(e, rounded=True)]
        if near == [expect]:
            return right
        if expect in near:
            return Outcome(KIND, "malformed", facts={"problem": "digits"})
        slip = near[0] if near else None
    named = [{"case": words} for words in cases] or [{}]
    problems = [
        {**p.problem, **name}
        for name, one in zip(named, found, strict=True)
        for p in one
        if p.problem
    ]
    # One mistake shows in case after case: the first is enough to find it.
    problems = problems[:1] if cases else problems
    partly = slip is None and (sum(held) > 1 or whole > 1)
    facts = {"problems": problems, "slip": slip}
    return Outcome(KIND, "partly" if partly else "wrong", share=sum(held) / len(held), facts=facts)


def _given_back(function: Any, arguments: Sequence[Any], words: str) -> Any:
    with pandas_style.aside():
        return pandas_style.plotted(called(function, arguments, words))


def _wanted(expression: str, cases: Mapping[str, Sequence[Any]]) -> list[Any]:
    """Return what an item's expression gives: in each case, where there are some."""
    value = evaluate(expression)
    return [value(*copy.deepcopy(arguments)) for arguments in cases.values()] or [value]


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it."""
    slips = {slip.answer: slip.why for slip in item.slips}
    return {"expect": item.expect, "slips": slips, "cases": item.own.get("cases", {})}


def practise(outcome: Outcome, item: Item) -> list[str]:
    """Return what a self-check says."""
    if outcome.code == "right":
        return [item.why]
    if outcome.code == "unanswered":
        return [_("There is no result yet. Replace the dots, then run the cell again.")]
    if outcome.code == "malformed":
        return [comparing.said(outcome.facts)]
    for slip in item.slips:
        if slip.answer == outcome.facts["slip"]:
            return [slip.why]
    return [*say(outcome, {}), *([item.hint] if item.hint else [])]


def faults(item: Item) -> Iterable[Fault]:
    """Yield what is broken in a self-check."""
    cases = item.own.get("cases", {})
    if not isinstance(cases, dict) or not all(isinstance(a, list) for a in cases.values()):
        yield "cases", "each needs a description and a list of arguments"


def expected(answer: Any, function: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Yield what each call gave back, for the check of its form."""
    for words, arguments in function.items():
        kind = in_words(described(called(answer, arguments, words)))
        yield _("With {words}, it runs and returns {kind}.", words=words, kind=kind)


@cache
def evaluate(expression: str) -> Any:
    """Return the value of an item's own expression.

    Item files are course content, like the notebooks.
    """
    from ..tables import load  # only a self-check needs the tables

    return eval(expression, {"load": load, "pd": pd})


offered = choices.none


def task(item: Item) -> str:
    """Return what to do, on paper: the question says it."""
    return ""


def solution(item: Item) -> Html:
    """Return the wanted result, on paper."""
    # Wrong answers are expressions: what they give is in the words.
    head = Html("<p>{}</p>").format(_("The result:"))
    cases = item.own.get("cases", {})
    named = [paper.short(Html("<code>{}</code>").format(words)) for words in cases] or [Html()]
    results = zip(named, _wanted(item.expect, cases), strict=True)
    shown = Html("").join(name + _result(value) for name, value in results)
    return head + shown + paper.slips(("", s.why) for s in item.slips)


#: So many rows of a resulting table are shown.
ROWS = 10


def _result(value: Any) -> Html:
    """Return a result as people read it; of a long table only the beginning."""
    if isinstance(value, pd.Series):
        value = value.to_frame(value.name or "value")
    if isinstance(value, pd.DataFrame):
        if value.index.name:
            value = value.reset_index()
        shown = html.table(value.head(ROWS).round(3), _("The result"))
        if (rest := len(value) - ROWS) > 0:
            more = ngettext("And {n} more row.", "And {n} more rows.", rest)
            shown += Html("<p>{}</p>").format(more)
        return shown
    if isinstance(value, dict):
        return paper.listed(f"{key}: {_plain(one)}" for key, one in value.items())
    several = sorted(value) if isinstance(value, set) else value
    parts = several if isinstance(several, list | tuple) else [several]
    return paper.short(paper.strong(", ".join(map(_plain, parts))))


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else f"{value:,.6g}"
