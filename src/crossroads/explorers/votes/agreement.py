"""Agreement in votes: pure functions from choices to tables, from both sources."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ...i18n import by_language
from ...tables import load
from ...tables.wide import countries
from .choices import FIRST, LAST, RING, Choices, partners


@by_language
def names() -> dict[str, str]:
    """Return the 13 states' names by code, in the order of the network's ring."""
    return countries(RING)


def pair(a: str, b: str) -> str:
    """Return one name for a pair, whichever state comes first.

    In the data each pair stands once.
    """
    return "-".join(sorted((a, b)))


def _paired(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table of pairs, each with one name, and its votes where an abstention counts half.

    These are made from counts, so that nothing is rounded twice.
    """
    rows["pair"] = [pair(a, b) for a, b in zip(rows["iso3_a"], rows["iso3_b"], strict=True)]
    rows["half"] = (rows["votes_both_cast"] + rows["same_vote"] - rows["opposite_vote"]) / 2
    return rows


@cache
def _counts() -> pd.DataFrame:
    rows = _paired(load("un_agreement"))
    wide = rows.pivot(index="year", columns="pair", values=["votes_both_cast", "same_vote", "half"])
    return wide.astype(float).reindex(range(FIRST, LAST + 1))


@cache
def pooled(window: int) -> dict[str, pd.DataFrame]:
    """Votes summed over ``window`` years: rows last years, columns pairs.

    ``both``: votes that both cast; ``same``: the same vote, in per cent of them; ``half``: with
    half credit; ``common``: ``both`` in per cent of all roll calls. A year without a common vote,
    and one whose window would begin before the data, is missing.
    """
    counts = _counts()
    there = counts["votes_both_cast"].notna()
    sums = counts.rolling(window, min_periods=1).sum()
    there[there.index < FIRST + window - 1] = False
    both = sums["votes_both_cast"].where(there)
    calls = load("un_participation").query("iso3 == 'USA'").set_index("year")["roll_calls"]
    held = calls.astype(float).sort_index().rolling(window).sum()
    return {
        "both": both,
        "same": 100 * sums["same_vote"] / both,
        "half": 100 * sums["half"] / both,
        "common": 100 * both.div(held, axis=0),
    }


def lines(choices: Choices) -> pd.DataFrame:
    """Agreement of the base with each partner in per cent: rows years, columns codes."""
    found = pooled(choices.window)
    columns = {other: pair(choices.base, other) for other in partners(choices)}
    shown = found["half" if choices.half else "same"][list(columns.values())]
    if not choices.weak:
        shown = shown.where(found["common"][shown.columns] >= 50)
    return shown.set_axis(list(columns), axis=1)


def links(choices: Choices) -> list[tuple[str, str, float, bool]]:
    """Return the pairs at or above the threshold.

    Each has two codes, the agreement in per cent, and whether it's weak.
    """
    found = pooled(choices.window)
    agreed = found["half" if choices.half else "same"].loc[choices.year].to_dict()
    common = found["common"].loc[choices.year].to_dict()
    every = ((a, b, pair(a, b)) for i, a in enumerate(RING) for b in RING[i + 1 :])
    return [
        (a, b, agreed[key], common[key] < 50)
        for a, b, key in every
        if agreed[key] >= choices.threshold - 1e-9
    ]


def absent(choices: Choices) -> list[str]:
    """Return the states with no value for the network's year and window."""
    there = pooled(choices.window)["both"].loc[choices.year].dropna().index
    present = {code for key in there for code in key.split("-")}
    return [code for code in RING if code not in present]


@cache
def every_recent() -> pd.DataFrame:
    rows = _paired(load("un_agreement_to_2026"))
    rows["same"] = 100 * rows["same_vote"] / rows["votes_both_cast"]
    rows["half"] = 100 * rows["half"] / rows["votes_both_cast"]
    return rows.set_index(["year", "pair"])


def recent(choices: Choices) -> pd.DataFrame:
    """Agreement from the second source in per cent: rows the years 2019 to 2026, columns codes."""
    wide = every_recent()["half" if choices.half else "same"].astype(float).unstack()
    columns = {other: pair(choices.base, other) for other in partners(choices)}
    return wide.reindex(columns=list(columns.values())).set_axis(list(columns), axis=1)


def key_votes(choices: Choices) -> pd.DataFrame:
    """Return the key votes on a topic.

    The rows are resolutions in order of time, the columns the states' codes.
    """
    rows = load("un_key_votes").query("topic == @choices.topic")
    wide = rows.pivot(index=["date", "resolution", "title"], columns="iso3", values="vote")
    return wide.sort_index().reindex(columns=[choices.base, *partners(choices)])


@cache
def by_issue() -> pd.DataFrame:
    return load("un_agreement_by_issue").set_index(["issue", "period", "iso3_b"])


@cache
def issue_names() -> list[str]:
    return ["all", *sorted(set(by_issue().index.get_level_values("issue")) - {"all"})]


@cache
def every_point() -> pd.DataFrame:
    return load("un_ideal_points").set_index(["year", "iso3"]).astype(float)


def points(choices: Choices) -> pd.DataFrame:
    """Ideal points of the base and its partners in one year: columns low, mid, high."""
    codes = [choices.base, *partners(choices)]
    year = every_point().loc[choices.points_year].reindex(codes)
    columns = {"interval_low": "low", "ideal_point": "mid", "interval_high": "high"}
    return year[list(columns)].rename(columns=columns)
