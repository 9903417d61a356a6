"""Intervals of 95 % for shares, correlations and reliability."""

from __future__ import annotations

import math
from statistics import NormalDist

from .conventions import MIN_CORRELATION

#: Standard errors on each side of an interval of 95 %.
Z = NormalDist().inv_cdf(0.975)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Return the interval of a mean share of ``n`` students, after Wilson (1927).

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
    """Return the interval of a correlation by Fisher's z (Fisher 1921, Metron 1).

    ``spread`` is the variance of z times n - 3: 1 for Pearson's r, 1.06 for rank correlations
    (Fieller, Hartley and Pearson 1957, Biometrika 44). Missing where r is 1 or -1 or n under 5.
    """
    if n < MIN_CORRELATION or math.isnan(r) or abs(r) > 1 - 1e-12:
        return math.nan, math.nan
    half = Z * math.sqrt(spread / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def feldt(alpha: float, n: int, k: int) -> tuple[float, float]:
    """Return the interval of Cronbach's alpha of ``n`` students and ``k`` items.

    1 - (1 - alpha) F, with n - 1 and (n - 1)(k - 1) degrees of freedom (Feldt 1965, Psychometrika
    30; Feldt, Woodruff and Salih 1987, Applied Psychological Measurement 11).
    """
    low, high = (1 - (1 - alpha) * f_quantile(p, n - 1, (n - 1) * (k - 1)) for p in (0.975, 0.025))
    return low, high


def f_quantile(p: float, d1: float, d2: float) -> float:
    """Return the quantile ``p`` of the F distribution with d1 and d2 degrees of freedom."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if _beta_share(middle, d1 / 2, d2 / 2) < p:
            low = middle
        else:
            high = middle
    return d2 * low / (d1 * (1 - low))


def _beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (DLMF 8.17.22)."""
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
