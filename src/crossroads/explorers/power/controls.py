"""The controls of the power corridor."""

from __future__ import annotations

from ...i18n import _
from .._shell import Control, worded
from .choices import MONTHS, REPEATS, SERIES, WHAT, Choices
from .record import names


def controls(choices: Choices) -> list[Control]:
    """Return what carries the power, months, load factors, tariffs; or a series and its repeats."""
    return _record(choices) if choices.show == "record" else _corridor(choices)


def _corridor(choices: Choices) -> list[Control]:
    months = [[month, _(month)] for month in MONTHS]
    load_factor = {"kind": "slider", "min": 5, "max": 100, "step": 1, "unit": "%"}
    tariff = {"kind": "slider", "min": 1, "max": 10, "step": 0.05, "unit": _("US cents per kWh")}
    own: list[Control] = [
        {
            "kind": "slider",
            "field": "capacity",
            "label": _("My capacity"),
            "min": 50,
            "max": 5000,
            "step": 50,
            "unit": _("MW"),
        }
    ]
    return [
        {
            "kind": "select",
            "field": "what",
            "label": _("Capacity"),
            "options": worded(WHAT),
        },
        *(own if choices.what == "own" else []),
        {"kind": "select", "field": "first", "label": _("From month"), "options": months},
        {"kind": "select", "field": "last", "label": _("To month"), "options": months},
        {"field": "load_low", "label": _("Load factor, low"), **load_factor},
        {"field": "load_high", "label": _("Load factor, high"), **load_factor},
        {"field": "tariff_low", "label": _("Tariff, low"), **tariff},
        {"field": "tariff_high", "label": _("Tariff, high"), **tariff},
    ]


def _record(choices: Choices) -> list[Control]:
    repeats: list[Control] = [
        {
            "kind": "radios",
            "field": "repeats",
            "label": _("Repeated values"),
            "options": worded(REPEATS),
        }
    ]
    return [
        {
            "kind": "radios",
            "field": "series",
            "label": _("What to show"),
            "options": worded(SERIES),
        },
        {
            "kind": "select",
            "field": "country",
            "label": _("Country"),
            "options": [list(pair) for pair in names().items()],
        },
        *(repeats if choices.series != "share" else []),
    ]
