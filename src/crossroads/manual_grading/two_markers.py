"""Compare two markers' levels and comments, and their agreement, for the marking desk."""

from __future__ import annotations

import pandas as pd

from ..web.html import Html
from ..web.templates import render
from . import marker_agreement, marking


def both(
    criteria: list[marking.Criterion], first: marking.Mark, second: marking.Mark, name: str
) -> Html:
    """Return two markers' levels beside each other, and what they said."""
    rows = []
    for one in criteria:
        a, b = first.levels[one.name], second.levels[one.name]
        apart = abs(one.rank(a) - one.rank(b))
        rows.append({"criterion": one.name, "first": a, "second": b, "apart": apart})
    said = [("The first marker", first.comment), (name, second.comment)]
    return render("marking/both.html", rows=rows, name=name, said=said)


def agreement_tables(pairs: pd.DataFrame) -> Html:
    """Return how far two markers agree, by criterion, with what can't be said in words."""
    found = marker_agreement.agreement(pairs)
    return render("marking/agreement.html", rows=found.to_dict("records"))
