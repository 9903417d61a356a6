"""The claim sorter: which kind of claim is this? Then compare with the course, and a partner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from math import isnan
from textwrap import shorten
from typing import Any

import pandas as pd

from ..cohens_kappa import kappa
from ..i18n import N_, _, number
from ..tables import load
from ..web.html import table
from ._code import literal, program
from ._shell import Control, Explorer, worded

#: The five kinds of claim, each with the question that finds it.
KINDS = {
    N_("descriptive"): N_("says what is or was: could a camera, a count or a document show it?"),
    N_("causal"): N_("says why, what for, or what leads to what"),
    N_("evaluative"): N_("judges: important, central, good, bad"),
    N_("predictive"): N_("says what will, could or can happen"),
    N_("normative"): N_("says what should be done"),
}
LETTERS = {kind[0].upper(): kind for kind in KINDS}
WHERE = {
    "all": N_("The whole article"),
    "introduction": N_("Introduction"),
    "Russia's role": N_("Part 1: Russia's role"),
    "Tajikistan's initiatives": N_("Part 2: Tajikistan's initiatives"),
    "recommendations": N_("Part 3: Recommendations"),
    "summary": N_("Summary"),
}
#: With whom a sorter is compared, and what is said of either.
COURSE, PARTNER = "the course", "your partner"
OTHER = {COURSE: N_("The course"), PARTNER: N_("Your partner")}
NOTHING = {
    COURSE: N_("There is no claim yet that both you and the course have sorted."),
    PARTNER: N_("There is no claim yet that both you and your partner have sorted."),
}
UNREADABLE = N_(
    "Your partner's code can't be read, so nothing is compared. A code has one letter ({letters}) "
    "or a hyphen for each claim, and no more than {n} in all. Copy the one under “Your code” on "
    "their screen."
)
AGREE = {
    COURSE: N_("You agree with the course on {same} of {all} claims (Cohen's kappa {kappa})."),
    PARTNER: N_("You agree with your partner on {same} of {all} claims (Cohen's kappa {kappa})."),
}
DIFFER = {
    COURSE: N_("Where you and the course differ: talk about these"),
    PARTNER: N_("Where you and your partner differ: talk about these"),
}


@dataclass(frozen=True)
class OnTheTable:
    """A part of the article, and the claim of it that is looked at."""

    part: str = "introduction"
    claim: str = ""


@dataclass(frozen=True)
class Choices(OnTheTable):
    """The claims shown, the kinds given so far, and whom to compare with.

    ``sorted`` maps a claim's id to a kind; ``partner`` is another sorter's code (see ``letters``).
    """

    sorted: dict[str, str] = field(default_factory=dict)
    compare: bool = False
    partner: str = ""


def claims(choices: OnTheTable) -> pd.DataFrame:
    """Return the claims of the chosen part, indexed by id."""
    every = load("claims").set_index("id")
    return every if choices.part == "all" else every[every["part"] == choices.part]


def current(choices: OnTheTable) -> str:
    """Return the id of the claim on the table.

    The first of the part, unless another of it was chosen.
    """
    ids = claims(choices).index
    return choices.claim if choices.claim in ids else str(ids[0])


def listed(choices: OnTheTable) -> list[list[str]]:
    """Return the claims of the chosen part to pick from: number and first words."""
    return [
        [str(i), f"{i}: {shorten(str(words), 60, placeholder=' …')}"]
        for i, words in claims(choices)["claim"].items()
    ]


def letters(kinds: Mapping[str, str]) -> str:
    """Kinds as one letter a claim, A01 to A55, with a hyphen where none was given."""
    return "".join(kinds.get(i, "-")[0].upper() for i in load("claims")["id"])


def decode(text: str) -> dict[str, str] | None:
    """Return a code back as kinds, where it has any; ``None`` for a text that is no code."""
    ids = load("claims")["id"]
    given = "".join(text.split()).upper()
    if len(given) > len(ids) or not {*given} <= {*LETTERS, "-"}:
        return None
    return {i: LETTERS[x] for i, x in zip(ids, given, strict=False) if x in LETTERS}


def course(sorted_: Mapping[str, str]) -> dict[str, str]:
    """Return the course's own coding.

    Where it sees two kinds in a claim, take the reader's kind if it is one of them.
    """
    every = load("claims").set_index("id")
    both = every["second_kind"].dropna().to_dict()
    kinds = {str(i): str(k) for i, k in every["kind"].items()}
    return kinds | {str(i): str(k) for i, k in both.items() if sorted_.get(str(i)) == k}


def controls(choices: Choices) -> list[Control]:
    """Part, claim, kind, comparison."""
    here = claims(choices)
    now = current(choices)
    place = list(here.index).index(now) + 1
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
        {
            "kind": "steps",
            "field": "claim",
            "label": _("Claim"),
            "list": True,
            "options": [
                [i, _("{id} ({n} of {all})", id=i, n=n, all=len(here))]
                for n, i in enumerate(map(str, here.index), 1)
            ],
            "at": now,
        },
        {
            "kind": "radios",
            "field": "sorted",
            "key": now,
            "label": _(
                "{id}, {n} of {all}. The article says: {claim}.",
                id=now,
                n=place,
                all=len(here),
                claim=here.at[now, "claim"],
            ),
            "options": [[kind, f"{_(kind)}: {_(meaning)}"] for kind, meaning in KINDS.items()],
            "wide": True,
        },
        {"kind": "toggle", "field": "compare", "label": _("Compare with the course's coding")},
        {
            "kind": "entry",
            "field": "partner",
            "label": _("A partner's code"),
            "hint": _("One letter for each claim, as under “Your code”"),
        },
    ]


def view(choices: Choices) -> str:
    """Counts by kind, the reader's code, and the comparisons asked for."""
    mine = dict(choices.sorted)
    here = claims(choices)
    counts = pd.Series([mine.get(i) for i in here.index]).value_counts()
    columns: dict[str, list[Any]] = {
        _("Kind"): [_(kind) for kind in KINDS],
        _("Your claims"): [int(counts.get(k, 0)) for k in KINDS],
    }
    theirs = course(mine)
    if choices.compare:
        done = [theirs[i] for i in here.index if i in mine]
        columns[_("The course's coding of the same claims")] = [done.count(k) for k in KINDS]
    caption = _("Kinds of claim: {part}", part=_(WHERE[choices.part]))
    parts: list[str] = [table(pd.DataFrame(columns), caption)]
    parts.append(f"<p>{_('Your code:')} <code>{letters(mine)}</code></p>" if mine else "")
    if choices.compare:
        parts.append(_differences(mine, theirs, here, COURSE))
    if partner := decode(choices.partner):
        parts.append(_differences(mine, partner, here, PARTNER))
    return "".join(parts)


def describe(choices: Choices) -> str:
    """Return how many claims are sorted, and how far two sorters agree."""
    mine = choices.sorted
    here = claims(choices)
    done = [i for i in here.index if i in mine]
    words = _(
        "{part}: you have sorted {done} of {all} claims.",
        part=_(WHERE[choices.part]),
        done=len(done),
        all=len(here),
    )
    if choices.compare:
        words += " " + agreement(mine, course(mine), here, COURSE)
    if choices.partner.strip():
        partner = decode(choices.partner)
        words += " " + (
            _(UNREADABLE, letters=", ".join(LETTERS), n=len(load("claims")))
            if partner is None
            else agreement(mine, partner, here, PARTNER)
        )
    return words


def code(choices: Choices) -> str:
    """Pandas lines that put the kinds given beside the claims, and count them."""
    mine = {i: kind for i, kind in choices.sorted.items() if i in claims(choices).index}
    course_too = [
        'second = claims["second_kind"]',
        'claims["course"] = claims["kind"].where(claims["mine"] != second, second)',
    ]
    return program(
        'claims = cr.load("claims")',
        ""
        if choices.part == "all"
        else f'claims = claims[claims["part"] == {literal(choices.part)}]',
        f"mine = {literal(mine)}",
        'claims["mine"] = claims["id"].map(mine)',
        *(course_too if choices.compare else []),
        'table = claims[["id", "claim", "mine"' + (', "course"]]' if choices.compare else "]]"),
        'print(table["mine"].value_counts())',
    )


def agreement(
    mine: Mapping[str, str], theirs: Mapping[str, str], here: pd.DataFrame, whom: str
) -> str:
    """Per cent agreement and Cohen's kappa over the claims of this part that both have sorted."""
    both = [i for i in here.index if i in mine and i in theirs]
    if not both:
        return _(NOTHING[whom])
    same = sum(mine[i] == theirs[i] for i in both)
    value = kappa({i: mine[i] for i in both}, {i: theirs[i] for i in both})
    said = _("not defined here") if isnan(value) else number(value, ".2f")
    return _(AGREE[whom], same=same, all=len(both), kappa=said)


def claim_sorter(**choices: Any) -> Explorer:
    """Sort the article's claims by kind; what was sorted is kept with the learner's progress."""
    return Explorer(
        _("Claim sorter"),
        Choices(**choices),
        controls,
        view,
        describe,
        code,
        keep="01-claim-sorter",
    )


def _differences(
    mine: Mapping[str, str], theirs: Mapping[str, str], here: pd.DataFrame, whom: str
) -> str:
    rows = [
        {
            _("Claim"): f"{i}: {here.at[i, 'claim']}",
            _("You"): _(mine[i]),
            _(OTHER[whom]): _(theirs[i]),
        }
        for i in map(str, here.index)
        if i in mine and i in theirs and mine[i] != theirs[i]
    ]
    if not rows:
        return f"<p>{escape(agreement(mine, theirs, here, whom))}</p>"
    return table(pd.DataFrame(rows), _(DIFFER[whom]))
