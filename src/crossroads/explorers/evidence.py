"""The evidence board: a verdict and evidence for each claim, and the argument as a map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from .. import charts
from ..i18n import N_, _
from ..lessons.progress import recall
from ..tables import load
from ..web.html import table
from ._code import program
from ._shell import Control, Explorer, worded
from .claims import WHERE, OnTheTable, claims, current, listed

KEEP = "12-evidence-board"
#: Four verdicts, each with what it asks for.
VERDICTS = {
    N_("supported"): N_("our data or documents support it"),
    N_("contradicted"): N_("our data or documents contradict it"),
    N_("contested"): N_("there is evidence on both sides, or readers disagree"),
    N_("not testable"): N_("nothing we have could show it either way"),
}
#: What stands before a verdict on the map.
SIGNS = {"supported": "✓", "contradicted": "✗", "contested": "±", "not testable": "?"}
#: How much of the argument the map shows.
SPANS = {
    "whole": N_("the whole argument, starting with its theses"),
    "near": N_("this claim and the claims connected with it"),
}
CONFIDENCE = (N_("low"), N_("medium"), N_("high"))
#: How a claim of the argument bears on the one above it.
RELATIONS = (N_("thesis"), N_("supports"), N_("objects"))


@dataclass(frozen=True)
class Choices(OnTheTable):
    """The claims shown, and what was noted for each claim by its id."""

    verdict: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    map: bool = False
    span: str = "whole"


def board(choices: Choices) -> pd.DataFrame:
    """Return the whole board: every claim with id, claim, kind, verdict, confidence, evidence.

    What wasn't filled in is missing, never an empty text.
    """
    every = load("claims")[["id", "claim", "kind"]].copy()
    notes = {
        "verdict": choices.verdict,
        "confidence": choices.confidence,
        "evidence": choices.evidence,
    }
    for name, given in notes.items():
        filled = {i: text.strip() for i, text in given.items() if text.strip()}
        every[name] = every["id"].map(filled).astype("str")
    return every


def evidence_table() -> pd.DataFrame:
    """Return the learner's own board as a table, for the capstone.

    It has one row for each claim with a verdict.
    """
    kept = recall(KEEP)
    names = ("verdict", "confidence", "evidence")
    own = board(Choices(**{name: kept.get(name, {}) for name in names}))
    return own.dropna(subset="verdict").reset_index(drop=True)


def evidence_code() -> None:
    """Print the learner's own board as a line of Python, to be pasted into a notebook submitted."""
    own = evidence_table().fillna("")
    rows = [[*row, "who says so, year"] for row in own.drop(columns=["claim", "kind"]).to_numpy()]
    print("evidence = pd.DataFrame(\n    [")
    for row in rows:
        print(f"        [{', '.join(json.dumps(cell, ensure_ascii=False) for cell in row)}],")
    print('    ],\n    columns=["id", "verdict", "confidence", "evidence", "source"],\n)')


def opposed() -> list[tuple[str, str]]:
    """Pairs of claims that pull in opposite directions: one objects to the other in the map."""
    outline = load("argument")
    objects = outline[outline["relation"] == "objects"].sort_values(["parent", "claim"])
    return list(zip(objects["parent"], objects["claim"], strict=True))


def tensions(verdict: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs of claims that pull in opposite directions, where both were called supported."""
    return [pair for pair in opposed() if all(verdict.get(i) == "supported" for i in pair)]


def controls(choices: Choices) -> list[Control]:
    """Part, claim, verdict, confidence, evidence, map."""
    here = claims(choices)
    now = current(choices)
    place = list(here.index).index(now) + 1
    steps = [
        [i, _("{id} ({n} of {all})", id=i, n=n, all=len(here))]
        for n, i in enumerate(map(str, here.index), 1)
    ]
    spans: list[Control] = [
        {"kind": "radios", "field": "span", "label": _("On the map"), "options": worded(SPANS)}
    ]
    return [
        {
            "kind": "select",
            "field": "part",
            "label": _("Part"),
            "options": worded(WHERE),
        },
        {
            "kind": "select",
            "field": "claim",
            "label": _("Choose a claim"),
            "options": listed(choices),
            "at": now,
        },
        {"kind": "steps", "field": "claim", "label": _("Claim"), "options": steps, "at": now},
        {
            "kind": "radios",
            "field": "verdict",
            "key": now,
            "label": _(
                "{id}, {n} of {all}. The article says: {claim}.",
                id=now,
                n=place,
                all=len(here),
                claim=here.at[now, "claim"],
            ),
            "options": [[v, f"{_(v)}: {_(meaning)}"] for v, meaning in VERDICTS.items()],
            "wide": True,
        },
        {
            "kind": "radios",
            "field": "confidence",
            "key": now,
            "label": _("How confident are you in your verdict on {id}?", id=now),
            "options": [[level, _(level)] for level in CONFIDENCE],
            "inline": True,
        },
        {
            "kind": "note",
            "field": "evidence",
            "key": now,
            "label": _("Evidence for your verdict on {id} (what, from whom, from when)", id=now),
        },
        {"kind": "toggle", "field": "map", "label": _("Show the argument as a map")},
        *(spans if choices.map else []),
    ]


def view(choices: Choices) -> str:
    """Return what the claim could be tested with, the map if asked for, and the board so far."""
    now = current(choices)
    claim = claims(choices).loc[now]
    hint = claim["testable_with"]
    test = escape(_("Evidence that could help: {hint}.", hint=hint)) if pd.notna(hint) else ""
    kind = _(
        "{id} is coded as {kind}. The article gives no evidence for it.",
        id=now,
        kind=_(str(claim["kind"])),
    )
    parts = [f"<p>{escape(kind)} {test}</p>"]
    for first, second in tensions(choices.verdict):
        words = _(
            "You call both {first} and {second} supported. As they stand, they pull in opposite "
            "directions. How must you read them so that both can be true?",
            first=first,
            second=second,
        )
        parts.append(f"<p><strong>{_('Tension.')}</strong> {words}</p>")
    if choices.map:
        parts += [_map(choices), _outline(choices)]
    done = board(choices).dropna(subset="verdict")
    if len(done):
        shown = pd.DataFrame(
            {
                "Id": done["id"],
                _("Claim"): done["claim"],
                _("Verdict"): done["verdict"].map(_, na_action="ignore"),
                _("Confidence"): done["confidence"].map(_, na_action="ignore"),
                _("Evidence"): done["evidence"],
            }
        )
        parts.append(table(shown, _("Your board so far")))
    return "".join(parts)


def describe(choices: Choices) -> str:
    """Return how many claims have a verdict, which, and how many of them lack evidence."""
    whole = board(choices)
    done = whole.dropna(subset="verdict")
    if done.empty:
        return _("No verdict yet: {n} claims are waiting.", n=len(whole))
    counts = done["verdict"].value_counts()
    listed = ", ".join(f"{counts[v]} {_(v)}" for v in VERDICTS if v in counts)
    bare = int((done["evidence"].isna() & (done["verdict"] != "not testable")).sum())
    lacking = (
        _("{n} still without evidence", n=bare)
        if bare
        else _("each with evidence where it's needed")
    )
    return _(
        "{done} of {all} claims have a verdict: {verdicts}; {evidence}.",
        done=len(done),
        all=len(whole),
        verdicts=listed,
        evidence=lacking,
    )


def code(choices: Choices) -> str:
    """Pandas lines that make the board so far: claims with a verdict."""
    notes = {"verdict": choices.verdict, "confidence": choices.confidence}
    notes |= {"evidence": choices.evidence}
    filled = {
        name: {i: text.strip() for i, text in given.items() if text.strip()}
        for name, given in notes.items()
    }
    return program(
        'table = cr.load("claims")[["id", "claim", "kind"]]',
        *(f"{name} = {given}" for name, given in filled.items()),
        *(f'table["{name}"] = table["id"].map({name})' for name in filled),
        'table = table.dropna(subset="verdict")',
    )


def evidence_board(**choices: Any) -> Explorer:
    """Judge the article's claims; the board is kept, and ``evidence_table()`` gives it back."""
    return Explorer(
        _("Evidence board"), Choices(**choices), controls, view, describe, code, keep=KEEP
    )


def argument() -> tuple[list[charts.Bears], list[str]]:
    """Return what bears on what, as the course reads the article.

    Return also the theses, the first one first.
    """
    rows = load("argument").fillna("")
    links = [
        charts.Bears(claim, parent, relation == "objects")
        for claim, parent, relation in rows.to_numpy()
        if parent
    ]
    theses = list(rows.loc[rows["parent"] == "", "claim"])
    begun = [link.on for link in links]
    return links, sorted(theses, key=lambda t: begun.index(t) if t in begun else len(begun))


def near(claim: str, parents: bool) -> tuple[list[charts.Bears], list[str]]:
    """Return the part of the argument around a claim.

    This is all below the claim and, if wanted, what the claim bears on.
    """
    links, _theses = argument()
    above = [link for link in links if link.claim == claim] if parents else []
    kept, reached = list(above), [claim]
    for on in reached:
        own = [link for link in links if link.on == on]
        kept += own
        reached += [link.claim for link in own if link.claim not in reached]
    return kept, [link.on for link in above] or [claim]


def _map(choices: Choices) -> str:
    """Return the argument as a picture, with the verdicts on it."""
    texts = load("claims").set_index("id")["claim"].to_dict()
    now = current(choices)
    links, theses = argument()
    heads = {code: _head(code, links) for code in texts}
    if choices.span == "near":
        links, theses = near(now, parents=charts.layers(charts.width()) > 2)
    drawn = {
        code: charts.Claim(heads[code], str(texts[code]), _judged(choices.verdict.get(code, "")))
        for code in [*theses, *(link.claim for link in links)]
    }
    title = (
        _("The argument around {id}, as the course reads it", id=now)
        if choices.span == "near"
        else _("The argument, as the course reads it")
    )
    return charts.argument(
        drawn,
        links,
        theses,
        chosen=[now],
        title=title,
        alt=_(
            "Argument map: from left to right, each claim beside the one that it supports or "
            "objects to, with your verdicts. {sentence} The outline below says the same in words.",
            sentence=describe(choices),
        ),
        source=_("the article's claims; the links between them are the course's reading."),
    )


def _head(code: str, links: list[charts.Bears]) -> str:
    """Return a claim's number and what it does."""
    own = [link for link in links if link.claim == code]
    if not own:
        return _("{id}: thesis", id=code)
    others = ", ".join(link.on for link in own)
    if own[0].objects:
        return _("{id} objects to {others}", id=code, others=others)
    return _("{id} supports {others}", id=code, others=others)


def _judged(verdict: str) -> str:
    return f"{SIGNS[verdict]} {_(verdict)}" if verdict in SIGNS else ""


def _outline(choices: Choices) -> str:
    """Return the argument as an outline: under each claim, those that support it or object to it.

    A claim that bears on two stands under both; what bears on it stands under the first.
    """
    texts = load("claims").set_index("id")["claim"].to_dict()
    links, theses = argument()
    below: dict[str, list[tuple[str, str]]] = {"": [(thesis, "thesis") for thesis in theses]}
    for claim, on, objects in links:
        below.setdefault(on, []).append((claim, "objects" if objects else "supports"))
    drawn: set[str] = set()

    def branch(parent: str) -> str:
        if parent in drawn:
            return ""
        drawn.add(parent)
        items = []
        for claim, relation in below.get(parent, []):
            verdict = _judged(choices.verdict.get(claim, ""))
            judged = (
                f" <em>({escape(_('you: {verdict}', verdict=verdict))})</em>" if verdict else ""
            )
            says = f"<strong>{_(relation)}:</strong> {claim}, {escape(texts[claim])}{judged}"
            items.append(f"<li>{says}{branch(claim)}</li>")
        return f"<ul>{''.join(items)}</ul>" if items else ""

    return f"<details><summary>{_('The same as an outline')}</summary>{branch('')}</details>"
