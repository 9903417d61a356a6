"""Parallel forms: whether two classes did equally well, and what lies in the forms themselves."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from .complete_cases import complete
from .formatting import table_of
from .intervals import Z


def parallel_forms(
    points: Mapping[str, pd.DataFrame], possible: Mapping[str, pd.Series], common: Collection[str]
) -> pd.DataFrame:
    """Return each form's n (students with every mark), mean and sd; common and other items.

    ``points`` and ``possible`` (the items' maxima) by form; ``common`` are the items that all forms
    share. All are shares of what can be earned. Common items say how far the groups themselves
    differ, since they are the same for both; what differs beyond that lies in the forms (Kolen and
    Brennan 2014, Test Equating, Scaling, and Linking, ch. 1 and 4).
    """
    rows: dict[str, dict[str, Any]] = {}
    for form, own in points.items():
        whole, most = complete(own), possible[form]
        totals = whole.sum(axis=1) / most.sum()
        shared = [item for item in own.columns if item in common]
        other = [item for item in own.columns if item not in common]
        rows[form] = {
            "n": len(whole),
            "mean": float(totals.mean()),
            "sd": float(totals.std()),
            "common": _share(whole[shared], most[shared]),
            "other": _share(whole[other], most[other]),
        }
    return table_of(rows, ["n", "mean", "sd", "common", "other"], "form")


def _share(points: pd.DataFrame, most: pd.Series) -> float:
    return float((points.sum(axis=1) / most.sum()).mean()) if len(most) else math.nan


def difference(found: pd.DataFrame, form: str, other: str) -> dict[str, float]:
    """Return how far two forms' means differ.

    The mean is the second form's minus the first's, with low and high ends.

    ``group`` is what the common items say of the groups, ``form`` what is left for the forms: how
    much easier the second one's other items are. The interval is Welch's, by the normal curve;
    it's missing for fewer than two students.
    """
    a, b = found.loc[form], found.loc[other]
    mean = float(b["mean"] - a["mean"])
    spread = math.nan
    if min(a["n"], b["n"]) > 1:
        spread = Z * math.sqrt(a["sd"] ** 2 / a["n"] + b["sd"] ** 2 / b["n"])
    group = float(b["common"] - a["common"])
    return {
        "mean": mean,
        "low": mean - spread,
        "high": mean + spread,
        "group": group,
        "form": float(b["other"] - a["other"]) - group,
    }
