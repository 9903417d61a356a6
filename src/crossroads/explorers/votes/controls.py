"""The controls of each view."""

from __future__ import annotations

from ...i18n import _
from .._shell import Control, worded
from .agreement import issue_names, names
from .choices import FIRST, LAST, MOST_LINES, PERIODS, TOPICS, Choices
from .labels import issue_name


def controls(choices: Choices) -> list[Control]:
    """Return the controls that the view needs."""
    named = [list(pair_) for pair_ in names().items()]
    base = "TJK" if choices.show == "issues" else choices.base
    every: dict[str, Control] = {
        "base": {"kind": "select", "label": _("State"), "options": named},
        "others": {
            "kind": "checks",
            "label": _("Compare with (up to {n})", n=MOST_LINES),
            "options": [option for option in named if option[0] != base],
            "most": MOST_LINES,
            "inline": True,
        },
        "window": {"kind": "slider", "label": _("Years combined"), "min": 1, "max": 7},
        "start": {"kind": "slider", "label": _("Compare"), "min": FIRST, "max": LAST},
        "end": {"kind": "slider", "label": _("with"), "min": FIRST, "max": LAST},
        "half": {
            "kind": "toggle",
            "label": _("Count “abstain” against “yes” or “no” as half a match"),
        },
        "weak": {"kind": "toggle", "label": _("Show years with few shared votes")},
        "issue": {
            "kind": "select",
            "label": _("Issue"),
            "options": [[i, issue_name(i)] for i in issue_names()],
        },
        "period": {"kind": "radios", "label": _("Period"), "options": [[p, p] for p in PERIODS]},
        "year": {"kind": "slider", "label": _("Year"), "min": FIRST, "max": LAST},
        "threshold": {
            "kind": "slider",
            "label": _("Connect countries that agree at least"),
            "min": 40,
            "max": 100,
            "unit": _("%"),
        },
        "points_year": {"kind": "slider", "label": _("Year"), "min": 1991, "max": 2023},
        "topic": {
            "kind": "select",
            "label": _("Topic"),
            "options": worded(TOPICS),
        },
    }
    wanted = {
        "years": ["base", "others", "start", "end", "window", "half", "weak"],
        "issues": ["issue", "period", "others"],
        "network": ["threshold", "year", "window", "base", "half"],
        "points": ["base", "others", "points_year"],
        "recent": ["base", "others", "half"],
        "key": ["topic", "base", "others"],
    }[choices.show]
    return [{"field": name, **every[name]} for name in wanted]
