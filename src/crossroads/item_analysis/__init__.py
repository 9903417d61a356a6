"""Item analysis: what a quiz's marks say about its questions, and how surely.

Pure functions on plain tables. ``points`` has a row a student and a column a question, in the
order of presentation, in points; missing means not marked, which is never zero. ``items`` has a
row a question (index: its id) with ``kind``, ``objective``, ``points`` (what can be earned) and
``key`` (the right letters). ``blank`` (true, false or missing) and ``chosen`` (letters; missing
where there are none that can be read) have the form of ``points``. Intervals are 95 %.

After Crocker and Algina (1986), Introduction to Classical and Modern Test Theory, and Allen and
Yen (1979), Introduction to Measurement Theory; other sources stand with each function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import pandas as pd

#: Fewer students than this: no correlation is shown; no groups by ability are formed; "never
#: chosen" says nothing; intervals are called wide.
MIN_CORRELATION, MIN_GROUPS, MIN_UNUSED, FEW = 5, 9, 20, 30
#: Conventions, not findings: when an item, or an objective, is worth a second look.
TOO_EASY, TOO_HARD, MANY_BLANK, MANY_NOT_REACHED, MASTERED = 0.9, 0.2, 0.15, 0.2, 0.7
#: Kelley (1939), The selection of upper and lower groups for the validation of test items,
#: Journal of Educational Psychology 30.
TAIL = 0.27
THIRDS = ("bottom", "middle", "top")
#: Standard errors on each side of an interval of 95 %.
Z = NormalDist().inv_cdf(0.975)


# -- who and what counts ---------------------------------------------------------------------------


def settled(points: pd.DataFrame) -> pd.DataFrame:
    """``points``, missing throughout for questions marked for fewer than half of the students.

    Those who left a written answer out have their zero at once; alone they would stand for all.
    """
    there = points[points.notna().any(axis=1)]
    made = points.astype(float)
    made.loc[:, there.notna().mean() < 0.5] = math.nan
    return made


def complete(points: pd.DataFrame) -> pd.DataFrame:
    """The part of ``points`` that totals can be made of: students with every settled question."""
    return settled(points).dropna(axis=1, how="all").dropna()


def rest(points: pd.DataFrame, item: str) -> pd.Series:
    """Each student's points on all other questions; ``points`` without missing values."""
    return points.drop(columns=item).sum(axis=1).round(9)


def standing(scores: pd.Series) -> pd.Series:
    """Where each score stands among all, from 0 (lowest) to 1; equal scores stand together."""
    return (scores.rank() - 0.5) / len(scores)


def thirds(scores: pd.Series) -> pd.Series:
    """Each student's third of the class: bottom, middle or top. Equal scores are never parted."""
    return (standing(scores) * 3).map(lambda place: THIRDS[min(int(place), 2)])


# -- intervals -------------------------------------------------------------------------------------


def wilson(share: float, n: int) -> tuple[float, float]:
    """The interval of a mean share of ``n`` students, after Wilson (1927).

    For right-or-wrong marks it is the score interval. A mean of partial credits varies less than
    that of all-or-nothing ones, so for those it is on the wide side, never too narrow.
    Wilson, Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    if not n or math.isnan(share):
        return math.nan, math.nan
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def fisher(r: float, n: int, spread: float = 1) -> tuple[float, float]:
    """The interval of a correlation by Fisher's z (Fisher 1921, Metron 1).

    ``spread`` is the variance of z times n - 3: 1 for Pearson's r, 1.06 for rank correlations
    (Fieller, Hartley and Pearson 1957, Biometrika 44). Missing where r is 1 or -1 or n under 5.
    """
    if n < MIN_CORRELATION or math.isnan(r) or abs(r) > 1 - 1e-12:
        return math.nan, math.nan
    half = Z * math.sqrt(spread / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def feldt(alpha: float, n: int, k: int) -> tuple[float, float]:
    """The interval of Cronbach's alpha of ``n`` students and ``k`` items.

    1 - (1 - alpha) F, with n - 1 and (n - 1)(k - 1) degrees of freedom (Feldt 1965, Psychometrika
    30; Feldt, Woodruff and Salih 1987, Applied Psychological Measurement 11).
    """
    low, high = (1 - (1 - alpha) * f_quantile(p, n - 1, (n - 1) * (k - 1)) for p in (0.975, 0.025))
    return low, high


def f_quantile(p: float, d1: float, d2: float) -> float:
    """The value below which a share ``p`` of the F distribution with d1 and d2 degrees lies."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if _beta_share(middle, d1 / 2, d2 / 2) < p:
            low = middle
        else:
            high = middle
    return d2 * low / (d1 * (1 - low))


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function by its continued fraction (DLMF 8.17.22)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
        + a * math.log(x)
        + b * math.log1p(-x)
        - math.log(a)
    )
    # From the last term back to the first; far more terms than double precision needs.
    fraction = 1.0
    for i in range(400, 0, -1):
        m, odd = divmod(i, 2)
        term = (
            -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1))
            if odd
            else m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m))
        )
        fraction = 1 + term * x / fraction
    return front / fraction


def correlation(a: pd.Series, b: pd.Series) -> float:
    """Pearson's r; missing where one of the two doesn't vary."""
    if len(a) < 2 or _constant(a) or _constant(b):
        return math.nan
    x, y = a - a.mean(), b - b.mean()
    r = float((x * y).sum() / math.sqrt((x * x).sum() * (y * y).sum()))
    return min(max(r, -1.0), 1.0)


def _constant(values: pd.Series) -> bool:
    return bool(values.max() - values.min() < 1e-9)


# -- items -----------------------------------------------------------------------------------------


def difficulty(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Of each item: n (students marked), share (mean share of its points), low and high.

    Of settled questions; n is 0 for others. The classical difficulty p, which is high where an
    item is easy (Crocker and Algina 1986, ch. 14); the interval is ``wilson``'s.
    """
    rows: dict[str, dict[str, Any]] = {}
    for item, column in settled(points).items():
        marks = column.dropna()
        share = float((marks / items.loc[item, "points"]).mean()) if len(marks) else math.nan
        low, high = wilson(share, len(marks))
        rows[item] = {"n": len(marks), "share": share, "low": low, "high": high}
    return _frame(rows, ["n", "share", "low", "high"])


def discrimination(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """How well each item tells apart who does well on the others from who doesn't.

    ``r`` with ``low`` and ``high``: the corrected item-total correlation, of an item with the sum
    of all others (for right-or-wrong items the point-biserial; Crocker and Algina 1986, ch. 14;
    interval by Fisher's z). ``upper_lower``: the mean share of its points in the upper 27 % by
    the other questions, less that in the lower 27 % (Kelley 1939). ``note`` says in words why
    something is missing.
    """
    whole = complete(points)
    n = len(whole)
    rows: dict[str, dict[str, Any]] = {}
    for item in points:
        row: dict[str, Any] = {
            "n": n,
            **dict.fromkeys(["r", "low", "high", "upper_lower"], math.nan),
            "note": "",
        }
        rows[item] = row
        if item not in whole:
            row |= {"n": 0, "note": "not marked yet for at least half of the students"}
            continue
        marks, others = whole[item], rest(whole, item)
        if n < MIN_CORRELATION:
            row["note"] = (
                f"{n} students have all their marks; fewer than {MIN_CORRELATION} say nothing"
            )
        elif _constant(marks):
            row["note"] = "undefined: everybody has the same points"
        elif _constant(others):
            row["note"] = "undefined: everybody has the same points on the other questions"
        else:
            row["r"] = correlation(marks, others)
            row["low"], row["high"] = fisher(row["r"], n)
            if n >= MIN_GROUPS:
                place, share = standing(others), marks / items.loc[item, "points"]
                upper, lower = share[place > 1 - TAIL], share[place < TAIL]
                row["upper_lower"] = upper.mean() - lower.mean()
            else:
                row["note"] = f"groups need {MIN_GROUPS} students"
    return _frame(rows, ["n", "r", "low", "high", "upper_lower", "note"])


def option_frequencies(
    points: pd.DataFrame, blank: pd.DataFrame, chosen: pd.DataFrame, options: pd.DataFrame
) -> pd.DataFrame:
    """Which share of the students, and of each third, chose each option.

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


def not_reached(blank: pd.DataFrame) -> pd.DataFrame:
    """Whether a student answered neither this item nor any after it.

    As in Ludlow and O'Leary (1999), Educational and Psychological Measurement 59: blanks after
    the last answer are taken for not reached, blanks before it for left out.
    """
    empty = blank.astype("boolean").fillna(True).astype(bool)
    after = empty.loc[:, ::-1].cumprod(axis=1).loc[:, ::-1].astype(bool)
    return after & blank.notna()


def nonresponse(blank: pd.DataFrame) -> pd.DataFrame:
    """Of each item: n (students of whom it is known), left_out and not_reached, both as shares."""
    late = not_reached(blank)
    rows: dict[str, dict[str, Any]] = {}
    for item in blank:
        known = blank[item].dropna().astype(bool)
        end = late.loc[known.index, item]
        rows[item] = {"n": len(known), "left_out": (known & ~end).mean(), "not_reached": end.mean()}
    return _frame(rows, ["n", "left_out", "not_reached"])


def time_order(difficulty: pd.DataFrame, nonresponse: pd.DataFrame) -> pd.DataFrame:
    """Whether points fall and blanks grow along the quiz: Spearman's rank correlations.

    Of ``share`` (of points) and ``blank`` (left out or not reached) with an item's place:
    n (items), r, low, high. Missing with fewer than 5 items, or where nothing varies.
    """
    blank = nonresponse["left_out"] + nonresponse["not_reached"]
    rows: dict[str, dict[str, Any]] = {}
    for name, values in {"share": difficulty["share"], "blank": blank}.items():
        values = values.dropna().round(9)
        place = pd.Series(range(len(values)), values.index, dtype=float)
        r = math.nan
        if len(values) >= MIN_CORRELATION:
            r = correlation(values.rank(), place)
        low, high = fisher(r, len(values), 1.06)
        rows[name] = {"n": len(values), "r": r, "low": low, "high": high}
    return _frame(rows, ["n", "r", "low", "high"])


# -- the whole quiz --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reliability:
    """What the totals are worth: n students, k items, mean and SD in points, alpha, SEM.

    Missing numbers are NaN; ``sem`` is the standard error of measurement in points.
    """

    n: int
    items: int
    mean: float
    sd: float
    alpha: float
    low: float
    high: float
    sem: float


def reliability(points: pd.DataFrame) -> Reliability:
    """Cronbach's alpha of the complete part of ``points``, with interval, SD and SEM.

    alpha = k / (k - 1) * (1 - sum of item variances / variance of totals) (Cronbach 1951,
    Psychometrika 16), with ``feldt``'s interval. SEM = SD * sqrt(1 - alpha) (Allen and Yen 1979,
    ch. 4); missing where alpha is negative. All three are missing with fewer than 5 students.
    """
    whole = complete(points)
    n, k = whole.shape
    totals = whole.sum(axis=1)
    mean = float(totals.mean()) if n else math.nan
    sd = float(totals.std(ddof=1)) if n > 1 else math.nan
    nothing = Reliability(n, k, mean, sd, *[math.nan] * 4)
    if n < MIN_CORRELATION or k < 2 or _constant(totals):
        return nothing
    alpha = k / (k - 1) * (1 - float(whole.var(ddof=1).sum()) / sd**2)
    # Rounding must not decide whether items without any relation have a SEM.
    alpha = 0.0 if abs(alpha) < 1e-12 else alpha
    sem = sd * math.sqrt(1 - alpha) if alpha >= 0 else math.nan
    return Reliability(n, k, mean, sd, alpha, *feldt(alpha, n, k), sem)


def distribution(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """How many students have which total: ten classes of equal width, in points.

    Columns from_points, to_points (not included, but for the last), students; of the complete
    part of ``points``.
    """
    whole = complete(points)
    possible = float(items.loc[list(whole.columns), "points"].sum())
    place = (whole.sum(axis=1).round(9) * 10 // possible).clip(0, 9)
    return pd.DataFrame(
        {
            "from_points": [possible * i / 10 for i in range(10)],
            "to_points": [possible * (i + 1) / 10 for i in range(10)],
            "students": [int((place == i).sum()) for i in range(10)],
        }
    )


def mastery(points: pd.DataFrame, items: pd.DataFrame, threshold: float = MASTERED) -> pd.DataFrame:
    """Each student's share of the points on each objective's items, of those that are settled.

    One row a student and objective: points, possible (both of marked items), waiting (items not
    marked), share, and mastered (share at least ``threshold``; missing without a mark).
    """
    rows, certain = [], settled(points)
    for objective, own in items.loc[list(points.columns)].groupby("objective"):
        marks = certain[list(own.index)]
        earned, possible = marks.sum(axis=1), marks.notna().mul(own["points"]).sum(axis=1)
        for student in points.index:
            base = possible[student]
            share = earned[student] / base if base else math.nan
            row = {"student_id": student, "objective": objective, "points": earned[student]}
            row |= {"possible": base, "waiting": int(marks.loc[student].isna().sum())}
            done = share >= threshold - 1e-9 if base else None
            rows.append(row | {"share": share, "mastered": done})
    columns = ["student_id", "objective", "points", "possible", "waiting", "share", "mastered"]
    return pd.DataFrame(rows, columns=columns).astype({"mastered": "boolean"})


def class_mastery(mastery: pd.DataFrame) -> pd.DataFrame:
    """Of each objective: n, mean share of points, and the share who mastered it with interval."""
    rows: dict[str, dict[str, Any]] = {}
    for objective, own in mastery.dropna(subset=["share"]).groupby("objective"):
        mastered = float(own["mastered"].astype(float).mean())
        low, high = wilson(mastered, len(own))
        rows[objective] = {"n": len(own), "share": own["share"].mean(), "mastered": mastered}
        rows[objective] |= {"low": low, "high": high}
    return _frame(rows, ["n", "share", "mastered", "low", "high"], "objective")


# -- items to look at ------------------------------------------------------------------------------


def to_look_at(
    items: pd.DataFrame,
    difficulty: pd.DataFrame,
    discrimination: pd.DataFrame,
    frequencies: pd.DataFrame,
    nonresponse: pd.DataFrame,
) -> pd.DataFrame:
    """Items that a person should look at: one row a reason, with item, sign and reason in words.

    ``sign`` is wrong key, negative, too easy, too hard, unused option, left out or not reached.
    A sign is a reason to read the question again, no verdict on it.
    """
    found = []
    for item, about in items.iterrows():
        options = frequencies[frequencies["item"] == item]
        signs = [
            *_key_signs(options[~options["option"].isin(["none", "other"])]),
            *_spread_signs(difficulty.loc[item], discrimination.loc[item], about["kind"]),
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
                f"Nobody of {unused['n'].iloc[0]} chose {', '.join(names)}: "
                "an option that tempts nobody only takes time to read.",
            )
        )
    return signs


def _spread_signs(
    difficulty: pd.Series, discrimination: pd.Series, kind: str
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
                f"Who does well on the other questions does worse on this one (correlation "
                f"{discrimination['r']:.2f}, {interval(discrimination, '.2f')}). {chance} "
                + ("Check its key and its wording." if kind != "text" else "Check its rubric."),
            )
        )
    got = f"the class got {percent(share)} of its points ({interval(difficulty, '.0%')})"
    if share >= TOO_EASY:
        signs.append(("too easy", f"Too easy to tell much about anybody: {got}."))
    elif share <= TOO_HARD:
        signs.append(("too hard", f"Too hard to tell much about anybody: {got}."))
    return signs


def _blank_signs(nonresponse: pd.Series) -> list[tuple[str, str]]:
    signs = []
    if nonresponse["n"] < MIN_CORRELATION:
        return []
    if nonresponse["left_out"] >= MANY_BLANK:
        share = percent(nonresponse["left_out"])
        signs.append(("left out", f"{share} left it out but answered a later question."))
    if nonresponse["not_reached"] >= MANY_NOT_REACHED:
        share = percent(nonresponse["not_reached"])
        signs.append(
            ("not reached", f"{share} answered neither this question nor any after it: too long?")
        )
    return signs


# -- another key -----------------------------------------------------------------------------------


def marked(chosen: pd.Series, blank: pd.Series, kind: str, key: str, possible: float) -> pd.Series:
    """The points that letters earn under a key, by the rules of ``crossroads.answers``.

    ``key`` is a string of letters: of a ``single`` item any of them is right, of a ``multiple``
    all of them together are. "all" gives everybody all points. Missing where an answer can't be
    read.
    """
    if key == "all":
        return pd.Series(float(possible), chosen.index)
    right = set(key)

    def earned(letters: str) -> float:
        given = set(letters)
        if kind == "single":
            return float(possible) if given & right else 0.0
        share = (len(given & right) - len(given - right)) / len(right)
        return round(possible * max(share, 0.0), 2)

    found = chosen.map(earned, na_action="ignore").astype(float)
    return found.mask(chosen.isna() & blank.fillna(False).astype(bool), 0.0)


def rekeyed(
    points: pd.DataFrame,
    blank: pd.DataFrame,
    chosen: pd.DataFrame,
    items: pd.DataFrame,
    keys: dict[str, str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What other keys would do: the points as they'd be, and who'd gain or lose what.

    The second table has a row for each student and item with other points, or whose points stay
    for a reason: student_id, item, before, after, change, note. Points that the old key doesn't
    explain were given by a person, and stay.
    """
    changed, rows = points.copy(), []
    for item, key in keys.items():
        kind, possible = items.loc[item, "kind"], items.loc[item, "points"]
        before = points[item]
        answers = (chosen[item], blank[item], kind)
        old = marked(*answers, items.loc[item, "key"], possible)
        new = marked(*answers, key, possible)
        for student in before.dropna().index:
            note, after = "", new[student]
            if pd.isna(after):
                note, after = (
                    "the answer isn't a plain line: grading again will tell",
                    before[student],
                )
            elif pd.notna(old[student]) and abs(old[student] - before[student]) > 0.006:
                note, after = "marked by a person: stays", before[student]
            changed.loc[student, item] = after
            change = round(after - before[student], 9)
            if change or note:
                row = {"student_id": student, "item": item, "before": before[student]}
                rows.append(row | {"after": after, "change": change, "note": note})
    columns = ["student_id", "item", "before", "after", "change", "note"]
    return changed, pd.DataFrame(rows, columns=columns)


# -- words -----------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """A share as people write it, never broken over two lines: ``62 %``."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def interval(row: pd.Series, form: str) -> str:
    """The interval of a row with low and high: ``-0.21 to 0.40``."""
    write: Callable[[float], str] = percent if form == ".0%" else lambda x: format(x, form)
    return f"{write(row['low'])} to {write(row['high'])}"


def _frame(rows: dict[str, dict[str, Any]], columns: list[str], name: str = "item") -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.rename_axis(name)
