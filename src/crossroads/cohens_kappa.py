"""Cohen's kappa: how far two people agree who sort or mark the same things, beyond chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

Matrix = Sequence[Sequence[float]]

#: What a disagreement between two ranks counts by: its distance to this power.
POWERS = {"linear": 1, "quadratic": 2}


def kappa(first: Mapping[str, str], second: Mapping[str, str]) -> float:
    """Cohen's kappa: agreement between two sorters, beyond what chance alone would give.

    ``first`` and ``second`` map a claim's id to its kind; only ids that both sorted count.
    Returns 1 for full agreement, 0 for chance level, below 0 for less than chance, and NaN where
    it isn't defined: with nothing in common, or when both use one single kind throughout.
    Formula: (p_o - p_e) / (1 - p_e), Cohen (1960), Educational and Psychological Measurement 20.
    """
    both = sorted(first.keys() & second.keys())
    kinds = sorted({found[i] for found in (first, second) for i in both})
    place = {kind: n for n, kind in enumerate(kinds)}
    ours, theirs = ([place[found[i]] for i in both] for found in (first, second))
    same = [[float(i == j) for j in place.values()] for i in place.values()]
    return _kappa(ours, theirs, same)[0]


def weighted_kappa(
    first: Sequence[int], second: Sequence[int], levels: int, weights: str
) -> tuple[float, float]:
    """Weighted kappa of two markers' ranks, and its standard error; missing where undefined.

    1 less the ratio of the weighted disagreement to what chance would give, with weights |i - j|
    (``linear``) or (i - j)² (``quadratic``): Cohen (1968), Weighted kappa, Psychological Bulletin
    70. The error is the large-sample one of Fleiss, Cohen and Everitt (1969), Large sample standard
    errors of kappa and weighted kappa, Psychological Bulletin 72. Undefined where both markers
    gave one and the same level throughout.
    """
    ranks, far = range(levels), max(levels - 1, 1)
    # As shares of agreement: 1 for the same level, 0 for the two ends.
    agree = [[1 - (abs(i - j) / far) ** POWERS[weights] for j in ranks] for i in ranks]
    return _kappa(first, second, agree)


def enough(levels: int) -> int:
    """Return how many answers a kappa's interval takes: 2 k² for k levels.

    Cicchetti (1981), Testing the normal approximation and minimal sample size requirements of
    weighted kappa when the number of categories is large, Applied Psychological Measurement 5.
    """
    return 2 * levels**2


def _kappa(first: Sequence[int], second: Sequence[int], agree: Matrix) -> tuple[float, float]:
    """Kappa and its standard error, where ``agree`` says how far each pair of ranks agrees."""
    n, ranks = len(first), range(len(agree))
    if not n:
        return math.nan, math.nan
    # Counts are whole numbers: sums of them aren't rounded, so full agreement is exactly 1.
    counts = Counter(zip(first, second, strict=True))
    seen = sum(agree[i][j] * count for (i, j), count in counts.items()) / n
    rows, columns = ([Counter(given)[rank] for rank in ranks] for given in (first, second))
    chance = sum(rows[i] * agree[i][j] * columns[j] for i, j in product(ranks, ranks)) / n**2
    if chance > 1 - 1e-12:
        return math.nan, math.nan
    by_first = [sum(agree[i][j] * columns[j] for j in ranks) / n for i in ranks]
    by_second = [sum(rows[i] * agree[i][j] for i in ranks) / n for j in ranks]
    spread = sum(
        count / n * (agree[i][j] * (1 - chance) - (by_first[i] + by_second[j]) * (1 - seen)) ** 2
        for (i, j), count in counts.items()
    )
    spread -= (seen * chance - 2 * chance + seen) ** 2
    error = math.sqrt(max(spread, 0.0) / n) / (1 - chance) ** 2
    return (seen - chance) / (1 - chance), error
