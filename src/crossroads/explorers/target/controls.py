"""The controls of the target lab."""

from __future__ import annotations

from ...i18n import _
from .._shell import Control, worded
from .choices import FIRST, LAST, LONGEST, MEASURES, PASTS, PRICES, TRENDS, Choices


def controls(choices: Choices) -> list[Control]:
    """Measure, baseline, horizon, prices; then what the simulation assumes."""
    found: list[Control] = [
        {
            "kind": "radios",
            "field": "measure",
            "label": _("Measure: trade with South Asia (World Bank)"),
            "options": worded(MEASURES),
        },
        {
            "kind": "radios",
            "field": "prices",
            "label": _("Prices"),
            "options": worded(PRICES),
        },
        {
            "kind": "radios",
            "field": "past",
            "label": _("Years to learn from"),
            "options": worded(PASTS),
        },
        {
            "kind": "radios",
            "field": "trend",
            "label": _("Trend assumed"),
            "options": worded(TRENDS),
        },
        {
            "kind": "slider",
            "field": "baseline",
            "label": _("Baseline year"),
            "min": FIRST,
            "max": LAST,
        },
        {
            "kind": "slider",
            "field": "horizon",
            "label": _("Time allowed"),
            "min": 1,
            "max": LONGEST,
            "unit": _("years"),
        },
        {
            "kind": "slider",
            "field": "noise",
            "label": _("Ups and downs"),
            "min": 0,
            "max": 200,
            "step": 10,
            "unit": _("% of the past spread"),
        },
    ]
    if choices.prices == "real":
        found.append(
            {
                "kind": "slider",
                "field": "inflation",
                "label": _("Prices rise by (an assumption, not data)"),
                "min": 0,
                "max": 10,
                "step": 0.5,
                "unit": _("% a year"),
            }
        )
    return found
