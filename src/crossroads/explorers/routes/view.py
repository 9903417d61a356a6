"""The result, and the sentence that sums it up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ...i18n import _, number, pgettext
from ...web.html import Html, table
from .._shell import Explorer
from .choices import CROSSINGS, NAMES, PORTS, SEA, Choices
from .controls import controls
from .labels import (
    MODES,
    STATUS,
    by_places,
    ends,
    goal,
    hours,
    kilometres,
    measured,
    month_words,
)
from .map import map_chart
from .network import Route, best, closed, detours, next_best, states, ways, worst
from .pandas_code import code


def view(choices: Choices) -> str:
    """Return the map, then tables of the two routes, the best one's legs and what is closed."""
    parts = [map_chart(choices, describe(choices))]
    if best(choices):
        parts += [_routes(choices), _legs(choices)]
    parts.append(_closures(choices))
    return "".join(parts)


def _routes(choices: Choices) -> Html:
    found = {_("best"): best(choices), _("next best"): next_best(choices)}
    rows = [
        {
            _("Route"): name,
            _("Via"): by_places(route),
            _("Length"): _length(route),
            _("Borders"): f"{len(route.borders)}: {', '.join(route.borders) or _('none')}",
            _("Time"): hours(route, choices),
        }
        for name, route in found.items()
        if route
    ]
    return table(pd.DataFrame(rows), _("The two routes on the map"))


def _length(route: Route) -> str:
    if not route.estimated_km:
        return kilometres(route.km)
    return _(
        "{km}, of which {part} estimated",
        km=kilometres(route.km),
        part=kilometres(route.estimated_km),
    )


def _legs(choices: Choices) -> Html:
    route, others = best(choices), detours(choices)
    assert route is not None
    rows = [
        {
            _("Leg"): f"{n}. {ends(leg)}",
            pgettext("heading over road, railway or sea", "By"): _(MODES[leg.mode]),
            _("Length"): kilometres(leg.km) + (f" ({_('estimated')})" if leg.estimated else ""),
            _("Border"): ", ".join(leg.borders) or _("none"),
            _("If this one closes, too"): _change(route, others[leg.edge], choices),
        }
        for n, leg in enumerate(route.legs, 1)
    ]
    return table(pd.DataFrame(rows), _("The best route, leg by leg"))


def _change(route: Route, other: Route | None, choices: Choices) -> str:
    """Return the route without one leg, in the measure that is minimised and in length."""
    if other is None:
        return _("no route is left")
    where = ""
    if choices.goal == SEA and other.places[-1] != route.places[-1]:
        where = " " + _("to {port}", port=_(NAMES[other.places[-1]]))
    more = number(other.km - route.km, "+,.0f")
    if choices.aim == "hours":
        longer = other.hours(choices.border) - route.hours(choices.border)
        return _("{more} hours, {km} km", more=number(longer, "+,.0f"), km=more) + where
    if choices.aim == "borders":
        longer = len(other.borders) - len(route.borders)
        return _("borders: {more}, {km} km", more=number(longer, "+,.0f"), km=more) + where
    return _("{km} km", km=more) + where


def _closures(choices: Choices) -> Html:
    rows = [
        {
            _("Connection"): ends(ways()[str(edge)]),
            _("Status"): _(STATUS[row["status"]]),
            _("Since"): row["since"],
            _("Last reported"): row["last_seen"],
            _("What the sources say"): row["what"],
            _("Source"): row["source"],
        }
        for edge, row in states(choices.month).iterrows()
    ]
    if choices.also:
        rows.append(
            {
                _("Connection"): ends(ways()[choices.also]),
                _("Status"): _("closed by you"),
                _("Since"): None,
                _("Last reported"): None,
                _("What the sources say"): _("a what-if, not a fact"),
                _("Source"): None,
            }
        )
    if not rows:
        return Html(f"<p>{_('Nothing is closed.')}</p>")
    caption = (
        _("What was not open at the end of {month}", month=month_words(choices.month))
        if choices.month
        else _("What is not open")
    )
    whole = table(pd.DataFrame(rows), caption)
    head = _("What is closed, limited or unknown, with the source for each connection")
    return Html(f"<details><summary>{head}</summary>{whole}</details>")


def describe(choices: Choices) -> str:
    """Return the best route in figures, the next best, and which single closure costs most."""
    start = _(NAMES[choices.start])
    goals = PORTS if choices.goal == SEA else (choices.goal,)
    if choices.start in goals:
        return _("Choose a destination that isn't where you start.")
    route = best(choices)
    if route is None and best(replace(choices, month="", also="")) is None:
        return _(
            "This network has no route from {start} to {goal} by these means, even with nothing "
            "closed. A route may still exist that the table doesn't list.",
            start=start,
            goal=goal(choices),
        )
    if route is None:
        return _(
            "With these closures ({n}), no route is left from {start} to {goal} in this network.",
            n=len(closed(choices)),
            start=start,
            goal=goal(choices),
        )
    words = _(
        "From {start} to {goal}: {measured}.",
        start=start,
        goal=_(NAMES[route.places[-1]]),
        measured=measured(route, choices),
    )
    other = next_best(choices)
    if other:
        words += " " + _(
            "Next best, to {goal}: {km}, borders: {borders}.",
            goal=_(NAMES[other.places[-1]]),
            km=kilometres(other.km),
            borders=len(other.borders),
        )
    return f"{words} {_hurts(choices, route)}"


def _hurts(choices: Choices, route: Route) -> str:
    most = worst(choices)
    crossings = [_(CROSSINGS[leg.edge]) for leg in most if leg.edge in CROSSINGS]
    named = "; ".join(crossings or [ends(leg) for leg in most])
    other = detours(choices)[most[0].edge]
    if other is None:
        return _("Without {legs}, no route is left.", legs=named)
    return _(
        "The single closure that costs most: {legs} ({change}).",
        legs=named,
        change=_change(route, other, choices),
    )


def route_finder(**choices: Any) -> Explorer:
    """Find the best way through the network, and close a part of it; start as given."""
    return Explorer(_("Route finder"), Choices(**choices), controls, view, describe, code)
