"""The vote explorer: who votes with whom in the UN General Assembly, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import cos, hypot, pi, sin
from typing import Any, Literal

import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, ngettext, number, pgettext
from ..tables import load
from ..web.html import table
from ._shell import Control, Explorer

FIRST, LAST = 1992, 2019  # years of the first source; ideal points run from 1991 to 2023
#: The views by the word for ``show``, with the title of each.
VIEWS = {
    "years": N_("Vote explorer: agreement over the years"),
    "issues": N_("Vote explorer: agreement by issue"),
    "network": N_("Vote explorer: network"),
    "recent": N_("Vote explorer: 2019 to 2026"),
    "key": N_("Vote explorer: key votes since 2020"),
    "points": N_("Vote explorer: ideal points"),
}
PERIODS = ("1992-1999", "2000-2009", "2010-2019")
#: The states around the network's ring, neighbours of one region side by side.
RING = ("TJK", "RUS", "KAZ", "KGZ", "UZB", "TKM", "AFG", "PAK", "IND", "CHN", "USA", "TUR", "IRN")
#: Each issue with its votes as a sentence names them; the course's word for no issue is "all".
ISSUES = {
    "all": N_("all votes"),
    N_("Colonialism"): N_("votes on colonialism"),
    N_("Arms control and disarmament"): N_("votes on arms control and disarmament"),
    N_("Economic development"): N_("votes on economic development"),
    N_("Human rights"): N_("votes on human rights"),
    N_("Palestinian conflict"): N_("votes on the Palestinian conflict"),
    N_("Nuclear weapons and nuclear material"): N_("votes on nuclear weapons and nuclear material"),
}
#: Topics of the key votes, as the course has sorted them.
TOPICS = {
    "ukraine_russia": N_("Ukraine and Russia"),
    "afghanistan": N_("Afghanistan"),
    "palestine_gaza": N_("Palestine and Gaza"),
    "regional_organisations": N_("cooperation with regional organisations"),
    "other": N_("other votes, for contrast"),
}
MOST_LINES = 6
SOURCE = N_(
    "Erik Voeten, UN General Assembly voting data, through the unvotes package; agreement "
    "computed by the course. Retrieved 2026-11-23."
)
UN_SOURCE = N_(
    "United Nations, machine-readable General Assembly resolutions (unofficial copies); agreement "
    "computed by the course. Retrieved 2026-11-26."
)
POINTS_SOURCE = N_(
    "Bailey, Strezhnev and Voeten, ideal point estimates, July 2025 release. Retrieved 2026-11-23."
)


@dataclass(frozen=True)
class Choices:
    """Which of the views, whose votes beside whose, and how they are counted.

    ``base`` and ``others`` are codes of states. Agreement is pooled over ``window`` years that end
    in a year: ``start`` and ``end`` are the two compared, ``year`` is the network's. ``half``
    counts an abstention beside a yes or a no as half an agreement; ``weak`` keeps years in which
    a pair has fewer than half of the roll calls in common. ``threshold`` is in per cent.
    """

    show: str = "years"
    base: str = "TJK"
    others: Sequence[str] = ("RUS", "IND", "PAK")
    window: int = 1
    start: int = 2010
    end: int = 2015
    half: bool = False
    weak: bool = True
    issue: str = "all"
    period: str = "2010-2019"
    year: int = 2015
    threshold: int = 80
    points_year: int = 2023
    topic: str = "ukraine_russia"


@by_language
def names() -> dict[str, str]:
    """The 13 states' names by code, in the order of the network's ring."""
    every = load("countries").set_index("iso3")["name"]
    return {code: _(str(every[code])) for code in RING}


def pair(a: str, b: str) -> str:
    """One name for a pair, whichever state comes first: in the data each pair stands once."""
    return "-".join(sorted((a, b)))


def _paired(rows: pd.DataFrame) -> pd.DataFrame:
    """A table of pairs, each with one name, and its votes where an abstention counts half.

    These are made from counts, so that nothing is rounded twice.
    """
    rows["pair"] = [pair(a, b) for a, b in zip(rows["iso3_a"], rows["iso3_b"], strict=True)]
    rows["half"] = (rows["votes_both_cast"] + rows["same_vote"] - rows["opposite_vote"]) / 2
    return rows


@cache
def _counts() -> pd.DataFrame:
    rows = _paired(load("un_agreement"))
    wide = rows.pivot(index="year", columns="pair", values=["votes_both_cast", "same_vote", "half"])
    return wide.astype(float).reindex(range(FIRST, LAST + 1))


@cache
def pooled(window: int) -> dict[str, pd.DataFrame]:
    """Votes summed over ``window`` years: rows last years, columns pairs.

    ``both``: votes that both cast; ``same``: the same vote, in per cent of them; ``half``: with
    half credit; ``common``: ``both`` in per cent of all roll calls. A year without a common vote,
    and one whose window would begin before the data, is missing.
    """
    counts = _counts()
    there = counts["votes_both_cast"].notna()
    sums = counts.rolling(window, min_periods=1).sum()
    there[there.index < FIRST + window - 1] = False
    both = sums["votes_both_cast"].where(there)
    calls = load("un_participation").query("iso3 == 'USA'").set_index("year")["roll_calls"]
    held = calls.astype(float).sort_index().rolling(window).sum()
    return {
        "both": both,
        "same": 100 * sums["same_vote"] / both,
        "half": 100 * sums["half"] / both,
        "common": 100 * both.div(held, axis=0),
    }


def partners(choices: Choices) -> list[str]:
    """The states beside the base, at most as many as one chart can hold."""
    return [c for c in RING if c in choices.others and c != choices.base][:MOST_LINES]


def lines(choices: Choices) -> pd.DataFrame:
    """Agreement of the base with each partner in per cent: rows years, columns codes."""
    found = pooled(choices.window)
    columns = {other: pair(choices.base, other) for other in partners(choices)}
    shown = found["half" if choices.half else "same"][list(columns.values())]
    if not choices.weak:
        shown = shown.where(found["common"][shown.columns] >= 50)
    return shown.set_axis(list(columns), axis=1)


def links(choices: Choices) -> list[tuple[str, str, float, bool]]:
    """The pairs at or above the threshold: two codes, agreement in per cent, and if it's weak."""
    found = pooled(choices.window)
    agreed = found["half" if choices.half else "same"].loc[choices.year].to_dict()
    common = found["common"].loc[choices.year].to_dict()
    every = ((a, b, pair(a, b)) for i, a in enumerate(RING) for b in RING[i + 1 :])
    return [
        (a, b, agreed[key], common[key] < 50)
        for a, b, key in every
        if agreed[key] >= choices.threshold - 1e-9
    ]


def absent(choices: Choices) -> list[str]:
    """The states with no value for the network's year and window."""
    there = pooled(choices.window)["both"].loc[choices.year].dropna().index
    present = {code for key in there for code in key.split("-")}
    return [code for code in RING if code not in present]


@cache
def _recent() -> pd.DataFrame:
    rows = _paired(load("un_agreement_to_2026"))
    rows["same"] = 100 * rows["same_vote"] / rows["votes_both_cast"]
    rows["half"] = 100 * rows["half"] / rows["votes_both_cast"]
    return rows.set_index(["year", "pair"])


def recent(choices: Choices) -> pd.DataFrame:
    """Agreement from the second source in per cent: rows the years 2019 to 2026, columns codes."""
    wide = _recent()["half" if choices.half else "same"].astype(float).unstack()
    columns = {other: pair(choices.base, other) for other in partners(choices)}
    return wide.reindex(columns=list(columns.values())).set_axis(list(columns), axis=1)


def key_votes(choices: Choices) -> pd.DataFrame:
    """The key votes on a topic: rows resolutions in order of time, columns the states' codes."""
    rows = load("un_key_votes").query("topic == @choices.topic")
    wide = rows.pivot(index=["date", "resolution", "title"], columns="iso3", values="vote")
    return wide.sort_index().reindex(columns=[choices.base, *partners(choices)])


@cache
def _issues() -> pd.DataFrame:
    return load("un_agreement_by_issue").set_index(["issue", "period", "iso3_b"])


@cache
def _points() -> pd.DataFrame:
    return load("un_ideal_points").set_index(["year", "iso3"]).astype(float)


def points(choices: Choices) -> pd.DataFrame:
    """Ideal points of the base and its partners in one year: columns low, mid, high."""
    codes = [choices.base, *partners(choices)]
    year = _points().loc[choices.points_year].reindex(codes)
    columns = {"interval_low": "low", "ideal_point": "mid", "interval_high": "high"}
    return year[list(columns)].rename(columns=columns)


def controls(choices: Choices) -> list[Control]:
    """The controls that the view needs."""
    named = [list(pair_) for pair_ in names().items()]
    base = "TJK" if choices.show == "issues" else choices.base
    every: dict[str, Control] = {
        "base": {"kind": "select", "label": _("State"), "options": named},
        "others": {
            "kind": "checks",
            "label": _("Beside it (up to {n})", n=MOST_LINES),
            "options": [option for option in named if option[0] != base],
            "inline": True,
            "wide": True,
        },
        "window": {"kind": "slider", "label": _("Years pooled"), "min": 1, "max": 7},
        "start": {"kind": "slider", "label": _("Compare"), "min": FIRST, "max": LAST},
        "end": {"kind": "slider", "label": _("with"), "min": FIRST, "max": LAST},
        "half": {
            "kind": "toggle",
            "label": _("An abstention beside a yes or a no counts half"),
        },
        "weak": {"kind": "toggle", "label": _("Show years with few votes in common")},
        "issue": {
            "kind": "select",
            "label": _("Issue"),
            "options": [[i, _issue(i)] for i in _issue_names()],
        },
        "period": {"kind": "radios", "label": _("Period"), "options": [[p, p] for p in PERIODS]},
        "year": {"kind": "slider", "label": _("Year"), "min": FIRST, "max": LAST},
        "threshold": {
            "kind": "slider",
            "label": _("A line from"),
            "min": 40,
            "max": 100,
            "unit": _("% agreement"),
        },
        "points_year": {"kind": "slider", "label": _("Year"), "min": 1991, "max": 2023},
        "topic": {
            "kind": "select",
            "label": _("Topic"),
            "options": [[topic, _(words)] for topic, words in TOPICS.items()],
        },
    }
    wanted = {
        "years": ["base", "others", "start", "end", "window", "half", "weak"],
        "issues": ["issue", "period", "others"],
        "network": ["threshold", "year", "window", "base", "half"],
        "points": ["base", "others", "points_year"],
        "recent": ["base", "others", "half"],
        "key": ["topic", "base", "others"],
    }[choices.show]
    return [{"field": name, **every[name]} for name in wanted]


def view(choices: Choices) -> str:
    """The chosen view: figure and table."""
    if choices.show != "network" and not partners(_fixed(choices)):
        return f"<p>{_('Choose one state or more to lay beside it.')}</p>"
    return {
        "years": _years_view,
        "issues": _issues_view,
        "network": _network_view,
        "points": _points_view,
        "recent": _recent_view,
        "key": _key_view,
    }[choices.show](_fixed(choices))


def describe(choices: Choices) -> str:
    """What the view shows, in one sentence with its numbers."""
    choices = _fixed(choices)
    if choices.show == "network":
        return _network_words(choices)
    if not partners(choices):
        return _("{state}: no other state is chosen.", state=names()[choices.base])
    words = {
        "years": _years_words,
        "issues": _issues_words,
        "points": _points_words,
        "recent": _recent_words,
        "key": _key_words,
    }[choices.show]
    chosen = len(set(choices.others) - {choices.base})
    if chosen > MOST_LINES:
        first = _("the first {n} of the {all} chosen are shown.", n=MOST_LINES, all=chosen)
        return f"{words(choices)[:-1]}; {first}"
    return words(choices)


def vote_explorer(show: str = "years", **choices: Any) -> Explorer:
    """Show votes in the UN General Assembly.

    ``show`` is "years", "issues", "network", "points", "recent" (2019 to 2026, from a second
    source) or "key" (single votes since 2020, by topic).

    Starts with any other choices as given. Raises ``KeyError`` for a view that doesn't exist.
    """
    return Explorer(_(VIEWS[show]), Choices(show, **choices), controls, view, describe)


def _fixed(choices: Choices) -> Choices:
    """The choices with Tajikistan as the base where the data have no other."""
    return replace(choices, base="TJK") if choices.show == "issues" else choices


def _issue(issue: str) -> str:
    return _("All votes") if issue == "all" else _(issue)


@cache
def _issue_names() -> list[str]:
    return ["all", *sorted(set(_issues().index.get_level_values("issue")) - {"all"})]


def _counting(choices: Choices) -> str:
    return _("abstention beside a yes or no counts half") if choices.half else _("same vote")


def _ends(year: int, window: int) -> str:
    return str(year) if window == 1 else _("{low} to {high}", low=year - window + 1, high=year)


def _agreed(value: float, votes: float, few: bool = False) -> str:
    if pd.isna(votes):
        return _("no data")
    n = round(votes)
    if pd.isna(value):
        return ngettext("left out ({n} vote)", "left out ({n} votes)", n)
    if few:
        return ngettext(
            "{share:.1f} % of {n} vote (few)", "{share:.1f} % of {n} votes (few)", n, share=value
        )
    return ngettext("{share:.1f} % of {n} vote", "{share:.1f} % of {n} votes", n, share=value)


# -- over the years --------------------------------------------------------------------------------


def _cells(choices: Choices) -> dict[int, dict[str, str]]:
    """Every year's agreement with each partner, in words."""
    found, agreed = pooled(choices.window), lines(choices)
    columns = [pair(choices.base, other) for other in agreed.columns]
    rows = zip(
        agreed.to_numpy().tolist(),
        found["both"][columns].to_numpy().tolist(),
        (found["common"][columns] < 50).to_numpy().tolist(),
        strict=True,
    )
    return {
        year: {
            other: _agreed(*cell)
            for other, cell in zip(agreed.columns, zip(*row, strict=True), strict=True)
        }
        for year, row in zip(agreed.index, rows, strict=True)
    }


def _years_words(choices: Choices) -> str:
    cells = _cells(choices)
    before, after = cells[choices.start], cells[choices.end]
    ends = [_ends(year, choices.window) for year in (choices.start, choices.end)]
    said = "; ".join(
        f"{names()[other]}: {before[other]} ({ends[0]}), {after[other]} ({ends[1]})"
        for other in before
    )
    return _(
        "Agreement of {state} ({counted}) with {others}.",
        state=names()[choices.base],
        counted=_counting(choices),
        others=said,
    )


def _marks(choices: Choices) -> dict[int, str]:
    """Notes above years: the two compared, and where the base itself cast few votes or none."""
    cast = load("un_participation").query("iso3 == @choices.base").set_index("year")
    sums = cast[["votes_cast", "roll_calls"]].sort_index().astype(float)
    sums = sums.rolling(choices.window).sum()
    share = (sums["votes_cast"] / sums["roll_calls"]).to_dict()
    few = [year for year, part in share.items() if part < 0.5]
    notes: dict[int, str] = {}
    for year in few:
        if year - 1 not in few:
            last = next(y for y in range(year, LAST + 1) if y + 1 not in few)
            notes[year] = _("few votes") if last == year else _("few votes to {year}", year=last)
        if share[year] == 0:
            notes[year] = _("no vote")
    for year in (choices.start, choices.end):
        notes[year] = f"{year}: {notes[year]}" if year in notes else str(year)
    return notes


def _years_view(choices: Choices) -> str:
    agreed = lines(choices)
    found = pooled(choices.window)
    name = names()[choices.base]
    counted = _("{counted}, in % of the roll calls in which both voted", counted=_counting(choices))
    title = _("{state}'s agreement with others in the UN General Assembly", state=name)
    if choices.window > 1:
        title += _(", pooled over {n} years to each year", n=choices.window)
    label = {other: names()[other] for other in agreed.columns}
    first = charts.lines(
        agreed.rename(columns=label),
        title=title,
        y_label=f"{counted[0].upper()}{counted[1:]}",
        alt=describe(choices),
        source=_(SOURCE),
        mark=_marks(choices),
        height=240,
    )
    keys = [pair(choices.base, other) for other in label]
    common = found["common"][keys].set_axis(list(label.values()), axis=1)
    second = charts.lines(
        common,
        title=_("How much that rests on"),
        y_label=_("Roll calls in which both voted, in % of all roll calls; below 50 is few"),
        alt=_(
            "Lowest: {states}.",
            states=", ".join(f"{n} {common[n].min():.0f} %" for n in common),
        ),
        source=_(SOURCE),
        height=110,
    )
    cells = _cells(choices)
    before, after = cells[choices.start], cells[choices.end]
    change = agreed.loc[choices.end] - agreed.loc[choices.start]
    ends = [_ends(year, choices.window) for year in (choices.start, choices.end)]
    rows = {
        _("{state} and", state=name): list(label.values()),
        ends[0]: list(before.values()),
        f"{ends[1]} ": list(after.values()),
        _("Change, percentage points"): [
            _("no data") if pd.isna(c) else number(c, "+.1f").replace("-", "−") for c in change
        ],
    }
    compared = table(
        pd.DataFrame(rows), _("The two years compared: {counted}", counted=_counting(choices))
    )
    return "".join([first, compared, second, _every_year(choices, label, cells)])


def _every_year(choices: Choices, label: dict[str, str], cells: dict[int, dict[str, str]]) -> str:
    rows = {_("Year"): [_ends(year, choices.window) for year in cells]} | {
        name: [row[other] for row in cells.values()] for other, name in label.items()
    }
    caption = _("Agreement with {state}, every year", state=names()[choices.base])
    head = _("The same as a table, year by year")
    return f"<details><summary>{head}</summary>{table(pd.DataFrame(rows), caption)}</details>"


# -- by issue --------------------------------------------------------------------------------------


def _issues_words(choices: Choices) -> str:
    rows = _issues()
    what = _(ISSUES[choices.issue])
    said = []
    for other in partners(choices):
        row = rows.loc[(choices.issue, choices.period, other)]
        agreed = _agreed(row["agreement_pct"], row["votes_both_cast"])
        words = _("{state} in {agreed}", state=names()[other], agreed=agreed)
        if choices.issue != "all":
            whole = rows.at[("all", choices.period, other), "agreement_pct"]
            words += " " + _("(all votes: {share:.1f} %)", share=whole)
        said.append(words)
    return _(
        "{period}, {votes}: Tajikistan agreed with {others}.",
        period=choices.period,
        votes=what,
        others="; ".join(said),
    )


def _issues_view(choices: Choices) -> str:
    rows, others = _issues(), partners(choices)
    title = _issue(choices.issue)
    values = {
        names()[c]: rows.at[(choices.issue, choices.period, c), "agreement_pct"] for c in others
    }
    drawn = charts.bars(
        pd.Series(values, dtype=float),
        title=_("{issue}, {period}: agreement with Tajikistan", issue=title, period=choices.period),
        value_label=_("Same vote, in % of the roll calls in which both voted"),
        alt=_("Votes in each period are in the table below."),
        source=_(SOURCE),
        digits=1,
    )
    cells: dict[str, list[str]] = {
        _("{state} and", state=_("Tajikistan")): [names()[c] for c in others]
    }
    for period in PERIODS:
        found = [rows.loc[(choices.issue, period, c)] for c in others]
        cells[period] = [_agreed(r["agreement_pct"], r["votes_both_cast"]) for r in found]
    return drawn + table(
        pd.DataFrame(cells), _("{issue}: same vote in the three periods", issue=title)
    )


# -- network ---------------------------------------------------------------------------------------


def _reach(choices: Choices) -> dict[str, list[str]]:
    """Whom each state has a line to: codes in the ring's order."""
    found: dict[str, list[str]] = {code: [] for code in RING}
    for a, b, *__ in links(choices):
        found[a].append(b)
        found[b].append(a)
    return found


def _network_words(choices: Choices) -> str:
    when = _ends(choices.year, choices.window)
    if choices.year < FIRST + choices.window - 1:
        return _(
            "The data begin in {first}: {n} years can't end in {year}.",
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
        "{years}, lines from {threshold} % agreement: {count} of 78 pairs have one; {ours}",
        years=when,
        threshold=choices.threshold,
        count=count,
        ours=ours,
    )
    if alone:
        words += "; " + _("without any: {states}", states=", ".join(alone))
    if gone:
        words += "; " + _("no data for {states}", states=", ".join(names()[c] for c in gone))
    return f"{words}."


def _network_view(choices: Choices) -> str:
    if choices.year < FIRST + choices.window - 1:
        return f"<p>{_network_words(choices)}</p>"
    reach, gone = _reach(choices), absent(choices)
    sheet = charts.Figure(charts.WIDTH, 470)
    middle_x, middle_y, radius = charts.WIDTH / 2, 216.0, 172.0
    angle = {code: 2 * pi * i / len(RING) - pi / 2 for i, code in enumerate(RING)}
    spot = {
        code: (middle_x + radius * cos(a), middle_y + radius * sin(a)) for code, a in angle.items()
    }
    # The base's lines last, so that they lie on top.
    for a, b, __, few in sorted(links(choices), key=lambda link: choices.base in link[:2]):
        own = choices.base in (a, b)
        sheet.line(
            [spot[a], spot[b]],
            color=charts.PALETTE[0] if own else "#8A8A8A",
            width=3 if own else 1.2,
            dash="6 5" if few else "",
        )
    for code, (x, y) in spot.items():
        if code in gone:
            sheet.marker(x, y, shape="cross", color=charts.INK, size=7)
        else:
            sheet.marker(x, y, color=charts.INK, size=9)
            if not reach[code]:
                sheet.marker(x, y, color=charts.PAPER, size=6)
        away = cos(angle[code])
        side: Literal["start", "middle", "end"] = (
            "middle" if abs(away) < 0.1 else "start" if away > 0 else "end"
        )
        lift = -16 if sin(angle[code]) < -0.95 else 24 if sin(angle[code]) > 0.9 else 5
        shift = 0 if side == "middle" else 15 if away > 0 else -15
        sheet.text(
            x + shift, y + lift, names()[code], anchor=side, bold=code == choices.base, halo=True
        )
    key = (
        _(
            "Thick: {state}'s lines. Dashed: under half of the roll calls in common.",
            state=names()[choices.base],
        ),
        _("Filled circle: has a line. Hollow: none. Cross: no data. Places carry no meaning."),
    )
    for i, words in enumerate(key):
        sheet.text(charts.PAD, 436 + 20 * i, words, size=14, color=charts.MUTED)
    drawn = charts.to_html(
        sheet,
        title=_(
            "Pairs that agree in {threshold} % or more of votes, {years}",
            threshold=choices.threshold,
            years=_ends(choices.year, choices.window),
        ),
        alt=_(
            "Network of 13 states in a fixed ring. {sentence} The table has every line.",
            sentence=describe(choices),
        ),
        source=f"{_(SOURCE)} {_('Counted: {counted}.', counted=_counting(choices))}",
    )
    rows = {
        _("State"): [names()[code] for code in RING],
        _("Lines"): [_("no data") if code in gone else str(len(reach[code])) for code in RING],
        pgettext("heading over the states that a line leads to", "To"): [
            ", ".join(names()[c] for c in reach[code]) or _("none") for code in RING
        ],
    }
    return drawn + table(pd.DataFrame(rows), _("The same lines as a table"))


# -- a second source, to 2026 ----------------------------------------------------------------------


def _recent_words(choices: Choices) -> str:
    agreed = recent(choices)
    said = "; ".join(
        _(
            "{state}: {before} in 2024, {after} in 2025",
            state=names()[other],
            before=_percent(agreed.at[2024, other]),
            after=_percent(agreed.at[2025, other]),
        )
        for other in agreed
    )
    return _("Agreement of {state} with {others}.", state=names()[choices.base], others=said)


def _percent(value: float) -> str:
    return _("no data") if pd.isna(value) else f"{number(value, '.1f')} %"


def _recent_view(choices: Choices) -> str:
    agreed, rows = recent(choices), _recent()
    drawn = charts.lines(
        agreed.rename(columns=names()),
        title=_("{state}'s agreement, November 2019 to June 2026", state=names()[choices.base]),
        y_label=_(
            "{counted}, in % of the roll calls in which both voted",
            counted=_counting(choices).capitalize(),
        ),
        alt=describe(choices),
        source=_(UN_SOURCE),
        mark={2020: _("Nov-Dec"), 2025: _("twice the votes"), 2026: _("to June")},
        height=240,
    )
    months = rows.groupby("year")[["months_covered", "roll_calls"]].first()
    cells: dict[str, list[str]] = {
        _("Year"): [str(year) for year in agreed.index],
        _("Months"): months["months_covered"].to_list(),
        _("Roll calls"): [str(n) for n in months["roll_calls"]],
    }
    for other in agreed:
        both = rows["votes_both_cast"].xs(pair(choices.base, other), level="pair")
        both = both.reindex(agreed.index)
        cells[names()[other]] = [
            _agreed(a, n) for a, n in zip(agreed[other], both.astype(float), strict=True)
        ]
    return drawn + table(
        pd.DataFrame(cells), _("Year by year: another source, other votes than up to 2019")
    )


def _key_words(choices: Choices) -> str:
    votes = key_votes(choices)
    said = []
    for code in votes:
        cast = votes[code].value_counts()
        parts = [f"{cast[v]} × {_(v)}" for v in (N_("yes"), N_("no"), N_("abstain")) if v in cast]
        said.append(f"{names()[code]}: {', '.join(parts) or _('no vote recorded')}")
    return _(
        "{topic}, {n} votes: {votes}.",
        topic=_(TOPICS[choices.topic]),
        n=len(votes),
        votes="; ".join(said),
    )


def _key_view(choices: Choices) -> str:
    votes = key_votes(choices)
    dates = votes.index.get_level_values("date")
    rows: dict[str, list[str]] = {
        _("Date"): [f"{day:%Y-%m-%d}" for day in dates],
        _("Resolution"): [
            f"{title} ({number.strip('()')})"
            for number, title in zip(
                votes.index.get_level_values("resolution"),
                votes.index.get_level_values("title"),
                strict=True,
            )
        ],
    }
    for code in votes:
        rows[names()[code]] = [_("none recorded") if pd.isna(v) else _(v) for v in votes[code]]
    caption = _("Key votes: {topic} (chosen by the course)", topic=_(TOPICS[choices.topic]))
    return f"{table(pd.DataFrame(rows), caption)}<p>{_(UN_SOURCE)}</p>"


# -- ideal points ----------------------------------------------------------------------------------

#: How many standard errors wide one side of a 90 % interval is.
NINETY = 1.645


def _apart(choices: Choices) -> dict[str, str]:
    """For each partner: different from the base, not to be told apart from it, or no data.

    Two intervals may overlap and the difference still be sure. What counts is the interval of the
    difference: its standard error is the root of the sum of both squares (Cumming and Finch 2005,
    American Psychologist 60(2), 170-180), as if the two estimates were independent.
    """
    there = points(choices)
    ours = there.loc[choices.base]
    words = {}
    for other, row in there.drop(index=choices.base).iterrows():
        if pd.isna(row["mid"]) or pd.isna(ours["mid"]):
            words[str(other)] = _("no data")
        elif abs(row["mid"] - ours["mid"]) > NINETY * hypot(_error(row), _error(ours)):
            words[str(other)] = _("differs")
        else:
            words[str(other)] = _("can't be told apart")
    return words


def _error(row: pd.Series) -> float:
    """The standard error that a 90 % interval implies."""
    return float(row["high"] - row["low"]) / 2 / NINETY


def _points_words(choices: Choices) -> str:
    apart = _apart(choices)
    said = "; ".join(f"{names()[other]}: {words}" for other, words in apart.items())
    mid = points(choices).at[choices.base, "mid"]
    return _(
        "{year}, compared with {state} ({point}), at 90 %: {others}.",
        year=choices.points_year,
        state=names()[choices.base],
        point=_point(mid),
        others=said,
    )


def _point(value: float) -> str:
    return _("no data") if pd.isna(value) else number(value, ".2f").replace("-", "−")


def _points_view(choices: Choices) -> str:
    there = points(choices)
    drawn = charts.ranges(
        there.rename(index=names()),
        title=_("Ideal points in {year}, with 90 % intervals", year=choices.points_year),
        value_label=_("Position on the authors' scale (no unit); to the right: nearer to the USA"),
        alt=describe(choices),
        source=_(POINTS_SOURCE),
        digits=2,
        from_zero=False,
    )
    votes = _points().loc[choices.points_year]["votes"].reindex(there.index)
    apart = {choices.base: "–"} | _apart(choices)

    rows = {
        _("State"): [names()[code] for code in there.index],
        _("Ideal point"): [_point(v) for v in there["mid"]],
        _("90 % interval"): [
            _("no data")
            if pd.isna(low)
            else _("{low} to {high}", low=_point(low), high=_point(high))
            for low, high in zip(there["low"], there["high"], strict=True)
        ],
        _("Votes"): [_("no data") if pd.isna(v) else f"{v:.0f}" for v in votes],
        _("Beside {state}", state=names()[choices.base]): [apart[code] for code in there.index],
    }
    return drawn + table(
        pd.DataFrame(rows),
        _("Ideal points, {year}: which differences are sure at 90 %", year=choices.points_year),
    )
