"""Items that a person should look at, and why."""

from __future__ import annotations

import pandas as pd

from .conventions import (
    MANY_BLANK,
    MANY_NOT_REACHED,
    MIN_CORRELATION,
    MIN_UNUSED,
    TOO_EASY,
    TOO_HARD,
)
from .formatting import interval, percent


def to_look_at(
    items: pd.DataFrame,
    difficulty: pd.DataFrame,
    discrimination: pd.DataFrame,
    frequencies: pd.DataFrame,
    nonresponse: pd.DataFrame,
) -> pd.DataFrame:
    """Items that a person should look at: one row a reason, with item, sign and reason in words.

    ``sign`` is wrong key, negative, too easy, too hard, unused option, skipped or not reached.
    A flag means "look again", not "this question is bad".
    """
    found = []
    for item, about in items.iterrows():
        options = frequencies[frequencies["item"] == item]
        by_hand = bool(about.get("by_hand", False))
        signs = [
            *_key_signs(options[~options["option"].isin(["none", "other"])]),
            *_spread_signs(difficulty.loc[item], discrimination.loc[item], by_hand),
            *_blank_signs(nonresponse.loc[item]),
        ]
        found += [{"item": item, "sign": sign, "reason": reason} for sign, reason in signs]
    return pd.DataFrame(found, columns=["item", "sign", "reason"])


def _key_signs(options: pd.DataFrame) -> list[tuple[str, str]]:
    signs = []
    right, wrong = options[options["in_key"]], options[~options["in_key"]]
    if len(right) and len(wrong) and right["top"].notna().all():
        key, rival = right.loc[right["top"].idxmin()], wrong.loc[wrong["top"].idxmax()]
        if rival["top"] > key["top"] + 1e-9:
            what = f"{rival['option']} ({rival['misconception'] or 'no misconception named'})"
            signs.append(
                (
                    "wrong key",
                    f"The key may be wrong: of the top third, {percent(rival['top'])} chose {what} "
                    f"and {percent(key['top'])} chose {key['option']}, which counts as right.",
                )
            )
    unused = options[(options["count"] == 0) & (options["n"] >= MIN_UNUSED)]
    if len(unused):
        names = [
            f"{o['option']} ({o['misconception']})" if o["misconception"] else o["option"]
            for _, o in unused.iterrows()
        ]
        signs.append(
            (
                "unused option",
                f"None of {unused['n'].iloc[0]} students chose {', '.join(names)}: an option "
                "that nobody chooses only takes time to read.",
            )
        )
    return signs


def _spread_signs(
    difficulty: pd.Series, discrimination: pd.Series, by_hand: bool
) -> list[tuple[str, str]]:
    signs = []
    share, n = difficulty["share"], int(difficulty["n"])
    if n < MIN_CORRELATION:
        return []
    if discrimination["r"] < 0:
        chance = (
            "Even its whole interval is below 0."
            if discrimination["high"] < 0
            else f"With {int(discrimination['n'])} students this may be chance."
        )
        signs.append(
            (
                "negative",
                "Students who do well on the other questions do worse on this one (correlation "
                f"{discrimination['r']:.2f}, {interval(discrimination, '.2f')}). {chance} "
                + ("Check its rubric." if by_hand else "Check its key and its wording."),
            )
        )
    got = f"the class got {percent(share)} of its points ({interval(difficulty, '.0%')})"
    if share >= TOO_EASY:
        signs.append(("too easy", f"Too easy to tell students apart: {got}."))
    elif share <= TOO_HARD:
        signs.append(("too hard", f"Too hard to tell students apart: {got}."))
    return signs


def _blank_signs(nonresponse: pd.Series) -> list[tuple[str, str]]:
    signs = []
    if nonresponse["n"] < MIN_CORRELATION:
        return []
    if nonresponse["left_out"] >= MANY_BLANK:
        share = percent(nonresponse["left_out"])
        signs.append(("skipped", f"{share} skipped it but answered a later question."))
    if nonresponse["not_reached"] >= MANY_NOT_REACHED:
        share = percent(nonresponse["not_reached"])
        signs.append(
            ("not reached", f"{share} answered neither this question nor any after it: too long?")
        )
    return signs
