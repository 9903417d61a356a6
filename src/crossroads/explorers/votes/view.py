"""Each view by its word: result and sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...i18n import _
from .._shell import Explorer
from .agreement import names
from .choices import MOST_LINES, RING, VIEWS, Choices, partners
from .controls import controls
from .ideal_points import points_view, points_words
from .issues import issues_view, issues_words
from .network import network_view, network_words
from .pandas_code import code
from .second_source import recent_view, recent_words
from .single_votes import key_view, key_words
from .years import years_view, years_words


def view(choices: Choices) -> str:
    """Return the chosen view: figure and table."""
    if choices.show != "network" and not partners(_fixed(choices)):
        return f"<p>{_('Choose one country or more to compare with.')}</p>"
    return {
        "years": years_view,
        "issues": issues_view,
        "network": network_view,
        "points": points_view,
        "recent": recent_view,
        "key": key_view,
    }[choices.show](_fixed(choices), describe(choices))


def describe(choices: Choices) -> str:
    """Return what the view shows, in one sentence with its numbers."""
    choices = _fixed(choices)
    if choices.show == "network":
        return network_words(choices)
    if not partners(choices):
        return _("{state}: no other country is chosen.", state=names()[choices.base])
    words = {
        "years": years_words,
        "issues": issues_words,
        "points": points_words,
        "recent": recent_words,
        "key": key_words,
    }[choices.show]
    chosen = [c for c in RING if c in choices.others and c != choices.base]
    if len(chosen) > MOST_LINES:
        first = _(
            "the first {n} of the {all} chosen are shown, but not {states}.",
            n=MOST_LINES,
            all=len(chosen),
            states=", ".join(names()[c] for c in chosen[MOST_LINES:]),
        )
        return f"{words(choices)[:-1]}; {first}"
    return words(choices)


def _fixed(choices: Choices) -> Choices:
    """Return the choices with Tajikistan as the base where the data have no other."""
    return replace(choices, base="TJK") if choices.show == "issues" else choices


def vote_explorer(show: str = "years", **choices: Any) -> Explorer:
    """Show votes in the UN General Assembly.

    ``show`` is "years", "issues", "network", "points", "recent" (2019 to 2026, from a second
    source) or "key" (single votes since 2020, by topic).

    Starts with any other choices as given. Raises ``KeyError`` for a view that doesn't exist.
    """
    return Explorer(_(VIEWS[show]), Choices(show, **choices), controls, view, describe, code)
