"""Put money, shares, spans and prices in words."""

from __future__ import annotations

from ...i18n import _, ngettext, number
from .choices import Choices
from .simulation import known


def money(value: float) -> str:
    """Million US$ with one decimal, the minus sign a real one."""
    return number(value, ",.1f").replace("-", "−")


def per_cent(value: float, sign: str = "") -> str:
    return f"{number(value, f'{sign}.1f')} %".replace("-", "−")


def share_words(reached: float) -> str:
    """Return a share of the simulated paths.

    It is rounded to whole per cent, but never to certainty.
    """
    if reached in (0.0, 100.0):
        return _("none of the simulated paths") if reached == 0 else _("all simulated paths")
    if reached < 1:
        return _("fewer than 1 in 100 simulated paths")
    if reached > 99:
        return _("more than 99 in 100 simulated paths")
    return _("{n:.0f} in 100 simulated paths", n=reached)


def period(choices: Choices) -> str:
    years = known(choices).dropna().index
    return _("{low} to {high}", low=years[0], high=years[-1])


def span_words(years: int) -> str:
    return ngettext("{n} year", "{n} years", years)


def prices_words(choices: Choices, end: int) -> str:
    if choices.prices == "nominal":
        return _("nominal")
    return _(
        "in dollars of {year}, if prices rise by {rate:g} % a year",
        year=end,
        rate=choices.inflation,
    )
