"""The study weigher: how much a study can say, and 27 trials of contact taken together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from math import sqrt
from typing import Any

import pandas as pd

from .. import charts
from ..i18n import N_, _, number
from ..tables import load
from ..web.html import table
from ._code import literal, program
from ._shell import Control, Explorer, worded

#: The two views, with the title of each.
VIEWS = {
    "studies": N_("Study weigher"),
    "trials": N_("Study weigher: 27 trials taken together"),
}
#: How a study compares, the strongest design first, and what that leaves open.
DESIGNS = {
    "random": N_("Randomised: chance decides who takes part"),
    "comparison": N_("Before and after, or compared with a similar group"),
    "controls": N_("Groups compared, after allowing for some differences"),
    "correlation": N_("Groups compared as they are"),
    "account": N_("No measured comparison: an account or a judgement"),
}
#: How near its people and its outcome are to the question of exchange and goodwill.
NEAR = {
    "near": N_("Near: students abroad, and how they see others"),
    "part": N_("In part: study abroad, another outcome"),
    "far": N_("Far: other people, or another kind of contact"),
}
SHORT_NEAR = {"near": N_("Near"), "part": N_("In part"), "far": N_("Far")}
#: The trials that can be taken together, and how many people are few or many.
POOLS = {
    "all": N_("All trials"),
    "planned": N_("Those with a plan fixed beforehand"),
    "unplanned": N_("Those without such a plan"),
    "foreigners": N_("Those about foreigners"),
    "small": N_("Those with fewer than 100 people"),
    "large": N_("Those with 400 people or more"),
}
WEIGHTS = {
    "random": N_("More precise trials count more (random effects)"),
    "equal": N_("Each trial counts the same"),
}
TARGETS = {
    "age": N_("old age"),
    "disability": N_("disability"),
    "foreigners": N_("foreigners"),
    "gender": N_("gender"),
    "LGBT": N_("LGBT people"),
    "race": N_("race"),
    "religion": N_("religion"),
}
SOURCE = N_(
    "Paluck, Green and Green 2019, data from their package (MIT), 2025; intervals and averages "
    "computed by the course."
)
#: How many standard errors wide one side of a 95 % interval is.
NINETY_FIVE = 1.96


@dataclass(frozen=True)
class Choices:
    """The view; the study shown and the answers on each; the trials, and how they are averaged.

    ``design`` and ``near`` map a study's id to a key of DESIGNS and NEAR.
    """

    show: str = "studies"
    study: str = "S01"
    design: dict[str, str] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)
    compare: bool = False
    pool: str = "all"
    weigh: str = "random"
    without_largest: bool = False


@cache
def _studies() -> pd.DataFrame:
    return load("exchange_studies").set_index("id")


def current(choices: Choices) -> str:
    """Return the id of the study on the table: the first one, unless another was chosen."""
    ids = _studies().index
    return choices.study if choices.study in ids else str(ids[0])


def sorted_by(design: Mapping[str, str], near: Mapping[str, str]) -> pd.DataFrame:
    """Studies for which both are known: rows designs, columns nearness, cells lists of names."""
    names = _studies()["study"]
    cells = {
        far: [
            [names[i] for i in names.index if design.get(i) == strong and near.get(i) == far]
            for strong in DESIGNS
        ]
        for far in NEAR
    }
    return pd.DataFrame(cells, index=list(DESIGNS))


def course() -> tuple[dict[str, str], dict[str, str]]:
    """Return the course's own judgement of each study: its design, and how near it is."""
    every = _studies()
    return every["design_group"].to_dict(), every["nearness"].to_dict()


def trials(choices: Choices) -> pd.DataFrame:
    """Return the chosen trials, the surest first, with both ends of their 95 % intervals."""
    every = _trials()
    people = every["people"]
    rule = {
        "all": people > 0,
        "planned": every["planned"],
        "unplanned": ~every["planned"],
        "foreigners": every["target_group"] == "foreigners",
        "small": people < 100,
        "large": people >= 400,
    }[choices.pool]
    found = every[rule]
    return found[found["d"] < found["d"].max()] if choices.without_largest else found


@cache
def _trials() -> pd.DataFrame:
    found = load("contact_trials").sort_values("se_d")
    half = NINETY_FIVE * found["se_d"]
    return found.assign(
        low=found["d"] - half,
        high=found["d"] + half,
        people=(found["n_treated"] + found["n_control"]).astype(int),
        planned=found["plan_fixed_beforehand"].astype(bool),
    )


@dataclass(frozen=True)
class Average:
    """An average effect with its 95 % interval, in standard deviations, and its trials."""

    mean: float
    low: float
    high: float
    trials: int


def average(found: pd.DataFrame, weigh: str) -> Average | None:
    """Return the trials' average; ``None`` for fewer than two.

    Random effects: DerSimonian and Laird (1986), Meta-analysis in clinical trials, Controlled
    Clinical Trials 7. Equal weights: the mean, and its error from the spread of the trials.
    """
    count = len(found)
    if count < 2:
        return None
    effects, errors = found["d"].tolist(), found["se_d"].tolist()
    if weigh == "equal":
        mean, error = sum(effects) / count, float(found["d"].std()) / sqrt(count)
    else:
        first = [1 / e**2 for e in errors]
        fixed = sum(w * d for w, d in zip(first, effects, strict=True)) / sum(first)
        spread = sum(w * (d - fixed) ** 2 for w, d in zip(first, effects, strict=True))
        scale = sum(first) - sum(w**2 for w in first) / sum(first)
        between = max(0.0, (spread - (count - 1)) / scale)
        weights = [1 / (e**2 + between) for e in errors]
        mean = sum(w * d for w, d in zip(weights, effects, strict=True)) / sum(weights)
        error = 1 / sqrt(sum(weights))
    return Average(mean, mean - NINETY_FIVE * error, mean + NINETY_FIVE * error, count)


def controls(choices: Choices) -> list[Control]:
    """Return the study and what is said of it; or the trials and how they are averaged."""
    if choices.show == "trials":
        return [
            {
                "kind": "radios",
                "field": "pool",
                "label": _("Trials"),
                "options": worded(POOLS),
            },
            {
                "kind": "radios",
                "field": "weigh",
                "label": _("Average"),
                "options": worded(WEIGHTS),
            },
            {
                "kind": "toggle",
                "field": "without_largest",
                "label": _("Exclude the trial with the largest effect"),
            },
        ]
    every = _studies()
    now, ids = current(choices), list(every.index)
    return [
        {
            "kind": "steps",
            "field": "study",
            "label": _("Study"),
            "list": True,
            "options": [
                [i, f"{every.at[i, 'study']} ({i}, {n}/{len(ids)})"] for n, i in enumerate(ids, 1)
            ],
            "at": now,
        },
        {
            "kind": "radios",
            "field": "design",
            "key": now,
            "label": _("{study}: what does it compare?", study=every.at[now, "study"]),
            "options": worded(DESIGNS),
            "wide": True,
        },
        {
            "kind": "radios",
            "field": "near",
            "key": now,
            "label": _("{study}: how near is it to our question?", study=every.at[now, "study"]),
            "options": worded(NEAR),
            "wide": True,
        },
        {"kind": "toggle", "field": "compare", "label": _("Compare with the course's judgement")},
    ]


def view(choices: Choices) -> str:
    """Return the study on the table and the grid so far; or the trials with their average."""
    return _trials_view(choices) if choices.show == "trials" else _studies_view(choices)


def describe(choices: Choices) -> str:
    """Return how many studies are sorted and how far the course agrees; or what the trials say."""
    if choices.show == "trials":
        return _average_words(choices)
    ids = list(_studies().index)
    done = [i for i in ids if i in choices.design and i in choices.near]
    words = _("You have judged {done} of {all} studies.", done=len(done), all=len(ids))
    if choices.compare and done:
        design, near = course()
        words += " " + _(
            "Of these {all} studies, your answer is the same as the course's: {design} times for "
            "the design, and {near} times for how near it is to our question.",
            design=sum(choices.design[i] == design[i] for i in done),
            near=sum(choices.near[i] == near[i] for i in done),
            all=len(done),
        )
    return words


def code(choices: Choices) -> str:
    """Pandas lines that make the weighing so far; or the trials and their average."""
    if choices.show == "studies":
        return program(
            'table = cr.load("exchange_studies")[["id", "study", "design_group", "nearness"]]',
            f"design = {literal(choices.design)}",
            f"near = {literal(choices.near)}",
            'table["design"] = table["id"].map(design)',
            'table["near"] = table["id"].map(near)',
            "" if choices.compare else 'table = table[["id", "study", "design", "near"]]',
        )
    return program(
        'trials = cr.load("contact_trials").sort_values("se_d")',
        'people = trials["n_treated"] + trials["n_control"]',
        _RULES[choices.pool],
        'trials = trials[trials["d"] < trials["d"].max()]' if choices.without_largest else "",
        'table = trials[["study", "year", "d"]].assign(',
        '    low=trials["d"] - 1.96 * trials["se_d"], high=trials["d"] + 1.96 * trials["se_d"])',
        *(_AVERAGE[choices.weigh] if average(trials(choices), choices.weigh) else ()),
    )


#: The lines that choose trials, and those that average them.
_RULES = {
    "all": "",
    "planned": 'trials = trials[trials["plan_fixed_beforehand"]]',
    "unplanned": 'trials = trials[~trials["plan_fixed_beforehand"]]',
    "foreigners": "trials = trials.query(\"target_group == 'foreigners'\")",
    "small": "trials = trials[people < 100]",
    "large": "trials = trials[people >= 400]",
}
_AVERAGE = {
    "random": (
        'd, w = trials["d"], 1 / trials["se_d"] ** 2',
        "spread = (w * (d - (w * d).sum() / w.sum()) ** 2).sum() - (len(d) - 1)",
        "between = max(0, spread / (w.sum() - (w**2).sum() / w.sum()))",
        'w = 1 / (trials["se_d"] ** 2 + between)',
        "mean, error = (w * d).sum() / w.sum(), w.sum() ** -0.5",
        "print(mean, mean - 1.96 * error, mean + 1.96 * error)",
    ),
    "equal": (
        'mean, error = trials["d"].mean(), trials["d"].std() / len(trials) ** 0.5',
        "print(mean, mean - 1.96 * error, mean + 1.96 * error)",
    ),
}


def study_weigher(show: str = "studies", **choices: Any) -> Explorer:
    """Weigh published studies, or (``"trials"``) take 27 trials together.

    What was said of the studies is kept with the learner's progress. Raises ``ValueError`` for a
    view that there isn't.
    """
    if show not in VIEWS:
        raise ValueError(f"There is no view {show!r}. Views: {', '.join(VIEWS)}.")
    return Explorer(
        _(VIEWS[show]),
        Choices(show=show, **choices),
        controls,
        view,
        describe,
        code,
        keep="10-study-weigher" if show == "studies" else "",
    )


def _studies_view(choices: Choices) -> str:
    row = _studies().loc[current(choices)]
    shown = {
        _("How it was done"): row["design"],
        _("Who was studied"): row["whom"],
        _("How many"): _("not in the part that the course read")
        if pd.isna(row["sample"])
        else row["sample"],
        _("What was measured"): row["outcome"],
        _("What it found"): row["found"],
        _("Its main limitation"): row["limit"],
        _("What the course has read"): row["seen_as"],
        _("What it compares (your answer)"): _said(choices.design, current(choices), DESIGNS),
        _("How near it is to our question (your answer)"): _said(
            choices.near, current(choices), NEAR
        ),
    }
    parts = [
        table(
            pd.DataFrame({_("Part"): list(shown), _("Study"): list(shown.values())}),
            _("{study}, as the course read it", study=row["study"]),
        ),
        _grid(choices.design, choices.near, _("Your judgement: the strongest design on top")),
    ]
    if choices.compare:
        parts.append(_grid(*course(), _("The course's judgement of all the studies")))
    return "".join(parts)


def _said(judged: Mapping[str, str], study: str, words: Mapping[str, str]) -> str:
    return _(words[judged[study]]) if judged.get(study) in words else _("not answered yet")


def _grid(design: Mapping[str, str], near: Mapping[str, str], caption: str) -> str:
    cells = sorted_by(design, near)
    columns = {_("Design"): [_(words) for words in DESIGNS.values()]}
    for key, words in SHORT_NEAR.items():
        columns[_(words)] = ["; ".join(names) or _("none") for names in cells[key]]
    return table(pd.DataFrame(columns), caption)


def _average_words(choices: Choices) -> str:
    found = average(trials(choices), choices.weigh)
    if found is None:
        return _("Fewer than two trials are left: there is nothing to average.")
    words = _(
        "{trials} trials: average effect {mean} standard deviations, 95 % interval {low} to "
        "{high}.",
        trials=found.trials,
        mean=_signed(found.mean),
        low=_signed(found.low),
        high=_signed(found.high),
    )
    if found.low <= 0 <= found.high:
        words += " " + _(
            "The interval contains zero, so the data are also compatible with no effect at all."
        )
    if found.trials < 5:
        words += " " + _("With so few trials, the interval is rough.")
    return words


def _trials_view(choices: Choices) -> str:
    found = trials(choices)
    together = average(found, choices.weigh)
    names = [f"{study} {year}" for study, year in found[["study", "year"]].to_numpy()]
    drawn = pd.DataFrame({"low": found["low"], "mid": found["d"], "high": found["high"]})
    drawn.index = pd.Index(names)
    if together is not None:
        label = _("All of these together")
        drawn.loc[label] = [together.low, together.mean, together.high]
    chart = charts.ranges(
        drawn,
        title=_("Contact and prejudice: {pool}", pool=_(POOLS[choices.pool])),
        value_label=_("Effect in standard deviations, 95 % interval; above 0: less prejudice"),
        alt=_average_words(choices),
        source=_(SOURCE),
        digits=2,
    )
    rows = {
        _("Trial"): names,
        _("About"): [_(TARGETS[target]) for target in found["target_group"]],
        _("People"): list(found["people"]),
        _("Effect"): [_signed(effect) for effect in found["d"]],
        _("95 % interval"): [
            _("{low} to {high}", low=_signed(low), high=_signed(high))
            for low, high in found[["low", "high"]].to_numpy()
        ],
        _("Plan fixed beforehand"): [_("yes") if plan else _("no") for plan in found["planned"]],
        _("Days until measured"): list(found["days_to_outcome"]),
    }
    note = _(
        "Most of these trials measure prejudice between groups of one country. Two are about "
        "foreigners; the table names no trial that sent students abroad. For three of the 27 "
        "trials no effect was reported, and the authors of the collection entered zero."
    )
    caption = _("The same trials as numbers, the most precise first")
    return f"{chart}{table(pd.DataFrame(rows), caption)}<p>{escape(note)}</p>"


def _signed(value: float) -> str:
    return number(value, ".2f").replace("-", "−")
