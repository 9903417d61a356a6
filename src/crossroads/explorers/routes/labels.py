"""Months, lengths and ways in words."""

from __future__ import annotations

from ...i18n import N_, _, number
from .choices import NAMES, SEA, SPEED, Choices
from .network import Leg, Route

_MONTHS = (
    *(N_("January {year}"), N_("February {year}"), N_("March {year}"), N_("April {year}")),
    *(N_("May {year}"), N_("June {year}"), N_("July {year}"), N_("August {year}")),
    *(N_("September {year}"), N_("October {year}"), N_("November {year}")),
    N_("December {year}"),
)
MODES = {"road": N_("road"), "rail": N_("railway"), "sea": N_("sea")}
STATUS = {"closed": N_("closed"), "limited": N_("limited"), "unknown": N_("unknown")}


def month_words(month: str) -> str:
    """2025-10 as October 2025."""
    year, number_of = month.split("-")
    return _(_MONTHS[int(number_of) - 1], year=year)


def kilometres(km: float) -> str:
    """Return a length with its unit."""
    return _("{km:,.0f} km", km=km)


def hours(route: Route, choices: Choices) -> str:
    """Return the hours of a route with their unit."""
    return _("{hours:,.0f} hours", hours=route.hours(choices.border))


def ends(leg: Leg) -> str:
    """Return a way by its two ends."""
    return f"{_(NAMES[leg.a])} – {_(NAMES[leg.b])}"


def by_places(route: Route) -> str:
    """Return a route as the places that it passes."""
    return " – ".join(_(NAMES[place]) for place in route.places)


def goal(choices: Choices) -> str:
    """Return what the choices want to reach."""
    return _("the sea") if choices.goal == SEA else _(NAMES[choices.goal])


def measured(route: Route, choices: Choices) -> str:
    """Length, borders and hours of a route in a line."""
    return _(
        "{km}, borders: {borders}, about {hours} at {speed} km an hour with {border} hours for "
        "each border",
        km=kilometres(route.km),
        borders=len(route.borders),
        hours=hours(route, choices),
        speed=SPEED,
        border=number(choices.border, "g"),
    )
