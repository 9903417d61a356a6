"""The controls of the basket builder."""

from __future__ import annotations

from ...i18n import _
from ...tables.wide import countries
from .._shell import Control, worded
from .choices import FIRST, GOODS, PARTNERS, SECTORS, Choices


def controls(choices: Choices) -> list[Control]:
    """Partner and sector, the sector's goods, and how much of the basket would go there."""
    names = countries(PARTNERS)
    return [
        {
            "kind": "radios",
            "field": "partner",
            "label": _("Sell to"),
            "options": [[code, names[code]] for code in PARTNERS],
        },
        {
            "kind": "radios",
            "field": "sector",
            "label": _("Choose from"),
            "options": worded(SECTORS),
        },
        {
            "kind": "checks",
            "field": "basket",
            "key": choices.sector,
            "label": _("Put into the basket"),
            "options": [[code, _(words)] for code, words in GOODS[choices.sector].items()],
            "default": FIRST[choices.sector],
        },
        {
            "kind": "slider",
            "field": "sent",
            "label": _("Share of the basket that goes to this partner (an assumption, not data)"),
            "min": 0,
            "max": 100,
            "step": 5,
            "unit": "%",
        },
    ]
