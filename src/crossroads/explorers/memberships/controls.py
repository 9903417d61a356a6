"""The controls of the map of memberships."""

from __future__ import annotations

from ...i18n import _
from ...tables import load
from .._shell import Control
from .choices import FIRST, LAST, ORGANISATIONS, Choices
from .standings import names


def controls(choices: Choices) -> list[Control]:
    """Organisation, year, states."""
    listed = load("organisations").set_index("code")["name"]
    return [
        {
            "kind": "select",
            "field": "organisation",
            "label": _("Organisation on the map"),
            "options": [[org, f"{org}: {_(str(listed[org]))}"] for org in ORGANISATIONS],
        },
        {
            "kind": "slider",
            "field": "year",
            "label": _("Year"),
            "min": FIRST,
            "max": LAST,
            "step": 1,
        },
        {
            "kind": "checks",
            "field": "states",
            "label": _("Countries to compare"),
            "options": [list(pair) for pair in names().items()],
            "inline": True,
        },
    ]
