"""The result, and the sentence that sums it up."""

from __future__ import annotations

from typing import Any

from ...i18n import _
from .._shell import Explorer
from .choices import VIEWS, Choices
from .controls import controls
from .corridor import energy, hours, loads, megawatts, revenue, season, tariffs
from .corridor_view import corners, energy_chart, revenue_chart, span_words, summary
from .pandas_code import code
from .record_view import record_chart, record_table, record_words


def view(choices: Choices) -> str:
    """Energy and revenue as ranges, what they rest on, the four corners; or the record."""
    if choices.show == "record":
        return record_chart(choices) + record_table(choices)
    return energy_chart(choices) + revenue_chart(choices) + summary(choices) + corners(choices)


def describe(choices: Choices) -> str:
    """Return the two ranges with their conditions; or where the record ends or repeats itself."""
    if choices.show == "record":
        return f"{record_words(choices)}."
    low, high = energy(choices)
    least, most = revenue(choices)
    return _(
        "{capacity:,} MW at {load} % of full load, {season} ({hours:,} hours), is {energy} GWh; at "
        "{tariff} US cents per kWh it earns {revenue} million US$.",
        capacity=megawatts(choices),
        load=span_words(*loads(choices), ",g"),
        season=season(choices),
        hours=hours(choices),
        energy=span_words(low, high, ",.0f"),
        tariff=span_words(*tariffs(choices), ",g"),
        revenue=span_words(least, most, ",.1f"),
    )


def power_corridor(show: str = "corridor", **choices: Any) -> Explorer:
    """Turn a capacity into energy and revenue as ranges, or (``"record"``) show what was recorded.

    Starts with any other choices as given. Raises ``KeyError`` for a view that doesn't exist.
    """
    return Explorer(_(VIEWS[show]), Choices(show, **choices), controls, view, describe, code)
