"""The controls of the route finder."""

from __future__ import annotations

from ...i18n import _
from .._shell import Control, worded
from .choices import AIMS, CROSSINGS, ENDS, MEANS, MONTHS, NAMES, SEA, Choices
from .labels import month_words
from .network import states


def controls(choices: Choices) -> list[Control]:
    """Start, goal, what is closed; then by what, and what is to be least."""
    ends = [[code, _(NAMES[code])] for code in ENDS]
    return [
        {"kind": "select", "field": "start", "label": _("Start"), "options": ends},
        {
            "kind": "select",
            "field": "goal",
            "label": _("Destination"),
            "options": [[SEA, _("the sea: the nearest of four ports")], *ends],
        },
        {
            "kind": "select",
            "field": "month",
            "label": _("Closed at the end of"),
            "options": [[month, _month_option(month)] for month in MONTHS],
        },
        {
            "kind": "select",
            "field": "also",
            "label": _("Close one more"),
            "options": [["", _("none")], *([code, _(name)] for code, name in CROSSINGS.items())],
        },
        {
            "kind": "radios",
            "field": "aim",
            "label": _("The best route has"),
            "options": worded(AIMS),
        },
        {
            "kind": "radios",
            "field": "means",
            "label": _("Travel by"),
            "options": worded(MEANS),
        },
        {
            "kind": "slider",
            "field": "border",
            "label": _("Time at each border"),
            "min": 0,
            "max": 96,
            "step": 4,
            "unit": _("hours"),
        },
        {
            "kind": "toggle",
            "field": "doubtful",
            "label": _("Also exclude connections that are limited or unknown"),
        },
    ]


def _month_option(month: str) -> str:
    if not month:
        return _("no month: nothing is closed")
    shut = int((states(month)["status"] == "closed").sum())
    return _("{month} ({n} closed)", month=month_words(month), n=shut)
