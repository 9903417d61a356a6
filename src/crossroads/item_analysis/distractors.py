"""Distractors: who chose which option."""

from __future__ import annotations

import math

import pandas as pd

from .complete_cases import complete
from .conventions import MIN_GROUPS, THIRDS
from .score_groups import rest, thirds


def option_frequencies(
    points: pd.DataFrame, blank: pd.DataFrame, chosen: pd.DataFrame, options: pd.DataFrame
) -> pd.DataFrame:
    """Return which share of the students, and of each third, chose each option.

    ``options`` has columns item, option, text, in_key (whether it is right) and misconception.
    They come back with n, count, share, and the shares of the bottom, middle and top third by
    points on the other questions (missing with fewer than 9 students); then, of each item, a row
    "none" for no answer and one "other" for what can't be read as an option.
    """
    whole = complete(points)
    rows = []
    for item, own in options.groupby("item", sort=False):
        letters = chosen.loc[points[item].notna(), item]
        empty = blank.loc[letters.index, item].fillna(False).astype(bool)
        picked = {o: letters.fillna("").str.contains(o, regex=False) for o in own["option"]}
        picked |= {"none": empty, "other": letters.isna() & ~empty}
        known = own.set_index("option")
        third = None
        if item in whole and len(whole) >= MIN_GROUPS:
            third = thirds(rest(whole, item))
        for option, picks in picked.items():
            about = {"text": "", "in_key": False, "misconception": ""}
            about |= known.loc[option, list(about)].to_dict() if option in known.index else {}
            row = {"item": item, "option": option, **about, "n": len(picks)}
            row |= {"count": int(picks.sum()), "share": picks.mean() if len(picks) else math.nan}
            for name in THIRDS:
                row[name] = math.nan
                if third is not None and (third == name).any():
                    row[name] = picks[third.index[third == name]].mean()
            rows.append(row)
    columns = [*options.columns, "n", "count", "share", *THIRDS]
    return pd.DataFrame(rows, columns=columns)
