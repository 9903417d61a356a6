"""The partner scorecard: criteria, weights and a way to normalise decide who comes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, number
from ..tables import load
from ..web.html import Html, table
from ._code import literal, program
from ._shell import Control, Explorer, worded

PARTNERS = {"IND": N_("India"), "PAK": N_("Pakistan"), "AFG": N_("Afghanistan")}
DRAWS = 10_000
SEED = 2026
SOURCE = N_(
    "World Bank, WDI; CIA World Factbook; UN General Assembly roll calls (Voeten); "
    "Correlates of War IGO v3.0. Retrieved 2026-11-23."
)


@dataclass(frozen=True)
class Criterion:
    """A measure of a partner: its unit, and whether more of it counts as better."""

    label: str
    unit: str
    more_is_better: bool = True


#: What can be asked of a partner. None of it is "how good a partner is": each is a stand-in.
CRITERIA = {
    "market": Criterion(N_("Size of the economy (GDP)"), N_("billion US$")),
    "income": Criterion(N_("Income per person (GDP per head, 2015 prices)"), N_("US$")),
    "distance": Criterion(N_("Distance between capitals"), N_("km"), more_is_better=False),
    "border": Criterion(N_("Land border with Tajikistan"), N_("km")),
    "votes": Criterion(N_("Agreement with Tajikistan in the UN General Assembly"), N_("%")),
    "forums": Criterion(N_("Organisations shared with Tajikistan"), N_("organisations")),
}
METHODS = {
    "range": N_("worst = 0, best = 100"),
    "share": N_("share of the best (best = 100)"),
    "rank": N_("ranks (last = 0, first = 100)"),
}


@dataclass(frozen=True)
class Choices:
    """The weight of each criterion (0 to 5; 1 where none is given) and the normalisation."""

    weights: dict[str, float] = field(default_factory=dict)
    method: str = "range"


@cache
def measures() -> pd.DataFrame:
    """Return each criterion's value for each partner, with its year: criterion, iso3, value, year.

    The latest year that a partner has; Afghanistan's economy is a year older than the others'.
    """
    indicators = load("indicators").query("iso3 in @PARTNERS").sort_values("year")

    def latest(name: str, divide: float) -> pd.DataFrame:
        last = indicators[indicators["indicator"] == name].groupby("iso3").tail(1)
        return last[["iso3", "year"]].assign(value=last["value"] / divide)

    far = load("distances").query("iso3_a == 'TJK' or iso3_b == 'TJK'")
    far = far.assign(iso3=far["iso3_a"].where(far["iso3_a"] != "TJK", far["iso3_b"]))
    near = load("borders").query("iso3 == 'TJK'").set_index("neighbour_iso3")["border_km"]
    votes = load("un_agreement").query("iso3_a == 'TJK' and iso3_b in @PARTNERS and year == 2019")
    forums = load("shared_igos").query("iso3_a == 'TJK' and iso3_b in @PARTNERS and year == 2014")
    found = {
        "market": latest("gdp_current_usd", 1e9),
        "income": latest("gdp_per_capita_constant_2015_usd", 1),
        "distance": far.rename(columns={"capital_distance_km": "value"}),
        # The list of borders is complete: a neighbour that isn't on it has none.
        "border": pd.DataFrame({"iso3": list(PARTNERS)}).assign(
            value=[float(near.get(code, 0)) for code in PARTNERS]
        ),
        "votes": votes.rename(columns={"iso3_b": "iso3", "agreement_pct": "value"}),
        "forums": forums.rename(columns={"iso3_b": "iso3", "shared_igos": "value"}),
    }
    rows = [
        frame[frame["iso3"].isin(list(PARTNERS))]
        .reindex(columns=["iso3", "value", "year"])
        .astype({"value": "float64", "year": "Int64"})
        .assign(criterion=criterion)
        for criterion, frame in found.items()
    ]
    return pd.concat(rows, ignore_index=True)


@cache
def points(method: str) -> pd.DataFrame:
    """Return every criterion as 0 to 100 points, more always better.

    The rows are partners, the columns criteria.

    ``range``: (value - worst) / (best - worst). ``share``: value / best, or best / value where
    less is better. ``rank``: first 100, last 0, ties halfway.
    """
    wide = measures().pivot(index="iso3", columns="criterion", values="value")
    wide = wide.loc[list(PARTNERS), list(CRITERIA)]
    return wide.apply(lambda column: _normalised(column, CRITERIA[str(column.name)], method))


def _normalised(values: pd.Series, criterion: Criterion, method: str) -> pd.Series:
    if method == "rank":
        place = values.rank(ascending=criterion.more_is_better)
        return (place - 1) / (len(values) - 1) * 100
    if method == "share":
        share = values / values.max() if criterion.more_is_better else values.min() / values
        return share * 100
    scaled = (values - values.min()) / (values.max() - values.min()) * 100
    return scaled if criterion.more_is_better else 100 - scaled


def weights(choices: Choices) -> dict[str, float]:
    """Return each criterion's weight, as chosen or 1."""
    return {name: float(choices.weights.get(name, 1)) for name in CRITERIA}


def scores(choices: Choices) -> pd.Series:
    """Return each partner's weighted mean of points, 0 to 100, best first.

    They are NaN when all weights are 0.
    """
    chosen = pd.Series(weights(choices))
    # 0 / 0 is NaN, which is just what a score without any weight is.
    mean = points(choices.method) @ chosen / chosen.sum()
    return mean.rename(index=_partners()).sort_values(ascending=False)


def _partners() -> dict[str, str]:
    return {code: _(name) for code, name in PARTNERS.items()}


@cache
def _random_weights() -> np.ndarray[Any, np.dtype[np.float64]]:
    """Weights drawn evenly from all that add up to 1 (a flat Dirichlet), the same each time."""
    return np.random.default_rng(SEED).dirichlet(np.ones(len(CRITERIA)), size=DRAWS)


@by_language
def wins(method: str) -> pd.Series:
    """Return how often each partner comes first under random weights, in per cent of the draws.

    All criteria take part, whatever weights are chosen. A tie for the first place is shared.
    """
    drawn = _random_weights() @ points(method).to_numpy().T
    first = np.isclose(drawn, drawn.max(axis=1, keepdims=True))
    share = (first / first.sum(axis=1, keepdims=True)).mean(axis=0) * 100
    return pd.Series(share, index=list(_partners().values()))


def controls(choices: Choices) -> list[Control]:
    """Return the normalisation, and a weight for each criterion."""
    return [
        {
            "kind": "radios",
            "field": "method",
            "label": _("Make criteria comparable by"),
            "options": worded(METHODS),
        },
        *(
            {
                "kind": "slider",
                "field": "weights",
                "key": name,
                "label": _("Weight: {criterion}", criterion=_(criterion.label)),
                "min": 0,
                "max": 5,
                "step": 1,
                "default": 1,
            }
            for name, criterion in CRITERIA.items()
        ),
    ]


def view(choices: Choices) -> str:
    """Return the ranking, how robust it is, and the values behind it."""
    ranking = scores(choices)
    chart = charts.bars(
        ranking.round(1),
        title=_("Score with your weights"),
        value_label=_("points, 0 to 100"),
        alt=describe(choices),
        source=_(SOURCE),
        whole=100,
        missing=_("no score"),
    )
    return chart + _wins_table(choices.method) + _value_table(choices)


def _wins_table(method: str) -> Html:
    share = wins(method)
    rows = pd.DataFrame(
        {
            _("Partner"): share.index,
            _("Comes first"): [_("{share:.0f} % of the draws", share=value) for value in share],
        }
    )
    return table(
        rows, _("Who comes first when the weights are drawn at random, {n:,} times", n=DRAWS)
    )


def _value_table(choices: Choices) -> Html:
    long = measures().set_index(["criterion", "iso3"])
    chosen = weights(choices)
    rows = []
    for name, criterion in CRITERIA.items():
        better = _("more is better") if criterion.more_is_better else _("less is better")
        row = {_("Criterion"): f"{_(criterion.label)}, {_(criterion.unit)} ({better})"}
        for code, partner in _partners().items():
            value, year = long.loc[(name, code), "value"], long.loc[(name, code), "year"]
            when = "" if pd.isna(year) else f" ({year})"
            row[partner] = _(
                "{value}; {points:.0f} points",
                value=number(value, ",.0f") + when,
                points=points(choices.method).at[code, name],
            )
        row[_("Weight")] = number(chosen[name], "g")
        rows.append(row)
    return table(pd.DataFrame(rows), _("Details: values (years) and points"))


def describe(choices: Choices) -> str:
    """Return who leads, by how much, and how often under random weights."""
    ranking = scores(choices)
    if ranking.isna().any():
        return _("All weights are 0: nothing counts, so there is no ranking.")
    first, second = ranking.index[:2]
    gap = ranking.iloc[0] - ranking.iloc[1]
    lead = (
        N_(
            "With your weights {first} and {second} share first place, with {score:.1f} of 100 "
            "points each. When the weights are drawn at random, {first} comes first in "
            "{often:.0f} % of the draws."
        )
        if gap < 0.05
        else N_(
            "With your weights {first} comes first, with {score:.1f} of 100 points ({gap:.1f} more "
            "than {second}). When the weights are drawn at random, {first} comes first in "
            "{often:.0f} % of the draws."
        )
    )
    often = wins(choices.method)[first]
    return _(lead, first=first, second=second, score=ranking.iloc[0], gap=gap, often=often)


#: The lines that put each criterion's newest value for each partner side by side.
_VALUES = """\
rows = cr.load("indicators").sort_values("year")
newest = rows.groupby(["indicator", "iso3"])["value"].last()
votes = cr.load("un_agreement").query("iso3_a == 'TJK' and year == 2019").set_index("iso3_b")
forums = cr.load("shared_igos").query("iso3_a == 'TJK' and year == 2014").set_index("iso3_b")
far = cr.load("distances").query("iso3_b == 'TJK'").set_index("iso3_a")
near = cr.load("borders").query("iso3 == 'TJK'").set_index("neighbour_iso3")
values = pd.DataFrame({
    "market": newest["gdp_current_usd"], "income": newest["gdp_per_capita_constant_2015_usd"],
    "distance": far["capital_distance_km"], "border": near["border_km"],
    "votes": votes["agreement_pct"], "forums": forums["shared_igos"],
}).loc[["IND", "PAK", "AFG"]].fillna(0).astype(float)"""
_POINTS = {
    "range": """\
points = (values - values.min()) / (values.max() - values.min()) * 100
points["distance"] = 100 - points["distance"]""",
    "share": """\
points = values / values.max() * 100
points["distance"] = values["distance"].min() / values["distance"] * 100""",
    "rank": """\
points = (values.rank() - 1) / 2 * 100
points["distance"] = 100 - points["distance"]""",
}


def code(choices: Choices) -> str:
    """Pandas lines that make the scores: values, points, and their weighted mean."""
    given = weights(choices)
    weighed = [
        f"weights = pd.Series({literal(given)})",
        'points["score"] = points @ weights / weights.sum()',
    ]
    same = len({*given.values()}) == 1 and any(given.values())
    return program(
        _VALUES,
        _POINTS[choices.method],
        *(['points["score"] = points.mean(axis=1)'] if same else weighed),
        'table = points.sort_values("score", ascending=False)',
    )


def scorecard(**choices: Any) -> Explorer:
    """Weigh the article's three partners; start with ``weights`` or ``method`` as given."""
    return Explorer(_("Partner scorecard"), Choices(**choices), controls, view, describe, code)
