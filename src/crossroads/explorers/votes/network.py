"""A network of states that agree from a threshold on, and its lines as a table."""

from __future__ import annotations

import pandas as pd

from ... import charts
from ...i18n import _, pgettext
from ...web.html import table
from .agreement import absent, links, names
from .choices import FIRST, RING, Choices
from .labels import SOURCE, counting, window_words


def _reach(choices: Choices) -> dict[str, list[str]]:
    """Return whom each state has a line to: codes in the ring's order."""
    found: dict[str, list[str]] = {code: [] for code in RING}
    for a, b, *__ in links(choices):
        found[a].append(b)
        found[b].append(a)
    return found


def _reached(others: list[str], gone: bool) -> str:
    """Return whom a state has a line to, in words."""
    if gone:
        return _("no data")
    listed = ", ".join(names()[other] for other in others) or _("none")
    return _("lines to {n}: {states}", n=len(others), states=listed)


def network_words(choices: Choices) -> str:
    when = window_words(choices.year, choices.window)
    if choices.year < FIRST + choices.window - 1:
        return _(
            "The data begin in {first}, so {n} years up to {year} can't be combined.",
            first=FIRST,
            n=choices.window,
            year=choices.year,
        )
    reach = _reach(choices)
    count = sum(map(len, reach.values())) // 2
    mine = [names()[code] for code in reach[choices.base]]
    gone = absent(choices)
    alone = [names()[c] for c in RING if not reach[c] and c not in gone]
    ours = _("{state} has {n}", state=names()[choices.base], n=len(mine))
    ours += f" ({', '.join(mine)})" if mine else ""
    if choices.base in gone:
        ours = _("{state} has no data", state=names()[choices.base])
    words = _(
        "{years}: {count} of 78 pairs agree in at least {threshold} % of votes and have a line; "
        "{ours}",
        years=when,
        threshold=choices.threshold,
        count=count,
        ours=ours,
    )
    if alone:
        words += "; " + _("no line: {states}", states=", ".join(alone))
    if gone:
        words += "; " + _("no data for {states}", states=", ".join(names()[c] for c in gone))
    return f"{words}."


def network_view(choices: Choices, sentence: str) -> str:
    if choices.year < FIRST + choices.window - 1:
        return f"<p>{network_words(choices)}</p>"
    reach, gone = _reach(choices), absent(choices)
    drawn = charts.network(
        names(),
        [
            charts.Link(a, b, few, _("agreement {share:.1f} %", share=agreed))
            for a, b, agreed, few in links(choices)
        ],
        chosen=choices.base,
        missing=gone,
        said={code: _reached(reach[code], code in gone) for code in RING},
        key=(
            _(
                "Thick lines: {state}'s. Dashed: both voted in under half of the roll calls.",
                state=names()[choices.base],
            ),
            _(
                "Filled circle: has a line. Hollow: none. Cross: no data. Positions carry no "
                "meaning."
            ),
        ),
        title=_(
            "Pairs that agree in {threshold} % or more of votes, {years}",
            threshold=choices.threshold,
            years=window_words(choices.year, choices.window),
        ),
        alt=_(
            "Network of 13 states in a fixed ring. {sentence} The table has every line.",
            sentence=sentence,
        ),
        source=f"{_(SOURCE)} {_('Counted: {counted}.', counted=counting(choices))}",
    )
    rows = {
        _("State"): [names()[code] for code in RING],
        _("Lines"): [_("no data") if code in gone else str(len(reach[code])) for code in RING],
        pgettext("heading over the states that a line leads to", "To"): [
            ", ".join(names()[c] for c in reach[code]) or _("none") for code in RING
        ],
    }
    return drawn + table(pd.DataFrame(rows), _("The same lines as a table"))
