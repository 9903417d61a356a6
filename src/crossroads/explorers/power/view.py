"""The result, and the sentence that sums it up."""

from __future__ import annotations

from typing import Any

from ...i18n import _
from .._shell import Explorer
from .choices import Choices
from .controls import controls
from .corridor import energy, hours, loads, megawatts, revenue, season, tariffs
from .corridor_view import corners, energy_chart, revenue_chart, span_words, summary
from .pandas_code import code
from .record_view import record_chart, record_table, record_words


def view(choices: Choices) -> str:
    """Energy and revenue as ranges, what they rest on, the four corners, and the record."""
    return "".join(
        (
            energy_chart(choices),
            revenue_chart(choices),
            summary(choices),
            corners(choices),
            record_chart(choices),
            record_table(choices),
        )
    )


def describe(choices: Choices) -> str:
    """The two ranges with their conditions, and where the record ends or repeats itself."""
    low, high = energy(choices)
    least, most = revenue(choices)
    head = _(
        "{capacity:,} MW at {load} % of full load, {season} ({hours:,} hours), is {energy} GWh; at "
        "{tariff} US cents per kWh it earns {revenue} million US$",
        capacity=megawatts(choices),
        load=span_words(*loads(choices), ",g"),
        season=season(choices),
        hours=hours(choices),
        energy=span_words(low, high, ",.0f"),
        tariff=span_words(*tariffs(choices), ",g"),
        revenue=span_words(least, most, ",.1f"),
    )
    return f"{head}; {record_words(choices)}."


def power_corridor(**choices: Any) -> Explorer:
    """Turn a capacity into energy and revenue as ranges; start with any of the choices as given."""
    return Explorer(_("Power corridor"), Choices(**choices), controls, view, describe, code)
