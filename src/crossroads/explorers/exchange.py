"""The exchange balance: students of two countries in each other's, counted in five ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from html import escape
from typing import Any

import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, number
from ..tables import load
from ..tables.wide import by_country, countries, repeats
from ..web.html import table
from ._code import literal, program
from ._shell import Control, Explorer, worded

FIRST, LAST = 1998, 2020
#: The twelve countries whose students the tables hold.
CODES = ("TJK", "RUS", "IND", "PAK", "AFG", "KGZ", "UZB", "KAZ", "TKM", "CHN", "IRN", "TUR")
#: Each way to count with what stands on the vertical axis.
MEASURES = {
    "students": N_("Students enrolled for a degree (a stock)"),
    "of_abroad": N_("% of their country's students abroad"),
    "of_guests": N_("% of the host's foreign students"),
    "per_1000": N_("Per 1,000 students at home"),
    "per_100000": N_("Per 100,000 inhabitants at home"),
}
DIGITS = {"students": 0, "of_abroad": 1, "of_guests": 1, "per_1000": 2, "per_100000": 2}
#: What single figures count, and whether they are of a moment, of a year, or neither.
REPORTED = {
    "students_reported": N_("students (stock)"),
    "students_free_of_charge": N_("students whose place is paid for (stock)"),
    "holders_reported": N_("students on a scholarship (stock)"),
    "domestic_admissions": N_("new students at home (flow)"),
    "new_entrants_abroad": N_("new students (flow)"),
    "places_offered": N_("places offered (flow)"),
    "places_used": N_("places used (flow)"),
    "applications": N_("applications (flow)"),
    "students_sent_home": N_("students sent home (flow)"),
    "students_readmitted": N_("students invited back (flow)"),
    "departures_for_study": N_("trips for study (flow of trips, not people)"),
    "persons_held": N_("citizens held at an airport (students among them)"),
    "cost_per_place": N_("cost of a place"),
    "stated_aim": N_("an aim, without a figure"),
    "cumulative_trained": N_("trained so far (a sum over years)"),
    "cumulative_planned": N_("planned in all (a sum over years)"),
}
#: The single figures in two parts, and the measures of the first one.
BESIDE = {
    "places": N_("Scholarships and applications"),
    "people": N_("Students, as other sources count them"),
}
PLACES = (
    *("places_offered", "places_used", "applications", "holders_reported"),
    *("cost_per_place", "stated_aim", "cumulative_planned"),
)
UNITS = {
    "persons": N_("persons"),
    "places": N_("places"),
    "places a year": N_("places a year"),
    "applications": N_("applications"),
    "applicants": N_("applicants"),
    "roubles a year": N_("roubles a year"),
}
SOURCE = N_(
    "UNESCO Institute for Statistics, editions of 2023 to 2026; inhabitants: World Bank, WDI. "
    "Rates computed by the course. Retrieved 2026-11-26."
)


@dataclass(frozen=True)
class Choices:
    """Two countries by their codes, a way to count, the table's year, and which single figures."""

    origin: str = "TJK"
    host: str = "RUS"
    measure: str = "students"
    year: int = 2017
    beside: str = "places"


@by_language
def names() -> dict[str, str]:
    """Return the twelve countries' names by code."""
    return countries(CODES)


def host(choices: Choices) -> str:
    """Return the second country; another one where it's the first country again."""
    if choices.host != choices.origin:
        return choices.host
    return next(code for code in ("TJK", "RUS") if code != choices.origin)


@cache
def counted(origin: str, there: str) -> pd.DataFrame:
    """Return students of ``origin`` in ``there``: rows the years, a column for each way to count.

    What wasn't reported is missing, and so is a rate whose denominator is missing.
    """
    years = pd.RangeIndex(FIRST, LAST + 1, name="year")
    rows = load("students_abroad").query("origin_iso3 == @origin and host_iso3 == @there")
    students = rows.set_index("year")["students"].astype(float).reindex(years)
    home, abroad = (_totals(code).reindex(years) for code in (origin, there))
    people = by_country("indicators", "population_total")[origin].reindex(years)
    return pd.DataFrame(
        {
            "students": students,
            "of_abroad": 100 * students / home["outbound"],
            "of_guests": 100 * students / abroad["inbound"],
            "per_1000": 1e3 * students / home["enrolled_at_home"],
            "per_100000": 1e5 * students / people,
        }
    )


def _totals(code: str) -> pd.DataFrame:
    found = load("student_totals").query("iso3 == @code").set_index("year")
    return found[["inbound", "outbound", "enrolled_at_home"]].astype(float)


def both_ways(choices: Choices) -> pd.DataFrame:
    """Return the chosen measure in both directions: rows years, columns ``out`` and ``back``."""
    there = host(choices)
    ways = {"out": (choices.origin, there), "back": (there, choices.origin)}
    return pd.DataFrame({way: counted(*pair)[choices.measure] for way, pair in ways.items()})


def reported(choices: Choices) -> pd.DataFrame:
    """Single figures on students of the first country in the second, in order of time."""
    every = load("exchange_reported")
    pair = (every["origin_iso3"] == choices.origin) & (every["host_iso3"] == host(choices))
    part = every["measure"].isin(PLACES) == (choices.beside == "places")
    return every[pair & part].sort_values(["year", "id"])


def controls(choices: Choices) -> list[Control]:
    """Return the two countries, the way to count, the year, the single figures."""
    options = [list(pair) for pair in names().items()]
    return [
        {"kind": "select", "field": "origin", "label": _("Students from"), "options": options},
        {
            "kind": "select",
            "field": "host",
            "label": _("and"),
            "options": [option for option in options if option[0] != choices.origin],
            "at": host(choices),
        },
        {
            "kind": "radios",
            "field": "measure",
            "label": _("Counted as"),
            "options": worded(MEASURES),
        },
        {
            "kind": "slider",
            "field": "year",
            "label": _("Year of the table"),
            "min": FIRST,
            "max": LAST,
        },
        {
            "kind": "radios",
            "field": "beside",
            "label": _("Second table"),
            "options": worded(BESIDE),
        },
    ]


def view(choices: Choices) -> str:
    """Return the line of each direction, the year in all five ways, and what else was reported."""
    return "".join([_chart(choices), _year_table(choices), _reported_table(choices)])


def describe(choices: Choices) -> str:
    """Return both directions in the year, first as heads, then as the chosen measure."""
    there = host(choices)
    return " ".join(
        _said(counted(*pair).loc[choices.year], _way(*pair), choices)
        for pair in ((choices.origin, there), (there, choices.origin))
    )


def _said(row: pd.Series, way: str, choices: Choices) -> str:
    if pd.isna(row["students"]):
        return _(
            "{way}, {year}: no number was reported. That doesn't mean zero.",
            way=way,
            year=choices.year,
        )
    heads = number(row["students"], ",.0f")
    if choices.measure == "students":
        return _("{way}, {year}: {heads} students.", way=way, year=choices.year, heads=heads)
    value = row[choices.measure]
    if pd.isna(value):
        return _(
            "{way}, {year}: {heads} students; the number to divide by is missing.",
            way=way,
            year=choices.year,
            heads=heads,
        )
    return _(
        "{way}, {year}: {heads} students ({measure}: {value}).",
        way=way,
        year=choices.year,
        heads=heads,
        measure=_(MEASURES[choices.measure]),
        value=_number(value, choices.measure),
    )


def code(choices: Choices) -> str:
    """Pandas lines that make the two lines, in the chosen way to count."""
    here, there = choices.origin, host(choices)

    def way(name: str, origin: str, to: str) -> str:
        asked = f"origin_iso3 == '{origin}' and host_iso3 == '{to}'"
        return f'{name} = rows.query("{asked}").set_index("year")["students"]'

    return program(
        'rows = cr.load("students_abroad")',
        way("out", here, there),
        way("back", there, here),
        f'table = pd.DataFrame({{"out": out, "back": back}}).reindex(range({FIRST}, {LAST + 1}))',
        *_divided(choices, here, there),
    )


#: What each rate is divided by: a column of which country, the first's or the second's, times what.
_BY = {
    "of_abroad": ("outbound", "origin", 100),
    "of_guests": ("inbound", "host", 100),
    "per_1000": ("enrolled_at_home", "origin", 1000),
    "per_100000": ("population_total", "origin", 100_000),
}


def _divided(choices: Choices, here: str, there: str) -> list[str]:
    """Return the lines that divide the students by what the measure asks for."""
    if choices.measure == "students":
        return []
    column, whose, times = _BY[choices.measure]
    both = [here, there] if whose == "origin" else [there, here]
    loaded = (
        [
            'people = cr.load("indicators")',
            f"people = people.query(\"indicator == '{column}'\")",
            'whole = people.pivot(index="year", columns="iso3", values="value")',
        ]
        if column == "population_total"
        else [
            'totals = cr.load("student_totals")',
            f'whole = totals.pivot(index="year", columns="iso3", values="{column}")',
        ]
    )
    return [
        *loaded,
        f'whole = whole[{literal(both)}].set_axis(["out", "back"], axis=1).reindex(table.index)',
        f"table = {times} * table / whole",
    ]


def exchange_balance(**choices: Any) -> Explorer:
    """Show who studies in whose country; start with any of the choices as given."""
    return Explorer(_("Exchange balance"), Choices(**choices), controls, view, describe, code)


def _way(origin: str, there: str) -> str:
    return _("{origin} to {host}", origin=names()[origin], host=names()[there])


def _number(value: float, measure: str) -> str:
    """Return a value with the digits of its measure; a small one with two digits that count."""
    if pd.isna(value):
        return _("no data")
    if measure != "students" and 0 < value < 1:
        return number(value, ".2g")
    return number(value, f",.{DIGITS[measure]}f")


def _chart(choices: Choices) -> str:
    shown = both_ways(choices)
    there = host(choices)
    columns = [_way(choices.origin, there), _way(there, choices.origin)]
    heads = both_ways(replace(choices, measure="students"))
    return charts.lines(
        shown.set_axis(columns, axis=1),
        title=_(
            "{a} and {b}: students in each direction",
            a=names()[choices.origin],
            b=names()[there],
        ),
        y_label=_(MEASURES[choices.measure]),
        alt=describe(choices),
        source=_(SOURCE),
        mark={choices.year: str(choices.year)},
        looks=[charts.country(choices.origin), charts.country(there)],
        flags=repeats(heads).set_axis(columns, axis=1),
        flagged=_("as many students as the year before, so perhaps not a new count"),
        height=280,
    )


def _year_table(choices: Choices) -> str:
    there = host(choices)
    pairs = ((choices.origin, there), (there, choices.origin))
    rows = {pair: counted(*pair).loc[choices.year] for pair in pairs}
    columns = {_("Counted as"): [_(words) for words in MEASURES.values()]}
    for pair, row in rows.items():
        columns[_way(*pair)] = [_number(row[measure], measure) for measure in MEASURES]
    caption = _("The same students, counted in five ways, {year}", year=choices.year)
    return table(pd.DataFrame(columns), caption)


def _reported_table(choices: Choices) -> str:
    found = reported(choices)
    way = _way(choices.origin, host(choices))
    if found.empty:
        none = (
            _("{way}: the course has found no figure on scholarships.", way=way)
            if choices.beside == "places"
            else _("{way}: the course has found no other figure on students.", way=way)
        )
        return f"<p>{escape(none)}</p>"
    rows = {
        _("When"): list(found["period"]),
        _("What"): [_(REPORTED[measure]) for measure in found["measure"]],
        _("Figure"): [_figure(value, unit) for value, unit in found[["value", "unit"]].to_numpy()],
        _("Source"): list(found["source"]),
        _("What to know"): ["" if pd.isna(note) else note for note in found["note"]],
    }
    caption = _("{way}, as reported elsewhere: don't add these figures up", way=way)
    return table(pd.DataFrame(rows), caption)


def _figure(value: float, unit: Any) -> str:
    return _("none") if pd.isna(value) else f"{number(value, ',.0f')} {_(UNITS[unit])}"
