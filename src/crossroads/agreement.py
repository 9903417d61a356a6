"""The article's claims: the five kinds, and how far two people agree in sorting them."""

from __future__ import annotations

from collections.abc import Mapping

from .i18n import N_

#: The five kinds of claim, each with the question that finds it.
KINDS = {
    N_("descriptive"): N_("says what is or was: could a camera, a count or a document show it?"),
    N_("causal"): N_("says why, what for, or what leads to what"),
    N_("evaluative"): N_("judges: important, central, good, bad"),
    N_("predictive"): N_("says what will, could or can happen"),
    N_("normative"): N_("says what should be done"),
}


def kappa(first: Mapping[str, str], second: Mapping[str, str]) -> float:
    """Cohen's kappa: agreement between two sorters, beyond what chance alone would give.

    ``first`` and ``second`` map a claim's id to its kind; only ids that both sorted count.
    Returns 1 for full agreement, 0 for chance level, below 0 for less than chance, and NaN where
    it isn't defined: with nothing in common, or when both use one single kind throughout.
    Formula: (p_o - p_e) / (1 - p_e), Cohen (1960), Educational and Psychological Measurement 20.
    """
    both = first.keys() & second.keys()
    n = len(both)
    if not n:
        return float("nan")
    observed = sum(first[i] == second[i] for i in both) / n
    kinds = {first[i] for i in both} | {second[i] for i in both}
    expected = sum(
        sum(first[i] == k for i in both) * sum(second[i] == k for i in both) for k in kinds
    ) / (n * n)
    if expected == 1:
        return float("nan")
    return (observed - expected) / (1 - expected)
